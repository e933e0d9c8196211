/* SPDX-License-Identifier: ISC */
/* For the tests of imaged: a tree in /tmp, with something outside of it. */
#ifndef TESTS_UNIT_IMAGE_CASE_H
#define TESTS_UNIT_IMAGE_CASE_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/image.h"
#include "tests/unit/unit.h"

static char image_base[64]; /* holds the root, and a file "secret" */
static int image_root = -1;

static inline int
image_remove_one(
    const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

static inline void
image_write_at(int dirfd, const char *name, const char *data, mode_t mode)
{
	int fd = openat(dirfd, name, O_CREAT | O_WRONLY | O_TRUNC, mode);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, data, strlen(data)), (ssize_t)strlen(data));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	ck_assert_int_eq(close(fd), 0);
}

static inline void
image_write(const char *name, const char *data, mode_t mode)
{
	image_write_at(image_root, name, data, mode);
}

static inline void
image_link(const char *to, const char *name)
{
	ck_assert_int_eq(symlinkat(to, image_root, name), 0);
}

static inline void
image_folder(const char *name)
{
	ck_assert_int_eq(mkdirat(image_root, name, 0755), 0);
}

/* A secret outside, and an empty root beside it. */
static inline void
image_set_up(void)
{
	int out;

	(void)umask(0);
	(void)strcpy(image_base, "/tmp/pxeguard-image-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(image_base));
	ck_assert_int_eq(chmod(image_base, 0755), 0);
	ck_assert_int_ne(out = open(image_base, O_PATH | O_DIRECTORY), -1);
	image_write_at(out, "secret", "secret", 0644);
	ck_assert_int_eq(mkdirat(out, "root", 0755), 0);
	image_root = openat(out, "root", O_PATH | O_DIRECTORY);
	ck_assert_int_ne(image_root, -1);
	ck_assert_int_eq(close(out), 0);
}

static inline void
image_tear_down(void)
{
	(void)close(image_root);
	(void)nftw(image_base, image_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The next descriptor that would be given out: grows by leaks. */
static inline int
image_next_fd(void)
{
	int fd = dup(0);

	ck_assert_int_ne(fd, -1);
	(void)close(fd);
	return fd;
}

static inline void
image_check_content(int fd, const char *content)
{
	char buf[64];
	ssize_t n = pread(fd, buf, sizeof(buf), 0);

	ck_assert_int_eq(n, (ssize_t)strlen(content));
	ck_assert_mem_eq(buf, content, (size_t)n);
}

#endif
