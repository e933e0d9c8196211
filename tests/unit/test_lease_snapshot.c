/* SPDX-License-Identifier: ISC */
/*
 * Reading a database that is in use: a copy at any moment is the state of one
 * commit.
 */
/* pread() is replaced below, which the checks of the C library prevent. */
#undef _FORTIFY_SOURCE

#include <poll.h>
#include <sys/syscall.h>

#include "leased/snapshot.h"
#include "tests/unit/writer_case.h"

Suite *suite_lease_snapshot(void);

/* Of a writer between any two reads. */
static unsigned int reads, write_at; /* 0: never */
static void (*write_now)(void);

ssize_t pread(int fd, void *buf, size_t n, off_t off);

/* In small pieces, so that the copy of the database takes many reads. */
ssize_t
pread(int fd, void *buf, size_t n, off_t off)
{
	if (++reads == write_at)
		write_now();
	return syscall(SYS_pread64, fd, buf, n > 4096 ? 4096 : n, off);
}

static void
commit_one(void)
{
	run("UPDATE lease SET start_s = 3");
}

static void
checkpoint(void)
{
	commit_one();
	run("PRAGMA wal_checkpoint(PASSIVE)");
}

/* Twice, for the second one restarts the log again. */
static void
restart(void)
{
	checkpoint();
	run("UPDATE lease SET start_s = 4");
	run("PRAGMA wal_checkpoint(PASSIVE)");
	run("UPDATE lease SET start_s = 5");
}

static void
truncate_log(void)
{
	commit_one();
	run("PRAGMA wal_checkpoint(TRUNCATE)");
}

static void
truncate_and_commit(void)
{
	truncate_log();
	run("UPDATE lease SET start_s = 4");
}

/* Its pages are in the log, without a commit. */
static void
open_transaction(void)
{
	if (sqlite3_get_autocommit(writer))
		run("BEGIN; UPDATE lease SET start_s = 9");
}

static void
roll_back(void)
{
	run("BEGIN; UPDATE lease SET start_s = 9; ROLLBACK; UPDATE lease SET start_s = 3");
}

static void
grow(void)
{
	run("UPDATE lease SET start_s = 1");
	fill(ROWS + 1, 2 * ROWS);
	run("PRAGMA wal_checkpoint(PASSIVE)");
}

static void
shrink(void)
{
	run("DELETE FROM lease WHERE addr > x'00000020'; VACUUM; PRAGMA wal_checkpoint(PASSIVE)");
}

static void (*const writes[])(void) = { commit_one, checkpoint, restart,
	truncate_log, truncate_and_commit, open_transaction, roll_back, grow,
	shrink };

#define WRITES ((int)(sizeof(writes) / sizeof(writes[0])))

static int
number_of(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;
	int n;

	ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
			  sqlite3_step(st) == SQLITE_ROW,
	    "%s: %s", sql, sqlite3_errmsg(db));
	n = sqlite3_column_int(st, 0);
	(void)sqlite3_finalize(st);
	return n;
}

/* The copy is whole, and every row is of the same transaction. */
static void
check_copy(struct snapshot *s)
{
	sqlite3_stmt *st;
	sqlite3 *db;
	int n;

	ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
	ck_assert_int_eq(
	    sqlite3_deserialize(db, "main", s->p, (sqlite3_int64)s->n,
		(sqlite3_int64)s->n, SQLITE_DESERIALIZE_READONLY),
	    SQLITE_OK);
	ck_assert_int_eq(
	    sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &st, NULL),
	    SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(st), SQLITE_ROW);
	ck_assert_str_eq((const char *)sqlite3_column_text(st, 0), "ok");
	(void)sqlite3_finalize(st);
	ck_assert_int_eq(
	    number_of(db, "SELECT count(DISTINCT start_s) FROM lease"), 1);
	ck_assert_int_ne(number_of(db, "SELECT start_s FROM lease"), 9);
	n = number_of(db, "SELECT count(*) FROM lease");
	ck_assert(n == ROWS || n == 3 * ROWS || n == 32);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

static enum snapshot_result
take(struct snapshot *s)
{
	int db = open_part(""), wal = open_part("-wal");
	enum snapshot_result r;

	reads = 0;
	r = snapshot_take(s, db, wal);
	if (db != -1)
		(void)close(db);
	if (wal != -1)
		(void)close(wal);
	return r;
}

/* A file without a log must be a few milliseconds old. */
static void
take_last(struct snapshot *s)
{
	enum snapshot_result r;
	int i;

	for (i = 0; (r = take(s)) == SNAPSHOT_CHANGED && i < 100; i++)
		(void)poll(NULL, 0, 10);
	ck_assert_int_eq(r, SNAPSHOT_OK);
}

/* A copy succeeds once nobody writes.  Begins again with an empty folder. */
static void
take_undisturbed(void)
{
	struct snapshot s;

	write_at = 0;
	take_last(&s);
	check_copy(&s);
	snapshot_free(&s);
	end();
	tear_down();
	ck_assert_int_eq(mkdir(dir, 0700), 0);
}

/* The same write between any two reads of the copy. */
START_TEST(written_meanwhile)
{
	unsigned int n, total = 1, copies = 0;
	struct snapshot s;

	write_now = writes[_i];
	for (n = 1; n <= total; n++) {
		begin();
		write_at = n;
		if (take(&s) == SNAPSHOT_OK) {
			check_copy(&s);
			copies++;
			snapshot_free(&s);
		} else {
			ck_assert_ptr_null(s.p);
		}
		total = reads > total ? reads : total;
		take_undisturbed();
	}
	/* Header, pages of the file, frames of the log. */
	ck_assert_uint_gt(total, 20);
	/* Whether a file without a log is old enough depends on the clock. */
	ck_assert(copies > 0 || write_now == truncate_log);
}
END_TEST

/* A log that is restarted must not be taken for one that grew. */
START_TEST(restarted_log_is_noticed)
{
	struct snapshot s;

	begin();
	write_now = restart;
	write_at = 2;
	ck_assert_int_eq(take(&s), SNAPSHOT_CHANGED);
	end();
}
END_TEST

/* As while a database is made: there is no log that tells of changes. */
START_TEST(without_a_log)
{
	unsigned int n, total = 1;
	struct snapshot s;

	for (n = 1; n <= total; n++) {
		begin();
		run("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = TRUNCATE");
		write_now = commit_one;
		write_at = n;
		if (take(&s) == SNAPSHOT_OK) {
			check_copy(&s);
			snapshot_free(&s);
		}
		total = reads;
		take_undisturbed();
	}
	ck_assert_uint_gt(total, 5);
}
END_TEST

Suite *
suite_lease_snapshot(void)
{
	Suite *s = suite_create("lease_snapshot");
	TCase *tc = tcase_create("snapshot");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, written_meanwhile, 0, WRITES);
	tcase_add_test(tc, restarted_log_is_noticed);
	tcase_add_test(tc, without_a_log);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests write as another process would. */
UNIT_MAIN_ALSO(suite_lease_snapshot, SCMP_SYS(fchown), SCMP_SYS(write),
    SCMP_SYS(ftruncate), SCMP_SYS(mkdir), SCMP_SYS(rmdir), SCMP_SYS(fchmod),
    SCMP_SYS(pread64), SCMP_SYS(close))
