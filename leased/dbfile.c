/* SPDX-License-Identifier: ISC */
/* Finds the lease database, or the text file to import into a new one. */
#include "leased/dbfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"

#define USER "pxeguard-leased"
#define LOOK_SIZE 4096 /* bytes read to find the kind of a file */

enum look {
	LOOK_ABSENT,
	LOOK_EMPTY,
	LOOK_DATABASE,
	LOOK_TEXT,
	LOOK_FOREIGN, /* another regular file */
	LOOK_KIND, /* not a regular file */
	LOOK_FAILED, /* errno */
};

/* A database begins with these 16 bytes, the NUL among them. */
static const char magic[16] = "SQLite format 3";

bool
dbfile_is_database(const void *p, size_t n)
{
	return n >= sizeof(magic) && memcmp(p, magic, sizeof(magic)) == 0;
}

bool
dbfile_is_text(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	size_t i;

	for (i = 0; i < n && i < LOOK_SIZE; i++) {
		if (p[i] < 0x20 && p[i] != '\n' && p[i] != '\t' && p[i] != '\r')
			return false;
	}
	return true;
}

int
dbfile_open(const char *file)
{
	return open(
	    file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static enum look
dbfile_look(const char *file)
{
	char buf[LOOK_SIZE];
	struct stat st;
	ssize_t n = 0;
	int fd, saved;

	if ((fd = dbfile_open(file)) == -1)
		return errno == ENOENT	? LOOK_ABSENT
		       : errno == ENXIO ? LOOK_KIND
					: LOOK_FAILED;
	if (fstat(fd, &st) == -1 ||
	    (S_ISREG(st.st_mode) && (n = read(fd, buf, sizeof(buf))) == -1)) {
		saved = errno;
		(void)close(fd);
		errno = saved;
		return LOOK_FAILED;
	}
	(void)close(fd);
	if (!S_ISREG(st.st_mode))
		return LOOK_KIND;
	if (n == 0)
		return LOOK_EMPTY;
	if (dbfile_is_database(buf, (size_t)n))
		return LOOK_DATABASE;
	return dbfile_is_text(buf, (size_t)n) ? LOOK_TEXT : LOOK_FOREIGN;
}

/* Explains errno, with the command that fixes it where there is one. */
int
dbfile_problem(const char *shown, const char *doing, char *why, size_t whysz)
{
	int err = errno;
	const char *slash = strrchr(shown, '/');
	int dirlen = slash == NULL || slash == shown ? 1 : (int)(slash - shown);

	switch (err) {
	case EACCES:
	case EPERM:
		(void)snprintf(why, whysz,
		    "%s cannot be %s by user " USER
		    " (uid %u): %s; set dhcp-leasefile to a file in a folder of its own, or, if %.*s holds leases alone, run: chown -R " USER
		    ": %.*s",
		    shown, doing, (unsigned int)geteuid(), strerror(err),
		    dirlen, shown, dirlen, shown);
		break;
	case ELOOP:
		(void)snprintf(why, whysz,
		    "%s: symbolic link; set dhcp-leasefile to the file that it points to",
		    shown);
		break;
	case EROFS:
		(void)snprintf(why, whysz,
		    "%s cannot be %s: %s; mount it for writing or set dhcp-leasefile to another folder",
		    shown, doing, strerror(err));
		break;
	case ENOSPC:
	case EDQUOT:
		(void)snprintf(why, whysz,
		    "%s cannot be %s: %s; free some space there", shown, doing,
		    strerror(err));
		break;
	default:
		(void)snprintf(why, whysz,
		    "%s cannot be %s by user " USER
		    " (uid %u): %s; check that the folder exists and the file system works",
		    shown, doing, (unsigned int)geteuid(), strerror(err));
	}
	return -1;
}

/* -1 with a sentence when this cannot be a database; else 0. */
static int
dbfile_look_problem(enum look l, const char *shown, char *why, size_t whysz)
{
	switch (l) {
	case LOOK_FAILED:
		return dbfile_problem(shown, "read", why, whysz);
	case LOOK_KIND:
		(void)snprintf(why, whysz,
		    "%s: not a regular file; set dhcp-leasefile to another file",
		    shown);
		return -1;
	default:
		return 0;
	}
}

static void
dbfile_show(char dst[DBFILE_SHOWN_MAX], const char *path, const char *suffix)
{
	char whole[RECORD_PATH_MAX + 8];
	int n;

	n = snprintf(whole, sizeof(whole), "%s%s", path, suffix);
	(void)log_escape(dst, DBFILE_SHOWN_MAX, whole, (size_t)n);
}

/* Chooses between the file `named` and the database beside it. */
static int
dbfile_choose(struct dbfile *p, const char *named, const char *dir,
    const char *base, char *why, size_t whysz)
{
	char beside[sizeof(p->file)], beside_shown[DBFILE_SHOWN_MAX];
	enum look here, there;

	here = dbfile_look(p->file);
	if (dbfile_look_problem(here, p->shown, why, whysz) == -1)
		return -1;
	if (here == LOOK_DATABASE)
		return 0;
	(void)snprintf(
	    beside, sizeof(beside), "%s/%s" DBFILE_SUFFIX, dir, base);
	dbfile_show(beside_shown, named, DBFILE_SUFFIX);
	there = dbfile_look(beside);
	p->empty = here == LOOK_EMPTY || here == LOOK_ABSENT;
	if ((there == LOOK_EMPTY || there == LOOK_ABSENT) &&
	    here != LOOK_TEXT) {
		p->foreign = here == LOOK_FOREIGN;
		return 0;
	}
	if (dbfile_look_problem(there, beside_shown, why, whysz) == -1)
		return -1;
	if (there == LOOK_TEXT) {
		(void)snprintf(why, whysz,
		    "%s: not a database, but the leases of %s are to be imported into it; move it away",
		    beside_shown, p->shown);
		return -1;
	}
	if (here == LOOK_TEXT) {
		memcpy(p->text, p->file, sizeof(p->text));
		memcpy(p->text_shown, p->shown, sizeof(p->text_shown));
	}
	p->foreign = there == LOOK_FOREIGN;
	p->empty = there == LOOK_EMPTY || there == LOOK_ABSENT;
	memcpy(p->file, beside, sizeof(p->file));
	memcpy(p->shown, beside_shown, sizeof(p->shown));
	return 0;
}

int
dbfile_find(struct dbfile *p, const char *named, const char *dir, char *why,
    size_t whysz)
{
	const char *base = strrchr(named, '/');

	memset(p, 0, sizeof(*p));
	dbfile_show(p->shown, named, "");
	if (base == NULL || *++base == '\0' || strcmp(base, ".") == 0 ||
	    strcmp(base, "..") == 0) {
		(void)snprintf(why, whysz,
		    "dhcp-leasefile=%s: not the path of a file; write an absolute path such as /var/lib/pxeguard/leases.db",
		    p->shown);
		return -1;
	}
	if ((size_t)snprintf(p->file, sizeof(p->file), "%s/%s", dir, base) >=
	    sizeof(p->file) - sizeof(DBFILE_SUFFIX)) {
		(void)snprintf(why, whysz,
		    "%s: path too long; shorten dhcp-leasefile", p->shown);
		return -1;
	}
	return dbfile_choose(p, named, dir, base, why, whysz);
}

/* SQLite would not give it that mode, nor as good a reason for a failure. */
int
dbfile_make(const struct dbfile *p, char *why, size_t whysz)
{
	int fd = open(p->file,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY,
	    S_IRUSR | S_IWUSR);

	if (fd == -1)
		return dbfile_problem(p->shown, "written", why, whysz);
	(void)close(fd);
	return 0;
}
