/* SPDX-License-Identifier: ISC */
/*
 * HASH_JOB as hashd reads it and HASH_DONE as imaged reads it: bytes are
 * refused, or they come out the same when encoded.  The first byte: bit 0 the
 * message.  A job that hashd takes is carried out over an empty file.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "hashd/work.h"
#include "tests/fuzz/target.h"

/* There is nothing to be read, whatever the job says. */
static void
run_job(const struct hash_job *j)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct hash_done d;
	struct work k;

	check(fd != -1);
	work_init(&k, j, fd);
	check(work_step(&k, &d) == WORK_DONE);
	check(d.status == (j->size == 0 ? HASH_OK : HASH_CHANGED));
	check((d.status == HASH_OK &&
		  (j->work & (HASH_COPY | HASH_TABLE)) != 0) == (k.to != -1));
	work_end(&k);
}

static bool
recode_job(struct reader *r, struct writer *w)
{
	struct hash_job j;

	if (hash_job_decode(r, &j) == -1)
		return false;
	hash_job_encode(&j, w);
	run_job(&j);
	return true;
}

static bool
recode_done(struct reader *r, struct writer *w)
{
	struct hash_done d;

	if (hash_done_decode(r, &d) == -1)
		return false;
	hash_done_encode(&d, w);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t out[256];
	struct reader r;
	struct writer w;

	if (size < 1)
		return 0;
	reader_init(&r, data + 1, size - 1);
	writer_init(&w, out, sizeof(out));
	if (!(data[0] & 1 ? recode_done(&r, &w) : recode_job(&r, &w)))
		return 0;
	check(writer_ok(&w) && w.len == size - 1);
	check(memcmp(out, data + 1, w.len) == 0);
	return 0;
}
