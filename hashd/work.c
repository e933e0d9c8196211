/* SPDX-License-Identifier: ISC */
/* Hashes a file piece by piece, and copies it or makes a table of hashes. */
#include "hashd/work.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "daemon/sealed_make.h"

_Static_assert(WORK_PIECE % HASH_BLOCK_SIZE == 0, "pieces are whole blocks");
_Static_assert(HASH_SHA256_LEN == SHA256_DIGEST_SIZE, "");
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

/* The file cannot be worked on, for errno. */
static enum hash_status
work_read_failed(struct work *k)
{
	k->error = errno;
	return HASH_FAILED;
}

/* The same, unless memory is short. */
static enum hash_status
work_memory_failed(struct work *k)
{
	switch (errno) {
	case ENOMEM:
	case ENOSPC:
	case ENFILE:
	case EMFILE:
		return HASH_NO_MEMORY;
	default:
		return work_read_failed(k);
	}
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

static enum hash_status
work_begin(struct work *k)
{
	const char *name =
	    (k->job.work & HASH_COPY) != 0 ? "verified" : "table";

	if (fstat(k->from, &k->before) == -1)
		return work_read_failed(k);
	if (k->before.st_size < 0 || (uint64_t)k->before.st_size != k->job.size)
		return HASH_CHANGED;
	if ((k->job.work & (HASH_COPY | HASH_TABLE)) != 0 &&
	    (k->to = sealed_make_new(name)) == -1)
		return work_memory_failed(k);
	sha256_init(&k->sha256);
	(void)crypto_generichash_init(&k->blake2b, NULL, 0, HASH_BLAKE2B_LEN);
	return HASH_OK;
}

/* Reads n bytes at k->done, which the file must have. */
static enum hash_status
piece_read(struct work *k, uint8_t *buf, size_t n)
{
	size_t have = 0;

	while (have < n) {
		const struct iovec iov = { buf + have, n - have };
		ssize_t r =
		    preadv2(k->from, &iov, 1, (off_t)(k->done + have), 0);

		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return work_read_failed(k);
		if (r == 0)
			return HASH_CHANGED;
		have += (size_t)r;
	}
	return HASH_OK;
}

static enum hash_status
memory_write(struct work *k, const uint8_t *buf, size_t n, uint64_t at)
{
	if (sealed_make_write(k->to, buf, n, (off_t)at) == -1)
		return work_memory_failed(k);
	return HASH_OK;
}

static enum hash_status
table_write(struct work *k, const uint8_t *buf, size_t n)
{
	uint8_t hashes[WORK_PIECE / HASH_BLOCK_SIZE * HASH_BLOCK_LEN];
	size_t at, len, out = 0;

	for (at = 0; at < n; at += len, out += HASH_BLOCK_LEN) {
		len = n - at < HASH_BLOCK_SIZE ? n - at : HASH_BLOCK_SIZE;
		(void)crypto_generichash(
		    hashes + out, HASH_BLOCK_LEN, buf + at, len, NULL, 0);
	}
	return memory_write(
	    k, hashes, out, k->done / HASH_BLOCK_SIZE * HASH_BLOCK_LEN);
}

static enum hash_status
work_piece(struct work *k)
{
	static uint8_t buf[WORK_PIECE];
	uint64_t left = k->job.size - k->done;
	size_t n = left < sizeof(buf) ? (size_t)left : sizeof(buf);
	enum hash_status status = piece_read(k, buf, n);

	if (status != HASH_OK)
		return status;
	if ((k->job.work & HASH_SHA256) != 0)
		sha256_update(&k->sha256, n, buf);
	if ((k->job.work & HASH_BLAKE2B) != 0)
		(void)crypto_generichash_update(&k->blake2b, buf, n);
	if ((k->job.work & HASH_COPY) != 0)
		status = memory_write(k, buf, n, k->done);
	else if ((k->job.work & HASH_TABLE) != 0)
		status = table_write(k, buf, n);
	k->done += n;
	return status;
}

/* Checks the signature over the copy, which nobody can change any more. */
static enum hash_status
work_check_pure(struct work *k, struct hash_done *d)
{
	const struct hash_job *j = &k->job;
	void *copy = NULL;

	if (j->size > 0) {
		copy = mmap(
		    NULL, (size_t)j->size, PROT_READ, MAP_PRIVATE, k->to, 0);
		if (copy == MAP_FAILED)
			return work_memory_failed(k);
	}
	d->pure = crypto_sign_verify_detached(
		      j->sig, copy, (unsigned long long)j->size, j->key) == 0;
	if (copy != NULL)
		(void)munmap(copy, (size_t)j->size);
	return HASH_OK;
}

/* The end of the pass: has the file stayed the same? */
static enum hash_status
work_finish(struct work *k, struct hash_done *d)
{
	struct stat now;

	if (fstat(k->from, &now) == -1)
		return work_read_failed(k);
	if (!same_file(&now, &k->before))
		return HASH_CHANGED;
	if (k->to != -1 && sealed_make_end(k->to) == -1)
		return work_read_failed(k);
	if ((k->job.work & HASH_SHA256) != 0)
		sha256_digest(&k->sha256, sizeof(d->sha256), d->sha256);
	if ((k->job.work & HASH_BLAKE2B) != 0)
		(void)crypto_generichash_final(
		    &k->blake2b, d->blake2b, sizeof(d->blake2b));
	if ((k->job.work & HASH_PURE) != 0)
		return work_check_pure(k, d);
	return HASH_OK;
}

enum work_result
work_step(struct work *k, struct hash_done *d)
{
	enum hash_status status = HASH_OK;

	memset(d, 0, sizeof(*d));
	if (k->done == 0)
		status = work_begin(k);
	if (status == HASH_OK && k->done < k->job.size) {
		status = work_piece(k);
		if (status == HASH_OK && k->done < k->job.size)
			return WORK_MORE;
	}
	if (status == HASH_OK)
		status = work_finish(k, d);
	if (status == HASH_OK)
		return WORK_DONE;
	memset(d, 0, sizeof(*d));
	d->status = (uint8_t)status;
	d->error = (uint32_t)k->error;
	return WORK_DONE;
}
