/* SPDX-License-Identifier: ISC */
/* Opens files inside a boot tree. */
#include "ctl/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "daemon/image.h"

/* Of 32 tries each. */
#define TRIES 1000
#define PAUSE_US 1000

/* Whether a failure is worth another try, after a pause. */
static bool
again(int *tries)
{
	if (errno != EAGAIN || ++*tries == TRIES)
		return false;
	(void)usleep(PAUSE_US);
	return true;
}

int
inside_open(int root, const char *path, uint64_t flags)
{
	const char *name = path[0] == '\0' ? "." : path;
	int fd, tries = 0;

	do
		fd = image_open_inside(root, name, flags, 0);
	while (fd == -1 && again(&tries));
	return fd;
}

int
inside_stat(int root, const char *path, int flags, struct stat *st)
{
	const char *name = path[0] == '\0' ? "." : path;
	int r, tries = 0;

	do
		r = image_stat(root, name, flags, st);
	while (r == -1 && again(&tries));
	return r;
}

int
inside_load(int root, const char *path, size_t max, struct store_bytes *b)
{
	return store_take(
	    inside_open(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY), max, b);
}
