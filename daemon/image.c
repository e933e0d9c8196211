/* SPDX-License-Identifier: ISC */
/* Resolves names inside the root, and opens files that may be served. */
#include "daemon/image.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * A rename anywhere in the system may make openat2() fail with EAGAIN if the
 * path has a "..", which only a symbolic link can contain here.
 */
#define RACE_TRIES 32

int
image_open_inside(int root, const char *name, uint64_t flags, uint64_t resolve)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve,
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
image_stat(int root, const char *name, int flags, struct stat *st)
{
	int fd = image_open_inside(root, name, (uint64_t)flags | O_PATH, 0);
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
image_open_folder(int root, const char *name)
{
	return image_open_inside(
	    root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK, 0);
}

bool
image_meets_link(int root, const char *name)
{
	int fd = image_open_inside(root, name, O_PATH, RESOLVE_NO_SYMLINKS);

	if (fd == -1)
		return errno == ELOOP;
	(void)close(fd);
	return false;
}

bool
image_name_ok(const char *name, size_t n)
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

/* A device on a nodev mount is denied: report what it is instead. */
static enum file_status
status_denied(int root, const char *name)
{
	struct stat st;

	if (image_stat(root, name, 0, &st) == 0 && !S_ISREG(st.st_mode))
		return FILE_KIND;
	return FILE_DENIED;
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

enum file_status
image_judge(const struct stat *st, const struct image_rule *rule, int *err)
{
	bool ok;

	if (!S_ISREG(st->st_mode))
		return FILE_KIND;
	if (rule->secure)
		ok = st->st_uid == rule->uid;
	else
		ok = (st->st_mode & S_IROTH) != 0;
	if (!ok)
		*err = EACCES;
	return ok ? FILE_OK : FILE_DENIED;
}

enum file_status
image_open(
    int root, const char *name, const struct image_rule *rule, struct image *im)
{
	enum file_status status;
	int fd;

	*im = (struct image){ .fd = -1 };
	/* Without O_NONBLOCK a FIFO would wait for its other end. */
	fd = image_open_inside(root, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (fd == -1) {
		im->err = errno;
		return status_errno(im->err, root, name);
	}
	if (fstat(fd, &im->st) == 0) {
		status = image_judge(&im->st, rule, &im->err);
	} else {
		im->err = errno;
		status = FILE_ERROR;
	}
	if (status == FILE_OK)
		im->fd = fd;
	else
		(void)close(fd);
	return status;
}
