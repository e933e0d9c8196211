/* SPDX-License-Identifier: ISC */
/* The walls in their order, with a log line for each that stands. */
#include "priv/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <cap-ng.h>

#include "daemon/log.h"
#include "priv/sandbox_table.h"
#include "priv/sandbox_walls.h"

#ifdef PXEGUARD_SANITIZE
/* A confined process cannot look for its leaks at the end. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

/* What the parent uses itself. */
static const unsigned int parent_caps[] = {
	CAP_NET_BIND_SERVICE, /* ports 67 and 69 */
	CAP_NET_ADMIN, /* neighbour entries */
	CAP_KILL, /* roles run as other users */
	CAP_DAC_READ_SEARCH, /* configuration below a home directory */
};

/*
 * What a new role needs, beyond those, until its walls stand: exec by uid 0
 * gives it the bounding set.
 */
static const unsigned int setup_caps[] = {
	CAP_SYS_ADMIN, /* namespaces and mounts */
	CAP_SETUID, CAP_SETGID, CAP_SETPCAP, /* empty its own bounding set */
};

int
wall_fail(struct wall_error *e, const char *step)
{
	e->err = errno;
	(void)snprintf(e->step, sizeof(e->step), "%s", step);
	return -1;
}

void
boot_encode(const struct boot *b, struct writer *w)
{
	uint8_t n;

	writer_u8(w, b->role);
	writer_u8(w, b->log_level);
	writer_u32(w, b->uid);
	writer_u32(w, b->gid);
	writer_u8(w, b->root);
	writer_u8(w, b->nroots);
	for (n = 0; n < b->nroots && n < SANDBOX_ROOTS_MAX; n++)
		writer_str(w, b->roots[n]);
	writer_u32(w, b->max_fds);
	writer_u8(w, b->without);
}

/* None, one, or several, of which some may be absent. */
static bool
boot_roots_ok(const struct boot *b)
{
	switch (b->root) {
	case SANDBOX_ROOT_EMPTY:
		return b->nroots == 0;
	case SANDBOX_ROOT_READ:
		return b->nroots > 0;
	case SANDBOX_ROOT_WRITE:
		return b->nroots == 1 && b->roots[0][0] != '\0';
	default:
		return false;
	}
}

int
boot_decode(struct reader *r, struct boot *b)
{
	uint8_t n;

	memset(b, 0, sizeof(*b));
	b->role = reader_u8(r);
	b->log_level = reader_u8(r);
	b->uid = reader_u32(r);
	b->gid = reader_u32(r);
	b->root = reader_u8(r);
	b->nroots = reader_u8(r);
	if (b->nroots > SANDBOX_ROOTS_MAX) {
		b->nroots = 0;
		reader_fail(r);
	}
	for (n = 0; n < b->nroots; n++)
		reader_str(r, b->roots[n], sizeof(b->roots[n]));
	b->max_fds = reader_u32(r);
	b->without = reader_u8(r);
	if (!reader_done(r) || b->role >= ROLE_MAX || !boot_roots_ok(b) ||
	    b->log_level > LOG_DEBUG)
		return -1;
	return 0;
}

/* Ends the process: without its walls a role does not run. */
__attribute__((noreturn)) static void
wall_missing(const char *wall, const struct wall_error *e, const char *next)
{
	if (e->err != 0)
		fatalx("wall missing: %s: %s: %s; %s", wall, e->step,
		    strerror(e->err), next);
	fatalx("wall missing: %s: %s; %s", wall, e->step, next);
}

static bool
wall_given_up(const struct boot *b, uint8_t bit, const char *wall)
{
	if ((b->without & bit) == 0)
		return false;
	log_warnx("wall given up by without-wall: %s", wall);
	return true;
}

static void
root_log(const struct boot *b)
{
	uint8_t n;

	if (b->root == SANDBOX_ROOT_EMPTY)
		log_info("wall: root: empty");
	else if (b->root == SANDBOX_ROOT_WRITE)
		log_info("wall: root: %s: nodev nosuid noexec", b->roots[0]);
	else
		for (n = 0; n < b->nroots; n++)
			if (b->roots[n][0] != '\0')
				log_info("wall: root: %s: read-only nodev "
					 "nosuid noexec, as /%u",
				    b->roots[n], n);
}

/* Namespaces and root: one needs the other. */
static uint32_t
enter_root(const struct boot *b)
{
	struct wall_error e;

	if (wall_given_up(b, RECORD_WALL_NAMESPACES, "namespaces")) {
		if (wall_root_plain(b, &e) == -1)
			wall_missing("root", &e, "the folder must exist");
		return 0;
	}
	if (wall_namespaces(&e) == -1)
		wall_missing("namespaces", &e,
		    "the kernel or a container forbids them; allow "
		    "CAP_SYS_ADMIN, or give them up with "
		    "--without-wall=namespaces");
	log_info("wall: namespaces: network, mount, ipc, uts of its own");
	if (wall_root(b, &e) == -1)
		wall_missing("root", &e,
		    "the folder must exist; mounts need Linux 5.12 or later");
	root_log(b);
	return SANDBOX_NAMESPACES | SANDBOX_ROOT;
}

static void
enter_user(const struct boot *b)
{
	struct wall_error e;

	if (wall_user(b->uid, b->gid, &e) == -1)
		wall_missing("user", &e, "start pxeguard as root");
	log_info("wall: user: uid %u, gid %u", b->uid, b->gid);
	if (wall_capabilities(&e) == -1)
		wall_missing("capabilities", &e, "start pxeguard as root");
	log_info("wall: capabilities: none, bounding set empty");
	if (wall_rlimits(b, &e) == -1)
		wall_missing("rlimits", &e,
		    "raise the limits that pxeguard was started with");
	log_info("wall: rlimits: %u descriptors, no process, no core%s",
	    b->max_fds, wall_no_file(b) ? ", no file" : "");
	if (wall_no_new_privs(&e) == -1)
		wall_missing("no new privileges", &e, "Linux 3.5 or later");
	log_info("wall: no new privileges, not dumpable");
}

static uint32_t
enter_locks(const struct boot *b)
{
	struct wall_error e;
	uint32_t walls = 0;

	if (!wall_given_up(b, RECORD_WALL_LANDLOCK, "landlock")) {
		if (wall_landlock((enum sandbox_root)b->root, &e) == -1)
			wall_missing("landlock", &e,
			    "enable it (lsm=landlock,... on the kernel's "
			    "command line), or give it up with "
			    "--without-wall=landlock");
		log_info("wall: landlock");
		walls |= SANDBOX_LANDLOCK;
	}
	if (!wall_given_up(b, RECORD_WALL_SECCOMP, "seccomp")) {
		if (wall_seccomp((enum role)b->role, SANDBOX_STAGE_SETUP, &e) ==
		    -1)
			wall_missing("seccomp", &e,
			    "enable CONFIG_SECCOMP_FILTER, or give it up "
			    "with --without-wall=seccomp");
		log_info("wall: seccomp, first stage");
		walls |= SANDBOX_SECCOMP;
	}
	return walls;
}

/* The walls that this process does without. */
static uint8_t given_up;
/* The number of the folder that is the root, where namespaces are given up. */
static uint8_t plain_root;

uint32_t
sandbox_enter(const struct boot *b)
{
	struct wall_error e;
	uint32_t walls;

	given_up = b->without;
	while (plain_root < b->nroots && b->roots[plain_root][0] == '\0')
		plain_root++;
	if (wall_seccomp_report(&e) == -1)
		wall_missing("seccomp", &e, "this is a fault of pxeguard");
	/* libcap-ng looks into /proc, which is soon out of sight. */
	(void)capng_get_caps_process();
	walls = enter_root(b);
	enter_user(b);
	walls |= SANDBOX_USER | SANDBOX_CAPABILITIES | SANDBOX_RLIMITS |
		 SANDBOX_NO_NEW_PRIVS;
	return walls | enter_locks(b);
}

int
sandbox_root_open(uint8_t number)
{
	char path[8] = "/";

	if ((given_up & RECORD_WALL_NAMESPACES) == 0) {
		(void)snprintf(path, sizeof(path), "/%u", number);
	} else if (number != plain_root) {
		errno = ENOENT;
		return -1;
	}
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

void
sandbox_narrow(enum role role)
{
	struct wall_error e;

	if (given_up & RECORD_WALL_SECCOMP)
		return;
	if (wall_seccomp(role, SANDBOX_STAGE_SERVE, &e) == -1)
		wall_missing(
		    "seccomp, second stage", &e, "this is a fault of pxeguard");
	log_info("wall: seccomp, second stage");
}

static int
parent_capabilities(uint8_t without, struct wall_error *e)
{
	const capng_type_t own =
	    CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET;
	size_t i;

	capng_clear(CAPNG_SELECT_ALL);
	for (i = 0; i < sizeof(parent_caps) / sizeof(parent_caps[0]); i++)
		capng_update(CAPNG_ADD, own, parent_caps[i]);
	for (i = 0; i < sizeof(setup_caps) / sizeof(setup_caps[0]); i++)
		capng_update(CAPNG_ADD, CAPNG_BOUNDING_SET, setup_caps[i]);
	if (without & RECORD_WALL_NAMESPACES)
		capng_update(CAPNG_ADD, CAPNG_BOUNDING_SET, CAP_SYS_CHROOT);
	if (capng_apply(CAPNG_SELECT_ALL) < 0)
		return wall_fail(e, "reduce the capabilities");
	return 0;
}

void
sandbox_parent(uint8_t without)
{
	struct wall_error e;

	if (without & RECORD_WALL_SECCOMP)
		log_warnx("wall given up by without-wall: seccomp");
	else if (wall_seccomp_parent(&e) == -1)
		wall_missing("seccomp", &e,
		    "allow CAP_SYS_ADMIN and enable CONFIG_SECCOMP_FILTER, "
		    "or give it up with --without-wall=seccomp");
	else
		log_info("wall: seccomp");
	if (parent_capabilities(without, &e) == -1)
		wall_missing("capabilities", &e, "start pxeguard as root");
	log_info("wall: capabilities: net_bind_service, net_admin, kill, "
		 "dac_read_search");
}
