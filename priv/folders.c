/* SPDX-License-Identifier: ISC */
/* Checking the folders that a configuration names. */
#include "priv/folders.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"
#include "priv/folder_look.h"
#include "priv/spawn.h"

#define STORE_DIR "/var/lib/pxeguard"

/* Why a folder cannot be served from, by its errno. */
static const char *
folder_error_text(int error)
{
	if (error == ETIMEDOUT)
		return "it does not answer; its file server may be away";
	return strerror(error);
}

/* 1 for one that is there, 0 for one that need not be, -1 for an error. */
static int
tftp_root_check(struct conf *c, size_t n, int limit_ms)
{
	const char *path = conf_tftp_root(c, n);
	int error = folder_look(path, limit_ms);

	if (error == 0)
		return 1;
	if (!c->tftp.no_fail) {
		log_err("tftp-root %s: %s; make the folder, correct "
			"tftp-root, or let TFTP be absent with tftp-no-fail",
		    path, folder_error_text(error));
		return -1;
	}
	log_warnx("tftp-root %s: %s; %s (tftp-no-fail)", path,
	    folder_error_text(error),
	    c->ntftp_roots == 0 ? "TFTP is not served"
				: "nothing is served from it");
	conf_drop_tftp_root(c, n);
	return 0;
}

/* Whether there are more roots than a chroot can hold. */
static bool
roots_too_many(const struct conf *c, size_t there)
{
	return there > 1 && (c->daemon.without & RECORD_WALL_NAMESPACES) != 0;
}

static int
tftp_roots_check(struct conf *c, int limit_ms)
{
	size_t n, named = 0, there = 0;
	int found;

	for (n = 0; n <= c->ntftp_roots; n++) {
		if (conf_tftp_root(c, n)[0] == '\0')
			continue;
		named++;
		if ((found = tftp_root_check(c, n, limit_ms)) == -1)
			return -1;
		there += (size_t)found;
	}
	if (there == 0 && named > 0)
		c->tftp.enabled = false;
	if (roots_too_many(c, there)) {
		log_err("only one tftp-root can be served without namespaces "
			"(without-wall), and there are %zu; name one, or let "
			"pxeguard have its namespaces",
		    there);
		return -1;
	}
	return 0;
}

/* Makes the folder of leases; later the parent has no right to. */
static void
store_dir_make(void)
{
	const struct spawn_user *u = spawn_user(ROLE_LEASED);

	if (mkdir(STORE_DIR, 0700) == -1) {
		if (errno != EEXIST)
			log_warn("cannot make %s for the leases", STORE_DIR);
		return;
	}
	if (chown(STORE_DIR, u->uid, u->gid) == -1)
		log_warn("chown %s", STORE_DIR);
}

/* The same roots are served, whether they are there at this moment or not. */
static void
tftp_roots_keep(struct conf *c, const struct conf *before)
{
	size_t n;

	for (n = 0; n <= c->ntftp_roots; n++)
		if (conf_tftp_root(before, n)[0] == '\0')
			conf_drop_tftp_root(c, n);
	c->tftp.enabled = before->tftp.enabled;
}

int
folders_check(struct conf *c, const struct conf *before)
{
	int limit_ms = before == NULL ? FOLDER_LOOK_START_MS : FOLDER_LOOK_MS;

	if (c->copied)
		tftp_roots_keep(c, before);
	else if (c->tftp.enabled && tftp_roots_check(c, limit_ms) == -1)
		return -1;
	if (before == NULL && c->dhcp.enabled &&
	    strncmp(c->store.path, STORE_DIR "/", sizeof(STORE_DIR)) == 0)
		store_dir_make();
	return 0;
}

/* What the daemon would do about a root; whether it would serve from it. */
static bool
tftp_root_test(const struct conf *c, const char *path, uint32_t *warnings)
{
	int error = folder_look(path, FOLDER_LOOK_START_MS);

	if (error == 0)
		return true;
	log_warnx("tftp-root %s: %s; here the daemon would %s%s", path,
	    folder_error_text(error),
	    c->tftp.no_fail ? "not serve TFTP" : "not start",
	    c->tftp.no_fail && c->ntftp_roots > 0 ? " from it" : "");
	(*warnings)++;
	/* Without tftp-no-fail it must be there when the daemon starts. */
	return !c->tftp.no_fail;
}

uint32_t
folders_test(const struct conf *c)
{
	uint32_t warnings = 0;
	size_t n, there = 0;

	if (!c->tftp.enabled)
		return 0;
	for (n = 0; n <= c->ntftp_roots; n++) {
		const char *path = conf_tftp_root(c, n);

		if (path[0] != '\0' && tftp_root_test(c, path, &warnings))
			there++;
	}
	if (roots_too_many(c, there)) {
		log_warnx("only one tftp-root can be served without namespaces "
			  "(without-wall), and there are %zu; here the daemon "
			  "would not start",
		    there);
		warnings++;
	}
	return warnings;
}
