/* SPDX-License-Identifier: ISC */
/* Times for timers. */
#include "daemon/timeval.h"
#include "tests/unit/unit.h"

static void
check_timeval(struct timeval tv, time_t s, suseconds_t us)
{
	ck_assert_int_eq(tv.tv_sec, s);
	ck_assert_int_eq(tv.tv_usec, us);
}

START_TEST(timevals)
{
	check_timeval(timeval_ms(0), 0, 0);
	check_timeval(timeval_ms(999), 0, 999000);
	check_timeval(timeval_ms(61001), 61, 1000);
	check_timeval(timeval_until(5500, 3000), 2, 500000);
	check_timeval(timeval_until(3000, 3000), 0, 0);
	check_timeval(timeval_until(2999, 3000), 0, 0);
}
END_TEST

Suite *suite_timeval(void);

Suite *
suite_timeval(void)
{
	Suite *s = suite_create("timeval");
	TCase *tc = tcase_create("timeval");

	tcase_add_test(tc, timevals);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_timeval)
