/* SPDX-License-Identifier: ISC */
/* From a file's pages in memory to a memfd. */
#include "imaged/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/* What is in memory by nature; at the worst it waits for swap space. */
static bool
is_memory(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == TMPFS_MAGIC;
}

static ssize_t
read_nowait(int fd, void *buf, size_t n, off_t at)
{
	const struct iovec iov = { buf, n };
	ssize_t r = preadv2(fd, &iov, 1, at, RWF_NOWAIT);

	if (r == -1 && errno == EOPNOTSUPP) {
		if (is_memory(fd))
			return preadv2(fd, &iov, 1, at, 0);
		errno = EOPNOTSUPP;
	}
	return r;
}

/* Kernels before 6.3 do not know that memory can be barred from exec. */
static int
memory_new(void)
{
	const unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd = memfd_create("copy", flags | MFD_NOEXEC_SEAL);

	if (fd == -1 && errno == EINVAL)
		fd = memfd_create("copy", flags);
	return fd;
}

void
copy_init(struct copy *c, int from, const struct hot_key *key, uint64_t now_ms)
{
	*c = (struct copy){ .from = from,
		.to = -1,
		.key = *key,
		.moved_ms = now_ms,
		.wait_ms = COPY_WAIT_MIN_MS / 2, /* to be doubled */
		.read = read_nowait };
}

static enum copy_turn
fail(struct copy *c)
{
	c->err = errno;
	return COPY_FAILED;
}

/* What is copied may only be used if the file was the same all the while. */
static enum copy_turn
finish(struct copy *c)
{
	struct hot_key now;
	struct stat st;

	if (fstat(c->from, &st) == -1)
		return fail(c);
	hot_key(&now, &st);
	if (st.st_nlink == 0 || !hot_key_equal(&now, &c->key))
		return COPY_CHANGED;
	if (fstat(c->to, &st) == -1)
		return fail(c);
	if (st.st_size != c->key.size) {
		errno = EIO;
		return fail(c);
	}
	if (fcntl(c->to, F_ADD_SEALS, COPY_SEALS) == -1)
		return fail(c);
	return COPY_DONE;
}

static enum copy_turn
wait_for_it(struct copy *c, uint64_t now_ms)
{
	if (now_ms - c->moved_ms >= COPY_STUCK_MS)
		return COPY_STUCK;
	c->wait_ms *= 2;
	if (c->wait_ms > COPY_WAIT_MAX_MS)
		c->wait_ms = COPY_WAIT_MAX_MS;
	return COPY_WAIT;
}

/* Writing to memory is cut short only where there is no more of it. */
static int
write_all(struct copy *c, const char *buf, size_t n)
{
	ssize_t w;

	while (n > 0) {
		w = pwrite(c->to, buf, n, c->done);
		if (w == -1 && errno == EINTR)
			continue;
		if (w == 0)
			errno = ENOSPC;
		if (w <= 0)
			return -1;
		c->done += w;
		buf += w;
		n -= (size_t)w;
	}
	return 0;
}

enum copy_turn
copy_step(struct copy *c, uint64_t now_ms)
{
	static char piece[COPY_PIECE];
	off_t left = c->key.size - c->done;
	size_t n = left < COPY_PIECE ? (size_t)left : COPY_PIECE;
	ssize_t r;

	if (c->to == -1 && (c->to = memory_new()) == -1)
		return fail(c);
	r = c->read(c->from, piece, n, c->done);
	if (r == -1) {
		if (errno == EAGAIN || errno == EINTR)
			return wait_for_it(c, now_ms);
		return fail(c);
	}
	if (r == 0)
		return COPY_CHANGED;
	if (write_all(c, piece, (size_t)r) == -1)
		return fail(c);
	c->moved_ms = now_ms;
	c->wait_ms = COPY_WAIT_MIN_MS / 2; /* to be doubled */
	return c->done < c->key.size ? COPY_MORE : finish(c);
}

int
copy_take(struct copy *c)
{
	int fd = c->to;

	c->to = -1;
	return fd;
}

void
copy_end(struct copy *c)
{
	if (c->from != -1)
		(void)close(c->from);
	if (c->to != -1)
		(void)close(c->to);
	c->from = c->to = -1;
}
