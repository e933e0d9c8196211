/* SPDX-License-Identifier: ISC */
/* Polling goes on while it finds packets, and ends where it does not. */
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/busy_poll.h"

/*
 * Packets that come so many microseconds after each other, looked for every
 * microsecond.  Returns the time that was spent in looking.
 */
static uint64_t
spent_us(struct busy_poll *l, uint64_t gap_us, uint64_t packets)
{
	static uint64_t now_us = 1000, sum;
	uint64_t spent = 0, at, i;

	for (i = 0; i < packets; i++) {
		enum role_turn turn = busy_poll_next(l, ++sum, now_us);

		at = now_us + gap_us;
		ck_assert_int_ne(turn, ROLE_YIELD);
		while (turn != ROLE_SLEEP && now_us < at) {
			spent++;
			now_us++;
			turn = busy_poll_next(l, sum, now_us);
			ck_assert_int_ne(turn, ROLE_POLL);
		}
		now_us = at;
	}
	return spent;
}

START_TEST(pays)
{
	struct busy_poll l = { 0 };

	/* All the time between packets, for they come soon. */
	ck_assert_uint_eq(spent_us(&l, 10, 1000), 10 * 1000);
}
END_TEST

START_TEST(does_not_pay)
{
	struct busy_poll l = { 0 };
	uint64_t us;

	(void)spent_us(&l, 10, 1000);
	(void)spent_us(&l, 200, 100);
	us = spent_us(&l, 200, 64000);
	/* Trials are left: 30 us for each 64 packets; and one look for each. */
	ck_assert_uint_eq(us, (BUSY_POLL_US + BUSY_POLL_TRIAL - 1) * 1000);
}
END_TEST

START_TEST(pays_again)
{
	struct busy_poll l = { 0 };

	(void)spent_us(&l, 200, 1000);
	(void)spent_us(&l, 10, 1000);
	ck_assert_uint_eq(spent_us(&l, 10, 1000), 10 * 1000);
}
END_TEST

/* Nothing has come: nothing is looked for. */
START_TEST(idle)
{
	struct busy_poll l = { 0 };
	uint64_t i, us = 2000;

	for (i = 0; i < 100; i++)
		ck_assert_int_eq(busy_poll_next(&l, 0, 1000 + i), ROLE_SLEEP);
	ck_assert_int_eq(busy_poll_next(&l, 1, us), ROLE_POLL);
	us += BUSY_POLL_US;
	ck_assert_int_eq(busy_poll_next(&l, 1, us - 1), ROLE_YIELD);
	ck_assert_int_eq(busy_poll_next(&l, 1, us), ROLE_SLEEP);
	ck_assert_int_eq(busy_poll_next(&l, 1, us + 1), ROLE_SLEEP);
}
END_TEST

Suite *suite_tftp_busy_poll(void);

Suite *
suite_tftp_busy_poll(void)
{
	Suite *s = suite_create("tftp_busy_poll");
	TCase *tc = tcase_create("busy_poll");

	tcase_add_test(tc, pays);
	tcase_add_test(tc, does_not_pay);
	tcase_add_test(tc, pays_again);
	tcase_add_test(tc, idle);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_busy_poll)
