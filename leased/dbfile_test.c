/* SPDX-License-Identifier: ISC */
/* What --test says of the lease database. */
#include "leased/dbfile_test.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leased/sqlite_open.h"
#include "leased/sqlite_schema.h"

/* Places in the header of a database; SQLite's file format, 1.3. */
#define PAGES_AT 28
#define VERSION_AT 60
#define APPLICATION_AT 68
#define HEADER_SIZE 100

static int32_t
dbfile_test_number(const uint8_t *p)
{
	return (int32_t)((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
			 (uint32_t)p[2] << 8 | p[3]);
}

/* Whether the write-ahead log may hold a newer header. */
static bool
dbfile_test_has_log(const struct dbfile *p)
{
	char name[sizeof(p->file) + 8];
	struct stat st;

	(void)snprintf(name, sizeof(name), "%s-wal", p->file);
	return stat(name, &st) == 0 && st.st_size > 0;
}

/* What is too short to tell, or damaged, is left to the start. */
static int
dbfile_test_owner(const struct dbfile *p, char *why, size_t whysz)
{
	char reason[DBFILE_SHOWN_MAX];
	uint8_t head[HEADER_SIZE];
	int32_t app, version;
	ssize_t n;
	int fd;

	if ((fd = dbfile_open(p->file)) == -1)
		return dbfile_problem(p->shown, "read", why, whysz);
	n = pread(fd, head, sizeof(head), 0);
	(void)close(fd);
	if (n != (ssize_t)sizeof(head))
		return 0;
	app = dbfile_test_number(head + APPLICATION_AT);
	version = dbfile_test_number(head + VERSION_AT);
	if (app == 0 && version == 0 &&
	    (dbfile_test_number(head + PAGES_AT) <= 1 ||
		dbfile_test_has_log(p)))
		return 0;
	if (sqlite_owner(app == SQLITE_SCHEMA_APPLICATION, version, reason,
		sizeof(reason)) == 0)
		return 0;
	(void)snprintf(why, whysz, "lease file %s: %s", p->shown, reason);
	return -1;
}

/* access(2) knows access control lists and read-only file systems. */
static int
dbfile_test_access(const struct dbfile *p)
{
	char folder[sizeof(p->file)];
	char *slash;

	if (access(p->file, R_OK | W_OK) == 0) {
		if (dbfile_test_has_log(p))
			return 0;
	} else if (errno != ENOENT) {
		return -1;
	}
	memcpy(folder, p->file, sizeof(folder));
	if ((slash = strrchr(folder, '/')) != NULL)
		slash[slash == folder ? 1 : 0] = '\0';
	return access(folder, W_OK | X_OK);
}

int
dbfile_test(const struct dbfile *p, char *why, size_t whysz)
{
	if (!p->empty && !p->foreign && dbfile_test_owner(p, why, whysz) == -1)
		return -1;
	return dbfile_test_access(p) == 0
		   ? 0
		   : dbfile_problem(p->shown, "written", why, whysz);
}
