/* SPDX-License-Identifier: ISC */
/* Checking the folders that a configuration names. */
#include "priv/folders.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"
#include "priv/spawn.h"

#define STORE_DIR "/var/lib/pxeguard"

/* Why a folder cannot be served from, as an errno; 0 where it can. */
static int
folder_error(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return errno;
	return S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
}

/* The tftp-root of that number, the first being that of all interfaces. */
static char *
tftp_root(struct conf *c, size_t n)
{
	return n == 0 ? c->tftp.root : c->tftp_roots[n - 1].path;
}

/* One that is there counts; one that is not is an error or is struck out. */
static int
tftp_root_check(struct conf *c, char *path, size_t *left)
{
	int error = folder_error(path);

	if (error == 0) {
		(*left)++;
		return 0;
	}
	if (!c->tftp.no_fail) {
		log_err("tftp-root %s: %s; make the folder, correct "
			"tftp-root, or let TFTP be absent with tftp-no-fail",
		    path, strerror(error));
		return -1;
	}
	log_warnx("tftp-root %s: %s; %s (tftp-no-fail)", path, strerror(error),
	    c->ntftp_roots == 0 ? "TFTP is not served"
				: "nothing is served from it");
	path[0] = '\0';
	return 0;
}

static int
tftp_roots_check(struct conf *c)
{
	size_t n, named = 0, left = 0;

	for (n = 0; n <= c->ntftp_roots; n++) {
		char *path = tftp_root(c, n);

		if (path[0] == '\0')
			continue;
		named++;
		if (tftp_root_check(c, path, &left) == -1)
			return -1;
	}
	if (left == 0 && named > 0)
		c->tftp.enabled = false;
	if (left > 1 && (c->daemon.without & RECORD_WALL_NAMESPACES) != 0) {
		log_err("only one tftp-root can be served without namespaces "
			"(without-wall), and there are %zu; name one, or let "
			"pxeguard have its namespaces",
		    left);
		return -1;
	}
	return 0;
}

int
folders_check(struct conf *c, bool first)
{
	if (c->tftp.enabled && tftp_roots_check(c) == -1)
		return -1;
	/* Later the parent has no right to make it, and leased says so. */
	if (first && c->dhcp.enabled &&
	    strncmp(c->store.path, STORE_DIR "/", sizeof(STORE_DIR)) == 0 &&
	    mkdir(STORE_DIR, 0700) == 0) {
		const struct spawn_user *u = spawn_user(ROLE_LEASED);

		if (chown(STORE_DIR, u->uid, u->gid) == -1)
			log_warn("chown %s", STORE_DIR);
	}
	return 0;
}

uint32_t
folders_test(struct conf *c)
{
	uint32_t warnings = 0;
	size_t n;

	for (n = 0; c->tftp.enabled && n <= c->ntftp_roots; n++) {
		const char *path = tftp_root(c, n);
		int error = path[0] == '\0' ? 0 : folder_error(path);

		if (error == 0)
			continue;
		log_warnx("tftp-root %s: %s; here the daemon would %s%s", path,
		    strerror(error),
		    c->tftp.no_fail ? "not serve TFTP" : "not start",
		    c->tftp.no_fail && c->ntftp_roots > 0 ? " from it" : "");
		warnings++;
	}
	return warnings;
}
