/* SPDX-License-Identifier: ISC */
/* Finds the lease file: a database, one to make, or text to import. */
#include "leased/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"

#define USER "pxeguard-leased"
#define LOOK_SIZE 4096 /* bytes that tell what a file is */

enum look {
	LOOK_ABSENT,
	LOOK_EMPTY,
	LOOK_DATABASE,
	LOOK_TEXT,
	LOOK_STRANGE, /* none of these */
	LOOK_KIND, /* not even a plain file */
	LOOK_FAILED, /* errno */
};

/* A database begins with these 16 bytes, the NUL among them. */
static const char magic[16] = "SQLite format 3";

static bool
is_text(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if ((unsigned char)p[i] < 0x20 && p[i] != '\n' &&
		    p[i] != '\t' && p[i] != '\r')
			return false;
	}
	return true;
}

static enum look
look(const char *file)
{
	char buf[LOOK_SIZE];
	struct stat st;
	ssize_t n = 0;
	int fd, saved;

	fd = open(
	    file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd == -1)
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
	if ((size_t)n >= sizeof(magic) &&
	    memcmp(buf, magic, sizeof(magic)) == 0)
		return LOOK_DATABASE;
	return is_text(buf, (size_t)n) ? LOOK_TEXT : LOOK_STRANGE;
}

/* A sentence for errno, with the command that mends it where there is one. */
static int
problem(const char *shown, const char *doing, char *why, size_t whysz)
{
	int err = errno;
	const char *slash = strrchr(shown, '/');
	int dirlen = slash == NULL || slash == shown ? 1 : (int)(slash - shown);

	switch (err) {
	case EACCES:
	case EPERM:
		(void)snprintf(why, whysz,
		    "%s cannot be %s by user " USER " (uid %u): %s; the "
		    "folder %.*s and the file must be its own; make one "
		    "(install -d -o " USER " -g " USER " -m 0700 "
		    "/var/lib/pxeguard), copy the file there, chown it, and "
		    "name it with dhcp-leasefile",
		    shown, doing, (unsigned int)geteuid(), strerror(err),
		    dirlen, shown);
		break;
	case ELOOP:
		(void)snprintf(why, whysz,
		    "%s is a symbolic link; name in dhcp-leasefile the file "
		    "that it leads to",
		    shown);
		break;
	case EROFS:
		(void)snprintf(why, whysz,
		    "%s cannot be %s: %s; mount it for writing or name "
		    "another place in dhcp-leasefile",
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
		    "%s cannot be %s by user " USER " (uid %u): %s; see that "
		    "its folder exists and its file system works",
		    shown, doing, (unsigned int)geteuid(), strerror(err));
	}
	return -1;
}

/* What cannot be the store: a sentence for each. 0 for what may be. */
static int
look_problem(enum look l, const char *shown, char *why, size_t whysz)
{
	switch (l) {
	case LOOK_FAILED:
		return problem(shown, "read", why, whysz);
	case LOOK_KIND:
		(void)snprintf(why, whysz,
		    "%s is not a plain file; name another in dhcp-leasefile",
		    shown);
		return -1;
	default:
		return 0;
	}
}

/*
 * Makes the file, which SQLite would open to others, or finds that it cannot
 * be written, with a better reason than SQLite has.
 */
static int
make(const char *file)
{
	int fd;

	fd = open(file,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY,
	    S_IRUSR | S_IWUSR);
	if (fd == -1)
		return -1;
	return close(fd);
}

static void
show(char dst[PLACE_SHOWN_MAX], const char *path, const char *suffix)
{
	char whole[RECORD_PATH_MAX + 8];
	int n;

	n = snprintf(whole, sizeof(whole), "%s%s", path, suffix);
	(void)log_escape(dst, PLACE_SHOWN_MAX, whole, (size_t)n);
}

/* Decides between `named`, which is in p, and what is beside it. */
static int
choose(struct place *p, const char *named, const char *dir, const char *base,
    char *why, size_t whysz)
{
	char beside[sizeof(p->file)], beside_shown[PLACE_SHOWN_MAX];
	enum look here, there;

	here = look(p->file);
	if (look_problem(here, p->shown, why, whysz) == -1)
		return -1;
	if (here == LOOK_DATABASE)
		return 0;
	(void)snprintf(beside, sizeof(beside), "%s/%s" PLACE_SUFFIX, dir, base);
	show(beside_shown, named, PLACE_SUFFIX);
	there = look(beside);
	if ((there == LOOK_EMPTY || there == LOOK_ABSENT) &&
	    here != LOOK_TEXT) {
		p->strange = here == LOOK_STRANGE;
		return 0;
	}
	if (look_problem(there, beside_shown, why, whysz) == -1)
		return -1;
	if (there == LOOK_TEXT) {
		(void)snprintf(why, whysz,
		    "%s, where the leases of %s belong, is not a database; "
		    "move it away",
		    beside_shown, p->shown);
		return -1;
	}
	if (here == LOOK_TEXT) {
		memcpy(p->text, p->file, sizeof(p->text));
		memcpy(p->text_shown, p->shown, sizeof(p->text_shown));
	}
	p->strange = there == LOOK_STRANGE;
	memcpy(p->file, beside, sizeof(p->file));
	memcpy(p->shown, beside_shown, sizeof(p->shown));
	return 0;
}

int
place_find(struct place *p, const char *named, const char *dir, char *why,
    size_t whysz)
{
	const char *base = strrchr(named, '/');

	memset(p, 0, sizeof(*p));
	show(p->shown, named, "");
	if (base == NULL || *++base == '\0' || strcmp(base, ".") == 0 ||
	    strcmp(base, "..") == 0) {
		(void)snprintf(why, whysz,
		    "dhcp-leasefile=%s does not name a file; write its whole "
		    "path, such as /var/lib/pxeguard/leases.db",
		    p->shown);
		return -1;
	}
	if ((size_t)snprintf(p->file, sizeof(p->file), "%s/%s", dir, base) >=
	    sizeof(p->file) - sizeof(PLACE_SUFFIX)) {
		(void)snprintf(why, whysz, "%s is too long a path", p->shown);
		return -1;
	}
	if (choose(p, named, dir, base, why, whysz) == -1)
		return -1;
	return place_make(p, why, whysz);
}

int
place_make(const struct place *p, char *why, size_t whysz)
{
	if (make(p->file) == -1)
		return problem(p->shown, "written", why, whysz);
	return 0;
}
