/* SPDX-License-Identifier: ISC */
/* The folder of the lease database, and the lease file of dnsmasq. */
#include "priv/store_folder.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/open_error.h"
#include "priv/conf_opener.h"
#include "priv/role_spec.h"
#include "priv/roots_look.h"
#include "priv/spawn.h"

/* Not in a folder below the default one. */
static bool
store_in_default(const struct conf *c)
{
	char dir[RECORD_PATH_MAX];

	memcpy(dir, c->store.path, sizeof(dir));
	return strcmp(dirname(dir), RECORD_STORE_FOLDER) == 0;
}

/* Always -1, unless nothing is stored yet. */
static int
store_folder_failed(const struct conf *c)
{
	if (!role_needed(ROLE_LEASED, c)) {
		log_warn(
		    "cannot create %s for the leases", RECORD_STORE_FOLDER);
		return 0;
	}
	log_err(
	    "cannot create %s for the leases: %s; make the folder above it writable, or set dhcp-leasefile to another folder",
	    RECORD_STORE_FOLDER, strerror(errno));
	return -1;
}

/*
 * Creates the folder of leases, also if nothing is stored yet: when a reload
 * enables DHCP or verify-images, the parent has no permission to.
 */
int
store_folder_make(const struct conf *c)
{
	const struct spawn_user *u = spawn_user(ROLE_LEASED);

	if (!store_in_default(c))
		return 0;
	if (mkdir(RECORD_STORE_FOLDER, 0700) == -1)
		return errno == EEXIST ? 0 : store_folder_failed(c);
	if (chown(RECORD_STORE_FOLDER, u->uid, u->gid) == -1)
		log_warn("cannot change the owner of %s", RECORD_STORE_FOLDER);
	return 0;
}

int
store_folder_test(struct conf *c)
{
	char above[] = RECORD_STORE_FOLDER;
	struct stat st;

	if (!store_in_default(c) || stat(RECORD_STORE_FOLDER, &st) == 0)
		return 0;
	if (errno != ENOENT || access(dirname(above), W_OK | X_OK) == -1)
		return store_folder_failed(c);
	c->no_store_folder = true;
	return 0;
}

/* Whether the user of leased may make files in a folder. */
static bool
store_may_write(const struct folder_look *f)
{
	const struct spawn_user *u = spawn_user(ROLE_LEASED);
	const uint32_t need = S_IWOTH | S_IXOTH;
	uint32_t mode = f->mode;

	if (f->uid == u->uid)
		mode >>= 6;
	else if (f->gid == u->gid)
		mode >>= 3;
	return (mode & need) == need;
}

/* A file for leased to import; -1: there is none, or it was logged. */
static int
store_open(const char *path, int limit_ms)
{
	int error, fd = conf_opener_open(path, false, limit_ms, &error);

	conf_opener_end();
	if (fd == -1 && error != ENOENT)
		log_warnx("%s is not imported: %s", path,
		    open_error_text((uint32_t)error));
	return fd;
}

static void
store_import(struct conf *c, int fd, const char *path)
{
	c->import_fd = fd;
	if (fd != -1)
		(void)snprintf(
		    c->import_path, sizeof(c->import_path), "%s", path);
}

/* Whether a file is a lease database already, by its first bytes. */
static bool
store_is_database(int fd)
{
	static const char magic[] = "SQLite format 3";
	char head[sizeof(magic)];

	return fd != -1 && pread(fd, head, sizeof(head), 0) == sizeof(head) &&
	       memcmp(head, magic, sizeof(magic)) == 0;
}

/*
 * dnsmasq has its lease file in a folder of root's.  leased cannot write there,
 * so its database is in the folder of leases, and the old file is imported.
 */
static int
store_move(struct conf *c, int limit_ms)
{
	char old[RECORD_PATH_MAX], beside[RECORD_PATH_MAX + 8];
	bool database;
	int fd, db, r = 0;

	memcpy(old, c->store.path, sizeof(old));
	(void)snprintf(beside, sizeof(beside), "%s.db", old);
	fd = store_open(old, limit_ms);
	db = store_open(beside, limit_ms);
	/* An access control list may let leased write there all the same. */
	database = store_is_database(fd) || store_is_database(db);
	if (!database && conf_set_store(c, RECORD_STORE_PATH) == -1) {
		log_warnx("out of memory for the configuration");
		r = -1;
	} else if (!database) {
		log_at(LOG_NOTICE, conf_log_place(c, c->store_line),
		    "dhcp-leasefile %s: user pxeguard-leased may not write to its folder; leases are stored in %s",
		    old, RECORD_STORE_PATH);
		store_import(c, fd, old);
		fd = -1;
	}
	if (fd != -1)
		(void)close(fd);
	if (db != -1)
		(void)close(db);
	return r;
}

/*
 * Without dhcp-leasefile, leased is given dnsmasq's own file.  It knows
 * whether there are leases already.
 */
static void
store_import_default(struct conf *c, int limit_ms)
{
	store_import(
	    c, store_open(STORE_DNSMASQ_FILE, limit_ms), STORE_DNSMASQ_FILE);
}

/* Whether other programs use a folder with this path, usually. */
static bool
store_is_shared(const char *dir)
{
	static const char *const shared[] = { "/var/lib", "/var/lib/misc",
		"/var/lib/dnsmasq", "/var/lib/dhcp" };
	size_t i;

	for (i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		if (strcmp(dir, shared[i]) == 0)
			return true;
	/* "/srv", "/var/db" */
	if (strncmp(dir, "/var/", 5) == 0)
		dir += 4;
	return dir[0] == '/' && strchr(dir + 1, '/') == NULL;
}

static void
store_folder_missing(const struct conf *c, const char *dir, const char *why)
{
	const struct log_place at = conf_log_place(c, c->store_line);

	if (store_is_shared(dir))
		log_at(LOG_ERR, at,
		    "dhcp-leasefile %s: folder %s: %s; name a file in a folder of its own, or remove dhcp-leasefile: the leases are then in %s",
		    c->store.path, dir, why, RECORD_STORE_PATH);
	else
		log_at(LOG_ERR, at,
		    "dhcp-leasefile %s: folder %s: %s; create it with: install -d -o pxeguard-leased -g pxeguard-leased -m 0700 %s",
		    c->store.path, dir, why, dir);
}

int
store_folder_check(struct conf *c, bool first, int limit_ms)
{
	char dir[RECORD_PATH_MAX];
	struct roots_look look = { .path = dir };

	if (strcmp(c->store.path, RECORD_STORE_PATH) == 0) {
		if (first)
			store_import_default(c, limit_ms);
		return 0;
	}
	if (store_in_default(c))
		return 0;
	memcpy(dir, c->store.path, sizeof(dir));
	look.path = dirname(dir);
	roots_look(&look, 1, limit_ms);
	if (look.error != 0) {
		store_folder_missing(c, look.path, roots_look_text(look.error));
		return -1;
	}
	return store_may_write(&look.look) ? 0 : store_move(c, limit_ms);
}
