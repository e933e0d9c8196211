/* SPDX-License-Identifier: ISC */
/* The limit on bytes a second. */
#include "daemon/rate.h"
#include "tests/unit/unit.h"

#include <string.h>

static const uint64_t rates[] = { 1, 7, 999, 1000, 1001, 33333, 1000000,
	12345678, 125000000, 1250000000, 17999999999ULL };

#define NRATES (int)(sizeof(rates) / sizeof(rates[0]))

static uint64_t
depth(uint64_t rate)
{
	uint64_t d = rate / 1000 * RATE_DEPTH_MS;

	return d > RATE_DEPTH_MIN ? d : RATE_DEPTH_MIN;
}

START_TEST(unlimited)
{
	struct rate r = { 0 };

	ck_assert_uint_eq(rate_allows(&r, 0, 5), UINT64_MAX);
	rate_spend(&r, UINT64_MAX);
	rate_spend(&r, UINT64_MAX);
	ck_assert_uint_eq(rate_allows(&r, 0, 6), UINT64_MAX);
	ck_assert_uint_eq(rate_wait_ms(&r, 0, UINT64_MAX), 0);
}
END_TEST

/*
 * 1000 s at odd intervals; all that is allowed leaves at once.  Beyond the
 * first depth that is the rate, to the byte of the last millisecond.
 */
START_TEST(precise)
{
	uint64_t rate = rates[_i], now_ms = 12345, sent, n, seconds = 1000;
	struct rate r = { 0 };
	unsigned int step = 0;

	sent = rate_allows(&r, rate, now_ms);
	ck_assert_uint_eq(sent, depth(rate));
	rate_spend(&r, sent);
	sent = 0;
	while (now_ms < 12345 + seconds * 1000) {
		now_ms += 1 + step++ * 7919 % 13;
		n = rate_allows(&r, rate, now_ms);
		ck_assert_uint_le(n, depth(rate));
		rate_spend(&r, n);
		sent += n;
		/* A byte a call may be left: less than one is not sent. */
		ck_assert_uint_le(sent, (now_ms - 12345) * rate / 1000);
	}
	ck_assert_uint_ge(sent + 1, (now_ms - 12345) * rate / 1000);
}
END_TEST

/* Nothing is saved up beyond the depth. */
START_TEST(depth_bound)
{
	uint64_t rate = rates[_i];
	struct rate r = { 0 };

	rate_spend(&r, rate_allows(&r, rate, 1));
	ck_assert_uint_eq(rate_allows(&r, rate, 1), 0);
	ck_assert_uint_eq(rate_allows(&r, rate, UINT64_MAX / 2), depth(rate));
	ck_assert_uint_eq(rate_allows(&r, rate, UINT64_MAX - 1), depth(rate));
}
END_TEST

/* A pause whose product with the rate is 2 to the 64th. */
START_TEST(long_pause)
{
	struct rate r = { 0 };

	rate_spend(&r, RATE_DEPTH_MIN);
	ck_assert_uint_eq(rate_allows(&r, 1 << 20, 0), 0);
	ck_assert_uint_eq(rate_allows(&r, 1 << 20, 1ULL << 44), RATE_DEPTH_MIN);
}
END_TEST

/* After the time that it tells, and not before, the bytes may leave. */
START_TEST(waits)
{
	uint64_t rate = rates[_i], now_ms = 777, want;
	struct rate r = { 0 };
	uint32_t ms;

	for (want = 1; want <= depth(rate); want = want * 5 + 3) {
		(void)rate_allows(&r, rate, now_ms);
		rate_spend(&r, rate_allows(&r, rate, now_ms));
		ck_assert_uint_gt(ms = rate_wait_ms(&r, rate, want), 0);
		ck_assert_uint_le(ms, RATE_WAIT_MAX_MS);
		if (ms == RATE_WAIT_MAX_MS) {
			ck_assert_uint_le(
			    rate_allows(&r, rate, now_ms + ms - 2), want);
		} else {
			ck_assert_uint_le(
			    rate_allows(&r, rate, now_ms + ms - 1), want);
			ck_assert_uint_ge(
			    rate_allows(&r, rate, now_ms + ms), want);
		}
		now_ms += 1000000000;
		ck_assert_uint_eq(rate_allows(&r, rate, now_ms), depth(rate));
		ck_assert_uint_eq(rate_wait_ms(&r, rate, want), 0);
	}
}
END_TEST

START_TEST(more_than_depth)
{
	struct rate r = { 0 };

	ck_assert_uint_eq(rate_allows(&r, 1000000, 0), RATE_DEPTH_MIN);
	/* A full bucket lets everything go, else it would wait for ever. */
	ck_assert_uint_eq(rate_wait_ms(&r, 1000000, RATE_DEPTH_MIN * 4), 0);
	rate_spend(&r, RATE_DEPTH_MIN + 500000);
	ck_assert_uint_eq(rate_allows(&r, 1000000, 400), 0);
	ck_assert_uint_eq(rate_wait_ms(&r, 1000000, 1000), 101);
	ck_assert_uint_eq(rate_allows(&r, 1000000, 501), 1000);
}
END_TEST

START_TEST(extremes)
{
	struct rate r = { 0 };
	uint64_t rate;
	int bit;

	for (bit = 0; bit < 64; bit++) {
		rate = 1ULL << bit | (1ULL << bit) >> 1;
		memset(&r, 0, sizeof(r));
		ck_assert_uint_ge(rate_allows(&r, rate, 0), RATE_DEPTH_MIN);
		rate_spend(&r, UINT64_MAX);
		rate_spend(&r, 1);
		(void)rate_allows(&r, rate, UINT64_MAX);
		ck_assert_uint_le(
		    rate_wait_ms(&r, rate, UINT64_MAX), RATE_WAIT_MAX_MS);
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("tftp_rate");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, unlimited);
	tcase_add_loop_test(tc, precise, 0, NRATES);
	tcase_add_loop_test(tc, depth_bound, 0, NRATES);
	tcase_add_loop_test(tc, waits, 0, NRATES);
	tcase_add_test(tc, long_pause);
	tcase_add_test(tc, more_than_depth);
	tcase_add_test(tc, extremes);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
