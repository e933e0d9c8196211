/* SPDX-License-Identifier: ISC */
/* What each process should be: the table of roles, the users, the programs. */
#include "command/confine_want.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "priv/conf_opener.h"
#include "priv/role_spec.h"
#include "priv/spawn.h"
#include "sandbox/parent.h"
#include "sandbox/user.h"

/* The filters that a role installs itself. */
#define ROLE_FILTERS 2
#define CONFD_FILTERS 1 /* it ends after the first stage */

#define FDS_ALL                                                              \
	(CONFINE_FD_BIT(CONFINE_FD_NULL) | CONFINE_FD_BIT(CONFINE_FD_UNIX) | \
	    CONFINE_FD_BIT(CONFINE_FD_EPOLL) |                               \
	    CONFINE_FD_BIT(CONFINE_FD_PIPE))
#define FD_UDP CONFINE_FD_BIT(CONFINE_FD_UDP)
#define FD_TCP CONFINE_FD_BIT(CONFINE_FD_TCP)
#define FD_FILE CONFINE_FD_BIT(CONFINE_FD_FILE)
#define FD_FOLDER CONFINE_FD_BIT(CONFINE_FD_FOLDER)
#define FD_MEMFD CONFINE_FD_BIT(CONFINE_FD_MEMFD)

/* Kinds of descriptors of roles, besides FDS_ALL. */
static const uint32_t role_fds[ROLE_MAX] = {
	[ROLE_CONFD] = FD_FILE | FD_FOLDER,
	[ROLE_DHCPD] = FD_UDP,
	[ROLE_LEASED] = FD_FILE | FD_FOLDER,
	[ROLE_TFTPD] = FD_UDP | FD_FILE | FD_MEMFD,
	[ROLE_IMAGED] = FD_FILE | FD_FOLDER | FD_MEMFD,
	[ROLE_CAPD] = FD_FILE,
	[ROLE_HASHD] = FD_FILE | FD_MEMFD,
	[ROLE_HTTPD] = FD_TCP | FD_FILE | FD_MEMFD,
};

/* --------------------------------------------------------------- folders */

/* Resolves links in a path; one that cannot be opened is kept, as is "". */
static void
folder_resolve(char dst[RECORD_PATH_MAX], const char *path)
{
	char name[32];
	int fd, error;
	ssize_t n;

	(void)snprintf(dst, RECORD_PATH_MAX, "%s", path);
	if (path[0] == '\0')
		return;
	fd = conf_opener_open(path, true, CONF_OPENER_MS, &error);
	if (fd == -1)
		return;
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	n = readlink(name, dst, RECORD_PATH_MAX - 1);
	if (n > 0)
		dst[n] = '\0';
	(void)close(fd);
}

void
confine_site_folders(struct confine_site *site, const char *store)
{
	const struct conf *c = site->conf;
	char folder[RECORD_PATH_MAX];
	uint8_t n;

	site->ntftp_roots = (uint8_t)(1 + c->ntftp_roots);
	for (n = 0; n < site->ntftp_roots; n++)
		folder_resolve(site->tftp_roots[n], conf_tftp_root(c, n));
	(void)snprintf(folder, sizeof(folder), "%s",
	    store != NULL && store[0] != '\0' ? store : c->store.path);
	folder_resolve(site->store, dirname(folder));
	conf_opener_end();
}

/* ------------------------------------------------------------------- who */

static bool
same_program(const struct confine_proc *p, uint64_t dev, uint64_t ino)
{
	return p->exe_dev == dev && p->exe_ino == ino;
}

/* By the program; after an upgrade of its file, by the user. */
static enum confine_who
who_is(const struct confine_proc *p, const struct confine_proc *parent,
    enum role *role)
{
	uint64_t dev, ino;

	if (p == parent)
		return CONFINE_PARENT;
	for (*role = ROLE_CONFD; *role < ROLE_MAX; (*role)++)
		if (spawn_program(*role, &dev, &ino) == 0 &&
		    same_program(p, dev, ino))
			return CONFINE_ROLE;
	if (same_program(p, parent->exe_dev, parent->exe_ino))
		return CONFINE_HELPER;
	for (*role = ROLE_CONFD; *role < ROLE_MAX; (*role)++)
		if (p->status.uid[0] == spawn_user(*role)->uid)
			return CONFINE_ROLE;
	return CONFINE_UNKNOWN;
}

const char *
confine_want_name(const struct confine_want *want)
{
	static const char *const names[] = {
		[CONFINE_PARENT] = "parent",
		[CONFINE_HELPER] = "helper",
		[CONFINE_UNKNOWN] = "unknown",
	};

	return want->who == CONFINE_ROLE ? role_name(want->role)
					 : names[want->who];
}

/* ---------------------------------------------------------------- wanted */

static void
want_root(struct confine_want *want, const struct confine_site *site)
{
	uint8_t n;

	want->root = role_spec(want->role)->root;
	if (want->root == SANDBOX_ROOT_WRITE) {
		want->roots[0] = site->store;
		want->nroots = 1;
	}
	if (want->root != SANDBOX_ROOT_READ)
		return;
	for (n = 0; n < site->ntftp_roots; n++)
		want->roots[n] = site->tftp_roots[n];
	want->nroots = site->ntftp_roots;
}

static uint32_t
count_udp(const struct confine_proc *p)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < p->nfds; i++)
		n += p->fds[i].kind == CONFINE_FD_UDP;
	return n;
}

/* As limits_role(), with the limit of the daemon. */
static uint32_t
want_nofile(const struct confine_site *site, enum role role,
    const struct confine_proc *p, const struct confine_proc *parent)
{
	uint64_t n, hard = parent->limits.hard[CONFINE_NOFILE];

	/* The configuration was read here without any socket. */
	if (role == ROLE_DHCPD)
		site->conf->nlisteners = count_udp(p);
	n = role_fds_needed(role, site->conf);
	site->conf->nlisteners = 0;
	if (n > hard)
		n = hard;
	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static void
want_role(struct confine_want *want, const struct confine_site *site,
    const struct confine_proc *p, const struct confine_proc *parent)
{
	const struct spawn_user *user = spawn_user(want->role);
	struct boot boot = { .role = (uint8_t)want->role,
		.root = (uint8_t)role_spec(want->role)->root };

	(void)spawn_program(want->role, &want->exe_dev, &want->exe_ino);
	want->user = user->name;
	want->uid = user->uid;
	want->gid = user->gid;
	want_root(want, site);
	want->filters = ROLE_FILTERS;
	if (want->role == ROLE_CONFD) {
		want->filters = CONFD_FILTERS;
		want->filters_more = true;
	}
	want->nofile = want_nofile(site, want->role, p, parent);
	want->fds = FDS_ALL | role_fds[want->role];
	/* Their files are handed to them. */
	want->fds_host = want->role == ROLE_CONFD || want->role == ROLE_CAPD;
	/* The only tree is then the host's. */
	if ((site->layers_disabled & RECORD_LAYER_NAMESPACES) != 0)
		want->fds_host = true;
#ifndef PXEGUARD_SANITIZE /* its reports may go to a file */
	want->no_file = sandbox_no_file(&boot);
#else
	(void)boot;
	want->fds = UINT32_MAX;
#endif
}

void
confine_want_fill(struct confine_want *want, const struct confine_site *site,
    const struct confine_proc *p, const struct confine_proc *parent)
{
	struct stat st;

	memset(want, 0, sizeof(*want));
	want->layers_disabled = site->layers_disabled;
	want->who = (uint8_t)who_is(p, parent, &want->role);
	switch (want->who) {
	case CONFINE_ROLE:
		want_role(want, site, p, parent);
		return;
	case CONFINE_PARENT:
		want->caps =
		    sandbox_parent_caps(site->layers_disabled, &want->bounding);
		/* This command is the same program. */
		if (stat("/proc/self/exe", &st) == 0) {
			want->exe_dev = st.st_dev;
			want->exe_ino = st.st_ino;
		}
		break;
	case CONFINE_HELPER:
		want->caps = parent->status.cap[CONFINE_CAP_PERMITTED];
		want->bounding = parent->status.cap[CONFINE_CAP_BOUNDING];
		want->exe_dev = parent->exe_dev;
		want->exe_ino = parent->exe_ino;
		break;
	default:
		break;
	}
	want->filters_more = true;
}
