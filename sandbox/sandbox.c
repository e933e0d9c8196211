/* SPDX-License-Identifier: ISC */
/* Enters the layers of the sandbox in their order, with a log line for each. */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include <cap-ng.h>

#include "daemon/log.h"
#include "sandbox/landlock.h"
#include "sandbox/root.h"
#include "sandbox/seccomp.h"
#include "sandbox/user.h"

#ifdef PXEGUARD_SANITIZE
/* A confined process cannot look for its leaks at the end. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

uint32_t
sandbox_layers_wanted(uint8_t layers_disabled)
{
	uint32_t want = SANDBOX_ALL;

	if (layers_disabled & RECORD_LAYER_NAMESPACES)
		want &= ~(uint32_t)(SANDBOX_NAMESPACES | SANDBOX_ROOT);
	if (layers_disabled & RECORD_LAYER_LANDLOCK)
		want &= ~(uint32_t)SANDBOX_LANDLOCK;
	if (layers_disabled & RECORD_LAYER_SECCOMP)
		want &= ~(uint32_t)SANDBOX_SECCOMP;
	return want;
}

static bool
layer_disabled(const struct boot *b, uint8_t bit, const char *layer)
{
	if ((b->layers_disabled & bit) == 0)
		return false;
	log_warnx("sandbox: %s disabled by sandbox-disable", layer);
	return true;
}

static void
root_log(const struct boot *b)
{
	uint8_t n;

	if (b->root == SANDBOX_ROOT_EMPTY)
		log_info("sandbox: root: empty");
	else if (b->root == SANDBOX_ROOT_WRITE)
		log_info("sandbox: root: %s: nodev nosuid noexec", b->roots[0]);
	else
		for (n = 0; n < b->nroots; n++)
			if (b->roots[n][0] != '\0')
				log_info(
				    "sandbox: root: %s: read-only nodev nosuid noexec, as /%u",
				    b->roots[n], n);
}

/* Namespaces and root: one needs the other. */
static uint32_t
enter_root(const struct boot *b)
{
	struct layer_error e;

	if (layer_disabled(b, RECORD_LAYER_NAMESPACES, "namespaces")) {
		if (sandbox_root_plain(b, &e) == -1)
			layer_unavailable("root", &e, "the folder must exist");
		return 0;
	}
	if (sandbox_namespaces(&e) == -1)
		layer_unavailable("namespaces", &e,
		    "the kernel or a container forbids them; allow CAP_SYS_ADMIN, or disable the layer with --sandbox-disable=namespaces");
	log_info("sandbox: namespaces: network, mount, ipc, uts");
	if (sandbox_root_enter(b, &e) == -1)
		layer_unavailable("root", &e,
		    "the folder must exist; mounts need Linux 5.12 or later, and in a container a system call filter that permits them and pivot_root");
	root_log(b);
	return SANDBOX_NAMESPACES | SANDBOX_ROOT;
}

static void
enter_user(const struct boot *b)
{
	struct layer_error e;

	if (sandbox_user(b->uid, b->gid, &e) == -1)
		layer_unavailable("user", &e, "start pxeguard as root");
	log_info("sandbox: user: uid %u, gid %u", b->uid, b->gid);
	if (sandbox_capabilities(&e) == -1)
		layer_unavailable("capabilities", &e, "start pxeguard as root");
	log_info("sandbox: capabilities: none, bounding set empty");
	if (sandbox_rlimits(b, &e) == -1)
		layer_unavailable("rlimits", &e,
		    "raise the limits that pxeguard was started with");
	log_info("sandbox: rlimits: %u descriptors, no process, no core%s",
	    b->max_fds, sandbox_no_file(b) ? ", no file" : "");
	if (sandbox_no_new_privs(&e) == -1)
		layer_unavailable(
		    "no new privileges", &e, "use Linux 3.5 or newer");
	log_info("sandbox: no new privileges, not dumpable");
}

static uint32_t
enter_locks(const struct boot *b)
{
	struct layer_error e;
	uint32_t layers = 0;

	if (!layer_disabled(b, RECORD_LAYER_LANDLOCK, "landlock")) {
		if (sandbox_landlock((enum sandbox_root)b->root, &e) == -1)
			layer_unavailable("landlock", &e,
			    "enable it (lsm=landlock,... on the kernel's command line; in a container, also in its system call filter), or disable the layer with --sandbox-disable=landlock");
		log_info("sandbox: landlock");
		layers |= SANDBOX_LANDLOCK;
	}
	if (!layer_disabled(b, RECORD_LAYER_SECCOMP, "seccomp")) {
		if (sandbox_seccomp(
			(enum role)b->role, SANDBOX_STAGE_SETUP, &e) == -1)
			layer_unavailable("seccomp", &e,
			    "enable CONFIG_SECCOMP_FILTER, or disable the layer with --sandbox-disable=seccomp");
		log_info("sandbox: seccomp, first stage");
		layers |= SANDBOX_SECCOMP;
	}
	return layers;
}

/* The layers that sandbox-disable turned off for this process. */
static uint8_t disabled;
/* The number of the folder that is the root, where namespaces are disabled. */
static uint8_t plain_root;

uint32_t
sandbox_enter(const struct boot *b)
{
	struct layer_error e;
	uint32_t layers;

	disabled = b->layers_disabled;
	while (plain_root < b->nroots && b->roots[plain_root][0] == '\0')
		plain_root++;
	if (sandbox_seccomp_report(&e) == -1)
		layer_unavailable("seccomp", &e,
		    "this is a bug in pxeguard; please report it");
	/* libcap-ng looks into /proc, which is soon out of sight. */
	(void)capng_get_caps_process();
	layers = enter_root(b);
	enter_user(b);
	layers |= SANDBOX_USER | SANDBOX_CAPABILITIES | SANDBOX_RLIMITS |
		  SANDBOX_NO_NEW_PRIVS;
	return layers | enter_locks(b);
}

int
sandbox_root_open(uint8_t number)
{
	char path[8] = "/";

	if ((disabled & RECORD_LAYER_NAMESPACES) == 0) {
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
	struct layer_error e;

	if (disabled & RECORD_LAYER_SECCOMP)
		return;
	if (sandbox_seccomp(role, SANDBOX_STAGE_SERVE, &e) == -1)
		layer_unavailable("seccomp, second stage", &e,
		    "this is a bug in pxeguard; please report it");
	log_info("sandbox: seccomp, second stage");
}
