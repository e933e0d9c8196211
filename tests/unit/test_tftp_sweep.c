/* SPDX-License-Identifier: ISC */
/* Who is looked at in turn, and who is watched. */
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/table.h"

static struct sweep sweep;
static struct session session[SWEEP_MAX + 1];

static void
setup(void)
{
	memset(&sweep, 0, sizeof(sweep));
	memset(session, 0, sizeof(session));
}

/* Answers until it is looked at; false: it is not after as many as it takes. */
static bool
enter(struct session *s)
{
	int i;

	for (i = 0; i < SWEEP_QUICK; i++)
		if (sweep_answered(&sweep, s, true, SWEEP_MAX))
			return true;
	return false;
}

START_TEST(quick_ones)
{
	struct session *s = &session[0];
	int i;

	for (i = 1; i < SWEEP_QUICK; i++)
		ck_assert(!sweep_answered(&sweep, s, true, 1));
	ck_assert_uint_eq(sweep.n, 0);
	ck_assert(sweep_answered(&sweep, s, true, 1));
	ck_assert_uint_eq(sweep.n, 1);
	ck_assert_ptr_eq(sweep.at[0], s);
}
END_TEST

START_TEST(not_beside_sleep)
{
	struct session *s = &session[0];
	int i;

	for (i = 0; i < 10 * SWEEP_QUICK; i++)
		ck_assert(!sweep_answered(&sweep, s, i % SWEEP_QUICK != 0, 1));
	ck_assert_uint_eq(sweep.n, 0);
}
END_TEST

START_TEST(not_among_many)
{
	struct session *s = &session[0];
	int i;

	for (i = 0; i < 10 * SWEEP_QUICK; i++)
		ck_assert(!sweep_answered(&sweep, s, true, SWEEP_MAX + 1));
	ck_assert_uint_eq(sweep.n, 0);
	/* Nor do those answers count when the others have gone. */
	ck_assert(!sweep_answered(&sweep, s, true, SWEEP_MAX));
}
END_TEST

START_TEST(no_more_than_fit)
{
	int i;

	for (i = 0; i < SWEEP_MAX; i++)
		ck_assert(enter(&session[i]));
	ck_assert(!enter(&session[SWEEP_MAX]));
	ck_assert_uint_eq(sweep.n, SWEEP_MAX);
}
END_TEST

START_TEST(looks_in_vain)
{
	struct session *s = &session[0];
	int i, k;

	ck_assert(enter(s));
	for (k = 0; k < 3; k++) {
		for (i = 0; i < SWEEP_MISSES; i++) {
			ck_assert(sweep_looked(&sweep, s, false));
			sweep_turn(&sweep);
		}
		ck_assert(sweep_looked(&sweep, s, true));
	}
	for (i = 0; i < SWEEP_MISSES; i++) {
		ck_assert(sweep_looked(&sweep, s, false));
		sweep_turn(&sweep);
	}
	ck_assert(!sweep_looked(&sweep, s, false));
	ck_assert_uint_eq(sweep.n, 0);
	ck_assert(enter(s));
	ck_assert(sweep_looked(&sweep, s, false));
}
END_TEST

/* Where nobody gets anything, nobody is slower than the others. */
START_TEST(silence)
{
	struct session *s = &session[0];
	int i;

	ck_assert(enter(s));
	for (i = 0; i < 10 * SWEEP_MISSES; i++)
		ck_assert(sweep_looked(&sweep, s, false));
}
END_TEST

START_TEST(removal)
{
	int i;

	for (i = 0; i < 3; i++)
		ck_assert(enter(&session[i]));
	sweep_remove(&sweep, &session[0]);
	ck_assert_uint_eq(sweep.n, 2);
	ck_assert_ptr_eq(sweep.at[0], &session[2]);
	/* Who is not in has no place to give back. */
	sweep_remove(&sweep, &session[0]);
	ck_assert_uint_eq(sweep.n, 2);
	sweep_remove(&sweep, &session[2]);
	ck_assert_ptr_eq(sweep.at[0], &session[1]);
	sweep_remove(&sweep, &session[1]);
	ck_assert_uint_eq(sweep.n, 0);
	ck_assert(enter(&session[0]));
}
END_TEST

Suite *suite_tftp_sweep(void);

Suite *
suite_tftp_sweep(void)
{
	Suite *s = suite_create("tftp_sweep");
	TCase *tc = tcase_create("sweep");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, quick_ones);
	tcase_add_test(tc, not_beside_sleep);
	tcase_add_test(tc, not_among_many);
	tcase_add_test(tc, no_more_than_fit);
	tcase_add_test(tc, looks_in_vain);
	tcase_add_test(tc, silence);
	tcase_add_test(tc, removal);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_sweep)
