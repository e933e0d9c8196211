/* SPDX-License-Identifier: ISC */
/* Encodes and decodes the messages between imaged and hashd. */
#include "daemon/hash_job.h"

#define ERRNO_MAX 4095 /* of Linux */

void
hash_job_encode(const struct hash_job *j, struct writer *w)
{
	writer_u8(w, j->work);
	writer_u64(w, j->size);
	writer_bytes(w, j->key, sizeof(j->key));
	writer_bytes(w, j->sig, sizeof(j->sig));
}

void
hash_done_encode(const struct hash_done *d, struct writer *w)
{
	writer_u8(w, d->status);
	writer_u32(w, d->error);
	writer_bool(w, d->pure);
	writer_bytes(w, d->sha256, sizeof(d->sha256));
	writer_bytes(w, d->blake2b, sizeof(d->blake2b));
}

static bool
work_ok(uint8_t work)
{
	if (work == 0 || (work & ~HASH_WORK_ALL) != 0)
		return false;
	if ((work & HASH_PURE) != 0 && (work & HASH_COPY) == 0)
		return false;
	return (work & (HASH_COPY | HASH_TABLE)) != (HASH_COPY | HASH_TABLE);
}

int
hash_job_decode(struct reader *r, struct hash_job *j)
{
	j->work = reader_u8(r);
	j->size = reader_u64(r);
	reader_copy(r, j->key, sizeof(j->key));
	reader_copy(r, j->sig, sizeof(j->sig));
	if (!reader_done(r) || !work_ok(j->work) || j->size > INT64_MAX)
		return -1;
	return 0;
}

int
hash_done_decode(struct reader *r, struct hash_done *d)
{
	d->status = reader_u8(r);
	d->error = reader_u32(r);
	d->pure = reader_bool(r);
	reader_copy(r, d->sha256, sizeof(d->sha256));
	reader_copy(r, d->blake2b, sizeof(d->blake2b));
	if (!reader_done(r) || d->status >= HASH_STATUS_MAX ||
	    d->error > ERRNO_MAX)
		return -1;
	return 0;
}
