/* SPDX-License-Identifier: ISC */
/* Hashes a file piece by piece, and copies it or makes a table of hashes. */
#include "hashd/work.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

_Static_assert(WORK_PIECE % HASH_BLOCK_SIZE == 0, "pieces are whole blocks");
_Static_assert(HASH_SHA256_LEN == SIGN_SHA256_BYTES, "");
_Static_assert(HASH_KEY_LEN == crypto_sign_PUBLICKEYBYTES, "");
_Static_assert(HASH_SIG_LEN == crypto_sign_BYTES, "");
_Static_assert(HASH_BLAKE2B_LEN == crypto_generichash_BYTES_MAX, "");

void
work_init(struct work *k, const struct hash_job *job, int from)
{
	memset(k, 0, sizeof(*k));
	k->job = *job;
	k->from = from;
	k->to = -1;
}

void
work_end(struct work *k)
{
	if (k->from != -1)
		(void)close(k->from);
	if (k->to != -1)
		(void)close(k->to);
	k->from = k->to = -1;
}

static enum work_result
work_fail(struct hash_done *d, enum hash_status status, int error)
{
	memset(d, 0, sizeof(*d));
	d->status = (uint8_t)status;
	d->error = status == HASH_FAILED ? (uint32_t)error : 0;
	return WORK_DONE;
}

/* Whether memory is short, rather than the file unreadable. */
static enum hash_status
status_of_write(int error)
{
	switch (error) {
	case ENOMEM:
	case ENOSPC:
	case ENFILE:
	case EMFILE:
		return HASH_NO_MEMORY;
	default:
		return HASH_FAILED;
	}
}

/* Kernels before 6.3 do not know MFD_NOEXEC_SEAL. */
static int
work_memory_new(const char *name)
{
	const unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd = memfd_create(name, flags | MFD_NOEXEC_SEAL);

	if (fd == -1 && errno == EINVAL)
		fd = memfd_create(name, flags);
	return fd;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* HASH_OK, or why the file cannot be worked on. */
static enum hash_status
work_begin(struct work *k, int *error)
{
	const char *name =
	    (k->job.work & HASH_COPY) != 0 ? "verified" : "table";

	if (fstat(k->from, &k->before) == -1) {
		*error = errno;
		return HASH_FAILED;
	}
	if (k->before.st_size < 0 || (uint64_t)k->before.st_size != k->job.size)
		return HASH_CHANGED;
	if ((k->job.work & (HASH_COPY | HASH_TABLE)) != 0 &&
	    (k->to = work_memory_new(name)) == -1) {
		*error = errno;
		return status_of_write(errno);
	}
	sign_sha256_begin(&k->sha256);
	(void)crypto_generichash_init(&k->blake2b, NULL, 0, HASH_BLAKE2B_LEN);
	return HASH_OK;
}

/* Reads n bytes at k->done, which the file must have. */
static enum hash_status
piece_read(const struct work *k, uint8_t *buf, size_t n, int *error)
{
	size_t have = 0;

	while (have < n) {
		const struct iovec iov = { buf + have, n - have };
		ssize_t r =
		    preadv2(k->from, &iov, 1, (off_t)(k->done + have), 0);

		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1) {
			*error = errno;
			return HASH_FAILED;
		}
		if (r == 0)
			return HASH_CHANGED;
		have += (size_t)r;
	}
	return HASH_OK;
}

/* A short write means that there is no more memory. */
static enum hash_status
memory_write(int fd, const uint8_t *buf, size_t n, uint64_t at, int *error)
{
	ssize_t w;

	while (n > 0) {
		w = pwrite(fd, buf, n, (off_t)at);
		if (w == -1 && errno == EINTR)
			continue;
		if (w <= 0) {
			*error = w == 0 ? ENOSPC : errno;
			return status_of_write(*error);
		}
		buf += w;
		n -= (size_t)w;
		at += (uint64_t)w;
	}
	return HASH_OK;
}

static enum hash_status
table_write(const struct work *k, const uint8_t *buf, size_t n, int *error)
{
	uint8_t hashes[WORK_PIECE / HASH_BLOCK_SIZE * HASH_BLOCK_LEN];
	size_t at, len, out = 0;

	for (at = 0; at < n; at += len, out += HASH_BLOCK_LEN) {
		len = n - at < HASH_BLOCK_SIZE ? n - at : HASH_BLOCK_SIZE;
		(void)crypto_generichash(
		    hashes + out, HASH_BLOCK_LEN, buf + at, len, NULL, 0);
	}
	return memory_write(k->to, hashes, out,
	    k->done / HASH_BLOCK_SIZE * HASH_BLOCK_LEN, error);
}

static enum hash_status
work_piece(struct work *k, int *error)
{
	static uint8_t buf[WORK_PIECE];
	uint64_t left = k->job.size - k->done;
	size_t n = left < sizeof(buf) ? (size_t)left : sizeof(buf);
	enum hash_status status = piece_read(k, buf, n, error);

	if (status != HASH_OK)
		return status;
	if ((k->job.work & HASH_SHA256) != 0)
		sign_sha256_add(&k->sha256, buf, n);
	if ((k->job.work & HASH_BLAKE2B) != 0)
		(void)crypto_generichash_update(&k->blake2b, buf, n);
	if ((k->job.work & HASH_COPY) != 0)
		status = memory_write(k->to, buf, n, k->done, error);
	else if ((k->job.work & HASH_TABLE) != 0)
		status = table_write(k, buf, n, error);
	k->done += n;
	return status;
}

/* Checks the signature over the copy, which nobody can change any more. */
static enum hash_status
work_check_pure(const struct work *k, struct hash_done *d, int *error)
{
	const struct hash_job *j = &k->job;
	void *copy = NULL;

	if (j->size > 0) {
		copy = mmap(
		    NULL, (size_t)j->size, PROT_READ, MAP_PRIVATE, k->to, 0);
		if (copy == MAP_FAILED) {
			*error = errno;
			return status_of_write(errno);
		}
	}
	d->pure = crypto_sign_verify_detached(
		      j->sig, copy, (unsigned long long)j->size, j->key) == 0;
	if (copy != NULL)
		(void)munmap(copy, (size_t)j->size);
	return HASH_OK;
}

/* The end of the pass: has the file stayed the same? */
static enum hash_status
work_finish(struct work *k, struct hash_done *d, int *error)
{
	struct stat now;

	if (fstat(k->from, &now) == -1) {
		*error = errno;
		return HASH_FAILED;
	}
	if (!same_file(&now, &k->before))
		return HASH_CHANGED;
	if (k->to != -1 && fcntl(k->to, F_ADD_SEALS, WORK_SEALS) == -1) {
		*error = errno;
		return HASH_FAILED;
	}
	if ((k->job.work & HASH_SHA256) != 0)
		sign_sha256_end(&k->sha256, d->sha256);
	if ((k->job.work & HASH_BLAKE2B) != 0)
		(void)crypto_generichash_final(
		    &k->blake2b, d->blake2b, sizeof(d->blake2b));
	if ((k->job.work & HASH_PURE) != 0)
		return work_check_pure(k, d, error);
	return HASH_OK;
}

enum work_result
work_step(struct work *k, struct hash_done *d)
{
	enum hash_status status = HASH_OK;
	int error = 0;

	memset(d, 0, sizeof(*d));
	if (k->done == 0)
		status = work_begin(k, &error);
	if (status == HASH_OK && k->done < k->job.size) {
		status = work_piece(k, &error);
		if (status == HASH_OK && k->done < k->job.size)
			return WORK_MORE;
	}
	if (status == HASH_OK)
		status = work_finish(k, d, &error);
	return status == HASH_OK ? WORK_DONE : work_fail(d, status, error);
}
