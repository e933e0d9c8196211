/* SPDX-License-Identifier: ISC */
/* How many lines and bytes of a role pass. */
#include "priv/log_quota.h"
#include "tests/unit/unit.h"

START_TEST(lines)
{
	struct log_quota q;
	uint64_t n = 9;
	int i;

	log_quota_init(&q, 3, 1000, 100);
	for (i = 0; i < 3; i++) {
		ck_assert(log_quota_take(&q, 500, 1, &n));
		ck_assert_uint_eq(n, 0);
	}
	for (i = 0; i < 7; i++)
		ck_assert(!log_quota_take(&q, 599, 1, &n));
	ck_assert(log_quota_take(&q, 600, 1, &n));
	ck_assert_uint_eq(n, 7);
	ck_assert(log_quota_take(&q, 601, 1, &n));
	ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(bytes)
{
	struct log_quota q;
	uint64_t n;

	log_quota_init(&q, 100, 1000, 100);
	ck_assert(log_quota_take(&q, 500, 600, &n));
	ck_assert(!log_quota_take(&q, 501, 401, &n));
	/* A shorter one may still fit. */
	ck_assert(log_quota_take(&q, 502, 400, &n));
	ck_assert_uint_eq(n, 1);
	ck_assert(!log_quota_take(&q, 503, 1, &n));
	ck_assert(log_quota_take(&q, 504, 0, &n));
	ck_assert(log_quota_take(&q, 600, 1000, &n));
	ck_assert(!log_quota_take(&q, 700, 1001, &n));
}
END_TEST

START_TEST(without_window)
{
	struct log_quota q;
	uint64_t n, t;
	int passed = 0;

	log_quota_init(&q, 10, 1000, 0);
	for (t = 0; t < 1000000; t += 1000)
		passed += log_quota_take(&q, t, 1, &n) ? 1 : 0;
	ck_assert_int_eq(passed, 10);
	ck_assert_uint_eq(q.suppressed, 990);
}
END_TEST

Suite *suite_log_quota(void);

Suite *
suite_log_quota(void)
{
	Suite *s = suite_create("log_quota");
	TCase *tc = tcase_create("log_quota");

	tcase_add_test(tc, lines);
	tcase_add_test(tc, bytes);
	tcase_add_test(tc, without_window);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_log_quota)
