/* SPDX-License-Identifier: ISC */
/* Eagerness goes on where it pays, and ends where it does not. */
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/eager.h"

/*
 * Packets that come so many microseconds after each other, looked for every
 * microsecond.  Returns the time that was spent in looking.
 */
static uint64_t
spent_us(struct eager *l, uint64_t gap_us, uint64_t packets)
{
	static uint64_t now_us = 1000, sum;
	uint64_t spent = 0, at, i;

	for (i = 0; i < packets; i++) {
		enum role_turn turn = eager_turn(l, ++sum, false, now_us);

		at = now_us + gap_us;
		ck_assert_int_ne(turn, ROLE_YIELD);
		while (turn != ROLE_SLEEP && now_us < at) {
			spent++;
			now_us++;
			turn = eager_turn(l, sum, false, now_us);
			ck_assert_int_ne(turn, ROLE_LOOK);
		}
		now_us = at;
	}
	return spent;
}

START_TEST(pays)
{
	struct eager l = { 0 };

	/* All the time between packets, for they come soon. */
	ck_assert_uint_eq(spent_us(&l, 10, 1000), 10 * 1000);
}
END_TEST

START_TEST(does_not_pay)
{
	struct eager l = { 0 };
	uint64_t us;

	(void)spent_us(&l, 10, 1000);
	(void)spent_us(&l, 200, 100);
	us = spent_us(&l, 200, 64000);
	/* Trials are left: 30 us for each 64 packets; and one look for each. */
	ck_assert_uint_eq(us, (EAGER_US + EAGER_TRIAL - 1) * 1000);
}
END_TEST

START_TEST(pays_again)
{
	struct eager l = { 0 };

	(void)spent_us(&l, 200, 1000);
	(void)spent_us(&l, 10, 1000);
	ck_assert_uint_eq(spent_us(&l, 10, 1000), 10 * 1000);
}
END_TEST

/* Nothing has come: nothing is looked for. */
START_TEST(idle)
{
	struct eager l = { 0 };
	uint64_t i, us = 2000;

	for (i = 0; i < 100; i++)
		ck_assert_int_eq(
		    eager_turn(&l, 0, false, 1000 + i), ROLE_SLEEP);
	ck_assert_int_eq(eager_turn(&l, 1, false, us), ROLE_LOOK);
	us += EAGER_US;
	ck_assert_int_eq(eager_turn(&l, 1, false, us - 1), ROLE_YIELD);
	ck_assert_int_eq(eager_turn(&l, 1, false, us), ROLE_SLEEP);
	ck_assert_int_eq(eager_turn(&l, 1, false, us + 1), ROLE_SLEEP);
}
END_TEST

/* Where sleep costs more, it is tried after each packet. */
START_TEST(keen)
{
	struct eager l = { 0 };
	uint64_t us = 1000, n;

	(void)spent_us(&l, 200, 1000);
	for (n = 2000; n < 2100; n++, us += 200) {
		ck_assert_int_eq(eager_turn(&l, n, true, us), ROLE_LOOK);
		ck_assert_int_eq(
		    eager_turn(&l, n, true, us + EAGER_US - 1), ROLE_YIELD);
		ck_assert_int_eq(
		    eager_turn(&l, n, true, us + EAGER_US), ROLE_SLEEP);
	}
}
END_TEST

START_TEST(awake)
{
	struct eager l = { 0 };
	uint64_t n = 0;

	/* It counts packets, not turns. */
	while (n < EAGER_AWAKE) {
		ck_assert(!eager_awake(&l));
		n += EAGER_AWAKE / 4;
		(void)eager_turn(&l, n, false, 1000 + n);
	}
	ck_assert(eager_awake(&l));
	ck_assert_int_eq(eager_turn(&l, n, false, 1001 + n), ROLE_YIELD);
	ck_assert(eager_awake(&l));
	ck_assert_int_eq(
	    eager_turn(&l, n, false, 1000 + n + EAGER_US), ROLE_SLEEP);
	ck_assert(!eager_awake(&l));
}
END_TEST

Suite *suite_tftp_eager(void);

Suite *
suite_tftp_eager(void)
{
	Suite *s = suite_create("tftp_eager");
	TCase *tc = tcase_create("eager");

	tcase_add_test(tc, pays);
	tcase_add_test(tc, does_not_pay);
	tcase_add_test(tc, pays_again);
	tcase_add_test(tc, idle);
	tcase_add_test(tc, keen);
	tcase_add_test(tc, awake);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_eager)
