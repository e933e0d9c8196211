/* SPDX-License-Identifier: ISC */
/* Looks at a file of the configuration before it opens it. */
#include "priv/conf_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "daemon/open_error.h"

/* Why a file found under a path is not to be opened; 0 where it may be. */
static int
found_error(int found, const struct stat *st, bool directory)
{
	struct statfs fs;
	int error;

	if (fstatfs(found, &fs) == -1)
		return errno;
	/* O_DIRECTORY has seen to directories. */
	if (!directory && (error = open_error_of_mode(st->st_mode)) != 0)
		return error;
	return open_error_of_fs((uint64_t)fs.f_type);
}

static int
find(const char *path, int flags, struct stat *st, int *error)
{
	int found = open(path, O_PATH | O_CLOEXEC | flags);

	if (found != -1 && fstat(found, st) == 0)
		return found;
	*error = errno;
	if (found != -1)
		(void)close(found);
	return -1;
}

/*
 * A user's link must not lead to a file of somebody else: the parent may read
 * what he may not, and the log would show him its lines.
 */
static int
find_file(const char *path, struct stat *st, int *error)
{
	int found = find(path, O_NOFOLLOW, st, error);
	uid_t owner;

	if (found == -1 || !S_ISLNK(st->st_mode))
		return found;
	(void)close(found);
	owner = st->st_uid;
	if ((found = find(path, 0, st, error)) == -1 || owner == 0 ||
	    owner == geteuid() || owner == st->st_uid)
		return found;
	(void)close(found);
	*error = OPEN_ERROR_LINK;
	return -1;
}

/*
 * Opens for reading what `found` refers to.  The descriptor leads to the same
 * file, whatever its path leads to by now.
 */
static int
reopen(int found, const struct stat *st, int *error)
{
	struct stat again;
	char path[32];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1) {
		/* The file exists, so what is missing is the path to it. */
		*error = errno == ENOENT || errno == ENOTDIR
			     ? OPEN_ERROR_NO_PROC
			     : errno;
		return -1;
	}
	if (fstat(fd, &again) == 0 && again.st_dev == st->st_dev &&
	    again.st_ino == st->st_ino)
		return fd;
	(void)close(fd);
	*error = OPEN_ERROR_NO_PROC;
	return -1;
}

int
conf_open(const char *path, bool directory, int *error)
{
	struct stat st;
	int found, fd = -1;

	found = directory ? find(path, O_DIRECTORY, &st, error)
			  : find_file(path, &st, error);
	if (found == -1)
		return -1;
	if ((*error = found_error(found, &st, directory)) == 0)
		fd = reopen(found, &st, error);
	(void)close(found);
	return fd;
}
