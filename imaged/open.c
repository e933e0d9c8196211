/* SPDX-License-Identifier: ISC */
/* Resolves names inside the root, and opens what may be given away. */
#include "imaged/open.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * A rename anywhere in the system may make the kernel give up a resolution
 * that meets "..", which only a link can bring in here.
 */
#define RACE_TRIES 32

static int
open_inside(int root, const char *name, uint64_t flags)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd;
	int i;

	for (i = 0; i < RACE_TRIES; i++) {
		fd = syscall(SYS_openat2, root, name, &how, sizeof(how));
		if (fd != -1 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return (int)fd;
}

int
image_look(int root, const char *name, int flags)
{
	return open_inside(root, name, (uint64_t)flags | O_PATH);
}

/* tftpd has checked all this; whoever took it over would not. */
static bool
name_ok(const char *name, size_t n)
{
	const char *part = name, *end = name + n;

	if (n == 0 || n > FILE_NAME_MAX || memchr(name, '\0', n) != NULL)
		return false;
	while (part != NULL && part < end) {
		const char *slash = memchr(part, '/', (size_t)(end - part));
		size_t len = (size_t)((slash == NULL ? end : slash) - part);

		if (len == 2 && memcmp(part, "..", 2) == 0)
			return false;
		part = slash == NULL ? NULL : slash + 1;
	}
	return true;
}

/* A device on a mount without devices is "denied": tell what it is. */
static enum file_status
status_denied(int root, const char *name)
{
	struct stat st;
	int fd, r;

	if ((fd = image_look(root, name, 0)) == -1)
		return FILE_DENIED;
	r = fstat(fd, &st);
	(void)close(fd);
	return r == 0 && !S_ISREG(st.st_mode) ? FILE_KIND : FILE_DENIED;
}

static enum file_status
status_errno(int err, int root, const char *name)
{
	switch (err) {
	case ENOENT:
	case ENOTDIR:
		return FILE_MISSING;
	case EACCES:
	case EPERM:
		return status_denied(root, name);
	case ELOOP:
	case EXDEV:
		return FILE_DENIED;
	case ENXIO: /* a socket */
	case ENODEV:
		return FILE_KIND;
	case ENAMETOOLONG:
		return FILE_NAME;
	default:
		return FILE_ERROR;
	}
}

/* Of an open file: whether everybody may have it. */
static enum file_status
status_file(int fd, struct image *im)
{
	struct stat st;

	if (fstat(fd, &st) == -1) {
		im->err = errno;
		return FILE_ERROR;
	}
	if (!S_ISREG(st.st_mode))
		return FILE_KIND;
	if ((st.st_mode & S_IROTH) == 0) {
		im->err = EACCES;
		return FILE_DENIED;
	}
	im->size = (uint64_t)st.st_size;
	return FILE_OK;
}

enum file_status
image_open(int root, const void *bytes, size_t n, struct image *im)
{
	char name[FILE_NAME_MAX + 1];
	enum file_status status;
	int fd;

	*im = (struct image){ .fd = -1 };
	if (!name_ok(bytes, n))
		return FILE_NAME;
	memcpy(name, bytes, n);
	name[n] = '\0';
	/* Without O_NONBLOCK a FIFO would wait for its other end. */
	fd = open_inside(root, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd == -1) {
		im->err = errno;
		return status_errno(im->err, root, name);
	}
	if ((status = status_file(fd, im)) == FILE_OK)
		im->fd = fd;
	else
		(void)close(fd);
	return status;
}
