/* SPDX-License-Identifier: ISC */
/* Several records in one message: what fits, and what is refused. */
#include <string.h>

#include "daemon/record_batch.h"
#include "tests/unit/unit.h"

static struct record_batch batch;
static uint8_t record[RECORD_MAX + 1];

static void
fill(size_t len, uint8_t kind)
{
	memset(record, kind, len);
}

START_TEST(comes_back_in_order)
{
	struct reader body, one;
	size_t n, i;

	record_batch_init(&batch);
	for (n = 0;; n++) {
		fill(1 + n, (uint8_t)n);
		if (!record_batch_add(&batch, record, 1 + n))
			break;
	}
	/* 2 + 1, 2 + 2, ... bytes, as many as fit. */
	ck_assert_uint_eq(n, 179);
	ck_assert_uint_eq(batch.w.len, 2 * n + n * (n + 1) / 2);
	ck_assert(!batch.w.failed);
	reader_init(&body, batch.body, batch.w.len);
	for (i = 0; i < n; i++) {
		ck_assert(record_batch_next(&body, &one));
		ck_assert_uint_eq(one.left, 1 + i);
		fill(1 + i, (uint8_t)i);
		ck_assert_mem_eq(one.p, record, one.left);
	}
	ck_assert(!record_batch_next(&body, &one));
	ck_assert(reader_done(&body));
}
END_TEST

/* The longest record fits an empty message, and none that is longer. */
START_TEST(longest)
{
	record_batch_init(&batch);
	fill(RECORD_MAX + 1, 1);
	ck_assert(!record_batch_add(&batch, record, RECORD_MAX + 1));
	ck_assert_uint_eq(batch.w.len, 0);
	ck_assert(record_batch_add(&batch, record, RECORD_MAX));
	ck_assert_uint_eq(batch.w.len, 2 + RECORD_MAX);
}
END_TEST

/* A byte too few or too many, a record of nothing, one that is too long. */
START_TEST(malformed)
{
	uint8_t bytes[2 + RECORD_MAX + 1] = { 0, 1, 7, 0, 2, 8, 9 };
	struct reader body, one;
	size_t len;

	for (len = 1; len < 7; len++) {
		reader_init(&body, bytes, len);
		while (record_batch_next(&body, &one))
			ck_assert_uint_eq(one.left, 1);
		ck_assert(reader_done(&body) == (len == 3));
	}
	reader_init(&body, "\0\0\0", 3);
	ck_assert(!record_batch_next(&body, &one));
	ck_assert(!reader_ok(&body));
	bytes[0] = (RECORD_MAX + 1) >> 8;
	bytes[1] = (RECORD_MAX + 1) & 255;
	reader_init(&body, bytes, sizeof(bytes));
	ck_assert(!record_batch_next(&body, &one));
	ck_assert(!reader_ok(&body));
}
END_TEST

Suite *suite_record_batch(void);

Suite *
suite_record_batch(void)
{
	Suite *s = suite_create("record_batch");
	TCase *t = tcase_create("batch");

	tcase_add_test(t, comes_back_in_order);
	tcase_add_test(t, longest);
	tcase_add_test(t, malformed);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_record_batch)
