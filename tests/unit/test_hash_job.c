/* SPDX-License-Identifier: ISC */
/* The messages between imaged and hashd, there and back. */
#include "daemon/hash_job.h"
#include "tests/unit/codec.h"

static ssize_t
recode_job(const uint8_t *in, size_t n, uint8_t *out)
{
	struct hash_job job;
	struct reader r;
	struct writer w;

	reader_init(&r, in, n);
	if (hash_job_decode(&r, &job) == -1)
		return -1;
	writer_init(&w, out, CODEC_MAX);
	hash_job_encode(&job, &w);
	ck_assert(writer_ok(&w));
	return (ssize_t)w.len;
}

static ssize_t
recode_done(const uint8_t *in, size_t n, uint8_t *out)
{
	struct hash_done done;
	struct reader r;
	struct writer w;

	reader_init(&r, in, n);
	if (hash_done_decode(&r, &done) == -1)
		return -1;
	writer_init(&w, out, CODEC_MAX);
	hash_done_encode(&done, &w);
	ck_assert(writer_ok(&w));
	return (ssize_t)w.len;
}

START_TEST(jobs)
{
	struct hash_job job = { .work = HASH_COPY | HASH_SHA256 };
	uint8_t buf[HASH_JOB_ENCODED + 1];
	struct writer w;

	srandom((unsigned int)_i);
	job.size = codec_random();
	codec_bytes(job.key, sizeof(job.key));
	codec_bytes(job.sig, sizeof(job.sig));
	writer_init(&w, buf, sizeof(buf));
	hash_job_encode(&job, &w);
	ck_assert_uint_eq(w.len, HASH_JOB_ENCODED);
	codec_torture(recode_job, buf, w.len);
}
END_TEST

START_TEST(answers)
{
	struct hash_done done = { .status = (uint8_t)(_i % HASH_STATUS_MAX) };
	uint8_t buf[HASH_DONE_ENCODED + 1];
	struct writer w;

	srandom((unsigned int)_i);
	done.error = codec_below(4096);
	done.pure = random() % 2;
	codec_bytes(done.sha256, sizeof(done.sha256));
	codec_bytes(done.blake2b, sizeof(done.blake2b));
	writer_init(&w, buf, sizeof(buf));
	hash_done_encode(&done, &w);
	ck_assert_uint_eq(w.len, HASH_DONE_ENCODED);
	codec_torture(recode_done, buf, w.len);
}
END_TEST

/* What hashd could not do, or nobody should ask it for. */
START_TEST(work_that_is_refused)
{
	int work, n = 0;

	for (work = 0; work < 256; work++) {
		struct hash_job job = { .work = (uint8_t)work, .size = 1 };
		uint8_t buf[HASH_JOB_ENCODED], out[HASH_JOB_ENCODED];
		bool ok = work > 0 && work < 32 &&
			  (!(work & HASH_PURE) || (work & HASH_COPY)) &&
			  !((work & HASH_COPY) && (work & HASH_TABLE));
		struct writer w;

		writer_init(&w, buf, sizeof(buf));
		hash_job_encode(&job, &w);
		ck_assert_int_eq(recode_job(buf, w.len, out) != -1, ok);
		n += ok;
	}
	ck_assert_int_eq(n, 3 + 8 + 4);
}
END_TEST

START_TEST(table_sizes)
{
	ck_assert_uint_eq(hash_table_size(0), 0);
	ck_assert_uint_eq(hash_table_size(1), 32);
	ck_assert_uint_eq(hash_table_size(65536), 32);
	ck_assert_uint_eq(hash_table_size(65537), 64);
	ck_assert_uint_eq(hash_table_size(UINT64_C(8) << 30), 4 << 20);
}
END_TEST

Suite *suite_hash_job(void);

Suite *
suite_hash_job(void)
{
	Suite *s = suite_create("hash_job");
	TCase *tc = tcase_create("hash_job");

	tcase_add_loop_test(tc, jobs, 0, 20);
	tcase_add_loop_test(tc, answers, 0, 20);
	tcase_add_test(tc, work_that_is_refused);
	tcase_add_test(tc, table_sizes);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_hash_job)
