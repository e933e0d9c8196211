/* SPDX-License-Identifier: ISC */
/* Opens files inside a boot tree. */
#include "ctl/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "daemon/image.h"

/* Of 32 tries each. */
#define TRIES 1000
#define PAUSE_US 1000

int
inside_open(int root, const char *path, uint64_t flags)
{
	int fd, i;

	for (i = 0; i < TRIES; i++) {
		fd = image_open_inside(
		    root, path[0] == '\0' ? "." : path, flags, 0);
		if (fd != -1 || errno != EAGAIN)
			break;
		(void)usleep(PAUSE_US);
	}
	return fd;
}

int
inside_stat(int root, const char *path, int flags, struct stat *st)
{
	int fd = inside_open(root, path, (uint64_t)flags | O_PATH);
	int r, saved;

	if (fd == -1)
		return -1;
	r = fstat(fd, st);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return r;
}

int
inside_load(int root, const char *path, size_t max, struct store_bytes *b)
{
	return store_take(
	    inside_open(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY), max, b);
}
