/* SPDX-License-Identifier: ISC */
/* Opens the lease database and its write-ahead log for reading. */
#include "command/leases_files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"

#define BESIDE ".db" /* of the database beside a lease file of dnsmasq */
#define PENDING ".recovering"
#define WAL "-wal"
#define NAME_SIZE (RECORD_PATH_MAX + 64)

/* leased renames two files when it moves a database aside. */
#define ATTEMPTS 50
#define ATTEMPT_WAIT_MS 10

static void
leases_close(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

/* *fd: -1 if there is no such file. */
static int
leases_open(const char *name, int *fd)
{
	struct stat st;

	*fd = open(
	    name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (*fd == -1 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (*fd != -1 && fstat(*fd, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	if (*fd != -1 || errno == ENXIO)
		log_err(
		    "%s: not a regular file; set dhcp-leasefile to the lease database",
		    name);
	else if (errno == ELOOP)
		log_err(
		    "%s: symbolic link; set dhcp-leasefile to the file that it points to",
		    name);
	else
		log_err("%s cannot be read: %s; run pxeguard --leases as root",
		    name, strerror(errno));
	leases_close(fd);
	return -1;
}

static bool
leases_exists(const char *base, const char *suffix)
{
	char name[NAME_SIZE];
	struct stat st;

	(void)snprintf(name, sizeof(name), "%s%s", base, suffix);
	return lstat(name, &st) == 0;
}

/* Whether an open file, or none, still has this name. */
static bool
leases_has_name(int fd, const char *name)
{
	struct stat named, st;

	if (lstat(name, &named) == -1)
		return fd == -1;
	return fd != -1 && fstat(fd, &st) == 0 && st.st_dev == named.st_dev &&
	       st.st_ino == named.st_ino;
}

/* The first bytes: 1 for a database, 0 for anything else, -1 for nothing. */
static int
leases_kind(int fd)
{
	static const char magic[16] = "SQLite format 3";
	char head[sizeof(magic)];
	ssize_t n = fd == -1 ? 0 : pread(fd, head, sizeof(head), 0);

	if (n <= 0)
		return -1;
	return n == sizeof(head) && memcmp(head, magic, sizeof(head)) == 0;
}

/* As dbfile_find(): NAME if it is a database, else NAME.db if that is not
 * empty, else NAME. */
static int
leases_choose(const char *named, char path[RECORD_PATH_MAX + 32])
{
	char beside[RECORD_PATH_MAX + 8];
	int fd, kind;

	(void)snprintf(path, RECORD_PATH_MAX + 32, "%s", named);
	if (leases_open(named, &fd) == -1)
		return -1;
	kind = leases_kind(fd);
	leases_close(&fd);
	if (kind == 1)
		return 0;
	(void)snprintf(beside, sizeof(beside), "%s" BESIDE, named);
	if (leases_open(beside, &fd) == -1)
		return -1;
	if (leases_kind(fd) != -1 || leases_exists(beside, PENDING))
		(void)snprintf(path, RECORD_PATH_MAX + 32, "%s", beside);
	leases_close(&fd);
	return 0;
}

/*
 * The database, and its log.  A recovery renames first the log and then the
 * database to FILE.recovering; a start that was killed may have left either
 * state.
 */
static int
leases_open_pair(struct leases_files *f, const char *base, bool *consistent)
{
	bool moved = leases_exists(base, PENDING);
	bool log_moved = leases_exists(base, PENDING WAL);
	char db[NAME_SIZE], wal[NAME_SIZE];

	(void)snprintf(db, sizeof(db), "%s%s", base, moved ? PENDING : "");
	(void)snprintf(wal, sizeof(wal), "%s%s" WAL, base,
	    moved || log_moved ? PENDING : "");
	f->recovering = moved;
	if (leases_open(db, &f->db) == -1)
		return -1;
	if (leases_open(wal, &f->wal) == -1) {
		leases_close(&f->db);
		return -1;
	}
	*consistent = leases_has_name(f->db, db) &&
		      leases_has_name(f->wal, wal) &&
		      leases_exists(base, PENDING) == moved &&
		      leases_exists(base, PENDING WAL) == log_moved;
	return 0;
}

int
leases_files_open(struct leases_files *f, const char *named)
{
	bool consistent = false;
	int i;

	f->db = f->wal = -1;
	if (leases_choose(named, f->path) == -1)
		return -1;
	for (i = 0; i < ATTEMPTS; i++) {
		if (leases_open_pair(f, f->path, &consistent) == -1)
			return -1;
		if (consistent)
			return 0;
		leases_files_close(f);
		(void)poll(NULL, 0, ATTEMPT_WAIT_MS);
	}
	log_err("%s is replaced all the time; try again", f->path);
	return -1;
}

void
leases_files_close(struct leases_files *f)
{
	leases_close(&f->db);
	leases_close(&f->wal);
}
