/* SPDX-License-Identifier: ISC */
/* What a connection may do with a database that is untrusted input. */
#include "leased/sqlite_limits.h"
#include "tests/unit/unit.h"

Suite *suite_store_limits(void);

static sqlite3 *db;

static void
set_up(void)
{
	ck_assert_int_eq(sqlite3_open_v2(":memory:", &db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
				 SQLITE_OPEN_MEMORY,
			     NULL),
	    SQLITE_OK);
	ck_assert_int_eq(sqlite_limits_set(db), 0);
}

static void
tear_down(void)
{
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

/* No limit of the library is left at what it allows by itself. */
START_TEST(test_limits)
{
	static const int most[] = {
		[SQLITE_LIMIT_LENGTH] = 64 * 1024,
		[SQLITE_LIMIT_SQL_LENGTH] = 16 * 1024,
		[SQLITE_LIMIT_COLUMN] = 64,
		[SQLITE_LIMIT_EXPR_DEPTH] = 32,
		[SQLITE_LIMIT_COMPOUND_SELECT] = 2,
		[SQLITE_LIMIT_VDBE_OP] = 10000,
		[SQLITE_LIMIT_FUNCTION_ARG] = 8,
		[SQLITE_LIMIT_ATTACHED] = 0,
		[SQLITE_LIMIT_LIKE_PATTERN_LENGTH] = 64,
		[SQLITE_LIMIT_VARIABLE_NUMBER] = 16,
		[SQLITE_LIMIT_TRIGGER_DEPTH] = 1,
		[SQLITE_LIMIT_WORKER_THREADS] = 0,
	};

	ck_assert_int_eq(sqlite3_limit(db, _i, -1), most[_i]);
}
END_TEST

START_TEST(test_settings)
{
	static const struct {
		int option;
		int value;
	} t[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
	};
	int value = -1;

	ck_assert_int_eq(
	    sqlite3_db_config(db, t[_i].option, -1, &value), SQLITE_OK);
	ck_assert_int_eq(value, t[_i].value);
}
END_TEST

Suite *
suite_store_limits(void)
{
	Suite *s = suite_create("store_limits");
	TCase *tc = tcase_create("limits");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(
	    tc, test_limits, 0, SQLITE_LIMIT_WORKER_THREADS + 1);
	tcase_add_loop_test(tc, test_settings, 0, 8);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_store_limits)
