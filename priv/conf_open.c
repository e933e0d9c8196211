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

	found = open(path, O_PATH | O_CLOEXEC | (directory ? O_DIRECTORY : 0));
	if (found == -1 || fstat(found, &st) == -1)
		*error = errno;
	else if ((*error = found_error(found, &st, directory)) == 0)
		fd = reopen(found, &st, error);
	if (found != -1)
		(void)close(found);
	return fd;
}
