/* SPDX-License-Identifier: ISC */
/* Reads and replaces small files. */
#include "ctl/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/grow.h"

#define PIECE 65536

/* The rest of a file; -1 with errno. */
static int
store_read(int fd, size_t max, struct store_bytes *b)
{
	size_t cap = 0;
	ssize_t n;

	b->p = NULL;
	b->n = 0;
	for (;;) {
		if (grow_array(&b->p, &cap, b->n + PIECE, 1) == -1)
			break;
		n = read(fd, b->p + b->n, PIECE);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			return 0;
		if (n == -1)
			break;
		b->n += (size_t)n;
		if (b->n > max) {
			errno = EFBIG;
			break;
		}
	}
	store_free(b);
	return -1;
}

int
store_take(int fd, size_t max, struct store_bytes *b)
{
	int r, saved;

	if (fd == -1)
		return -1;
	r = store_read(fd, max, b);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return r;
}

int
store_load(int folder, const char *name, size_t max, struct store_bytes *b)
{
	return store_take(
	    openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY), max, b);
}

void
store_free(struct store_bytes *b)
{
	int saved = errno;

	if (b->p != NULL)
		sodium_memzero(b->p, b->n);
	free(b->p);
	b->p = NULL;
	b->n = 0;
	errno = saved;
}

static int
store_write(int fd, const char *p, size_t n)
{
	ssize_t r;

	while (n > 0) {
		r = write(fd, p, n);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return -1;
		p += r;
		n -= (size_t)r;
	}
	return 0;
}

/* Writes, syncs and closes a new file; removes it if that fails. */
static int
fill(int fd, int folder, const char *name, mode_t mode, const void *p, size_t n)
{
	int r, saved;

	r = fchmod(fd, mode);
	if (r == 0)
		r = store_write(fd, p, n);
	if (r == 0)
		r = fsync(fd);
	saved = errno;
	if (close(fd) == -1 && r == 0) {
		saved = errno;
		r = -1;
	}
	if (r != 0)
		(void)unlinkat(folder, name, 0);
	errno = saved;
	return r;
}

int
store_create(const char *path, mode_t mode, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	if (fd == -1)
		return -1;
	return fill(fd, AT_FDCWD, path, mode, text, strlen(text));
}

int
store_begin(struct store_new *f, int folder, const void *p, size_t n)
{
	uint32_t random[2];
	int fd;

	f->folder = folder;
	randombytes_buf(random, sizeof(random));
	(void)snprintf(f->name, sizeof(f->name), ".pxeguard-sign-%08x%08x",
	    random[0], random[1]);
	fd = openat(
	    folder, f->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	return fill(fd, folder, f->name, 0644, p, n);
}

int
store_commit(struct store_new *f, const char *name)
{
	return renameat(f->folder, f->name, f->folder, name);
}

void
store_discard(struct store_new *f)
{
	(void)unlinkat(f->folder, f->name, 0);
}
