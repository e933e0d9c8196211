/* SPDX-License-Identifier: ISC */
/* What a connection may do with a database that is untrusted input. */
#include <string.h>

#include "leased/sqlite_limits.h"
#include "tests/unit/unit.h"

Suite *suite_store_limits(void);

static sqlite3 *db;

static sqlite3 *
open_memory(void)
{
	sqlite3 *new;

	ck_assert_int_eq(sqlite3_open_v2(":memory:", &new,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
				 SQLITE_OPEN_MEMORY,
			     NULL),
	    SQLITE_OK);
	return new;
}

static void
set_up(void)
{
	db = open_memory();
	/* As a library may have been built. */
	ck_assert_int_eq(sqlite3_db_config(db,
			     SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL),
	    SQLITE_OK);
	(void)sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 1);
	ck_assert_int_eq(sqlite_limits_set(db), 0);
}

static void
tear_down(void)
{
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

static void
run(const char *sql)
{
	char *why = NULL;
	int rc = sqlite3_exec(db, sql, NULL, NULL, &why);

	ck_assert_msg(rc == SQLITE_OK, "%s: %s", sql, why);
}

static void
refused(const char *sql, const char *want)
{
	char *why = NULL;

	ck_assert_int_ne(sqlite3_exec(db, sql, NULL, NULL, &why), SQLITE_OK);
	ck_assert_msg(strstr(why, want) != NULL, "%s: %s", sql, why);
	sqlite3_free(why);
}

/* Each limit is lower than the default of the library, or 0. */
START_TEST(lower_limits)
{
	sqlite3 *other = open_memory();
	int mine = sqlite3_limit(db, _i, -1);

	ck_assert_int_ge(mine, 0);
	ck_assert(mine == 0 || mine < sqlite3_limit(other, _i, -1));
	ck_assert_int_eq(sqlite3_close(other), SQLITE_OK);
}
END_TEST

START_TEST(no_triggers)
{
	run("CREATE TABLE t (x); CREATE TABLE u (x);"
	    "CREATE TRIGGER r AFTER INSERT ON t BEGIN"
	    " INSERT INTO u VALUES (1); END;"
	    "INSERT INTO t VALUES (1)");
	ck_assert_int_eq(sqlite3_total_changes(db), 1);
}
END_TEST

START_TEST(no_views)
{
	run("CREATE VIEW v AS SELECT 1");
	refused("SELECT * FROM v", "access to view");
}
END_TEST

START_TEST(schema_read_only)
{
	run("CREATE TABLE t (x); PRAGMA writable_schema = ON");
	refused("UPDATE sqlite_schema SET name = 'u'", "may not be modified");
}
END_TEST

static void
call(sqlite3_context *context, int n, sqlite3_value **values)
{
	(void)n;
	(void)values;
	sqlite3_result_int(context, 1);
}

/* A schema may call only functions that are known to be harmless. */
START_TEST(schema_not_trusted)
{
	ck_assert_int_eq(sqlite3_create_function(db, "call", 0, SQLITE_UTF8,
			     NULL, call, NULL, NULL),
	    SQLITE_OK);
	run("SELECT call(); CREATE TABLE t (x DEFAULT (call()))");
	refused("INSERT INTO t DEFAULT VALUES", "unsafe use of call()");
}
END_TEST

/* Double quotes mark names only. */
START_TEST(quoted_names)
{
	run("CREATE TABLE t (x)");
	refused("SELECT \"text\" FROM t", "no such column");
	refused("CREATE INDEX i ON t (\"text\")", "no such column");
}
END_TEST

START_TEST(no_extensions)
{
	refused("SELECT load_extension('x')", "not authorized");
}
END_TEST

/* It keeps the log as it is: see store_sqlite_close(). */
START_TEST(no_checkpoint_at_close)
{
	int value = 0;

	ck_assert_int_eq(
	    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, -1, &value),
	    SQLITE_OK);
	ck_assert_int_eq(value, 1);
}
END_TEST

Suite *
suite_store_limits(void)
{
	Suite *s = suite_create("store_limits");
	TCase *tc = tcase_create("limits");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(
	    tc, lower_limits, 0, SQLITE_LIMIT_WORKER_THREADS + 1);
	tcase_add_test(tc, no_triggers);
	tcase_add_test(tc, no_views);
	tcase_add_test(tc, schema_read_only);
	tcase_add_test(tc, schema_not_trusted);
	tcase_add_test(tc, quoted_names);
	tcase_add_test(tc, no_extensions);
	tcase_add_test(tc, no_checkpoint_at_close);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_store_limits)
