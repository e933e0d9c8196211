/* SPDX-License-Identifier: ISC */
/*
 * Reading a database that is in use: a copy at any moment is the state of one
 * commit.  And what is printed of databases of all kinds.
 */
/* pread() is replaced below, which the checks of the C library prevent. */
#undef _FORTIFY_SOURCE

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "leased/show.h"
#include "leased/snapshot.h"
#include "tests/unit/store_case.h"

Suite *suite_lease_show(void);

#define ROWS 300

/* -------------------------------- a writer between any two reads */

static sqlite3 *writer;
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
run(const char *sql)
{
	char *err = NULL;

	ck_assert_msg(sqlite3_exec(writer, sql, NULL, NULL, &err) == SQLITE_OK,
	    "%s: %s", sql, err);
}

static void
fill(unsigned int from, unsigned int n)
{
	char sql[512];

	(void)snprintf(sql, sizeof(sql),
	    "WITH RECURSIVE c(i) AS (SELECT %u UNION ALL SELECT i + 1 FROM c WHERE i < %u) INSERT INTO lease (family, addr, state, hwtype, hw, name, start_s, expiry_s) SELECT 4, bytes_of_hex(printf('%%08x', i)), 0, 1, x'020000000001', printf('%%0100d', i), 1, NULL FROM c",
	    from, from + n - 1);
	run(sql);
}

/* The library of Debian 12 has no function for it. */
static void
bytes_of_hex(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	const char *text = (const char *)sqlite3_value_text(argv[0]);
	uint8_t bytes[4];
	unsigned long v;

	(void)argc;
	v = strtoul(text, NULL, 16);
	bytes[0] = (uint8_t)(v >> 24);
	bytes[1] = (uint8_t)(v >> 16);
	bytes[2] = (uint8_t)(v >> 8);
	bytes[3] = (uint8_t)v;
	sqlite3_result_blob(ctx, bytes, sizeof(bytes), SQLITE_TRANSIENT);
}

static void
writer_open(void)
{
	ck_assert_int_eq(sqlite3_open(path, &writer), SQLITE_OK);
	ck_assert_int_eq(sqlite3_create_function(writer, "bytes_of_hex", 1,
			     SQLITE_UTF8, NULL, bytes_of_hex, NULL, NULL),
	    SQLITE_OK);
	/* With a cache this small, parts of a transaction are in the log. */
	run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = 2; PRAGMA cache_spill = 1");
}

/* A database in use: pages in the file, and a log with some of them. */
static void
begin(void)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);

	s->ops->close(s);
	writer_open();
	fill(1, ROWS);
	run("PRAGMA wal_checkpoint(PASSIVE)");
	run("UPDATE lease SET start_s = 2");
	reads = write_at = 0;
}

static void
end(void)
{
	ck_assert_int_eq(sqlite3_close(writer), SQLITE_OK);
	writer = NULL;
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

static int
open_part(const char *suffix)
{
	char name[160];

	(void)snprintf(name, sizeof(name), "%s%s", path, suffix);
	return open(name, O_RDONLY | O_CLOEXEC);
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
		/* Nobody writes any more. */
		write_at = 0;
		take_last(&s);
		check_copy(&s);
		snapshot_free(&s);
		end();
		tear_down();
		ck_assert_int_eq(mkdir(dir, 0700), 0);
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
		write_at = 0;
		take_last(&s);
		check_copy(&s);
		snapshot_free(&s);
		end();
		tear_down();
		ck_assert_int_eq(mkdir(dir, 0700), 0);
	}
	ck_assert_uint_gt(total, 5);
}
END_TEST

/* --------------------------------------------------- what is printed */

static char text[1 << 20];
static size_t len;
static struct show show;

static int
keep(const void *p, size_t n, void *arg)
{
	(void)arg;
	ck_assert_uint_gt(n, 0);
	ck_assert_uint_le(n, LEASE_SHOW_TEXT_MAX);
	ck_assert_uint_lt(len + n, sizeof(text));
	memcpy(text + len, p, n);
	len += n;
	text[len] = '\0';
	return 0;
}

static int
refuse(const void *p, size_t n, void *arg)
{
	(void)p;
	(void)n;
	(void)arg;
	return -1;
}

static enum lease_show_outcome
show_as(enum lease_show_format f)
{
	enum lease_show_outcome r;
	int db = open_part(""), wal = open_part("-wal");

	len = 0;
	text[0] = '\0';
	show = (struct show){
		.db = db, .wal = wal, .format = f, .now_s = 1500, .text = keep
	};
	ck_assert_int_eq(show_open(&show), 0);
	r = show_run(&show);
	if (db != -1)
		(void)close(db);
	if (wal != -1)
		(void)close(wal);
	return r;
}

static size_t
lines(void)
{
	size_t n = 0, i;

	for (i = 0; i < len; i++)
		n += text[i] == '\n' ? 1 : 0;
	return n;
}

static void
write_file(const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(pwrite(fd, p, n, 0), (ssize_t)n);
	ck_assert_int_eq(close(fd), 0);
}

START_TEST(in_use)
{
	begin();
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN);
	ck_assert_uint_eq(show.leases, ROWS);
	ck_assert_uint_eq(lines(), 1 + ROWS);
	ck_assert_ptr_nonnull(strstr(text, "\n0.0.1.44 "));
	end();
}
END_TEST

/* From here on as the process that serves may. */
START_TEST(second_stage)
{
	int db, wal;

	begin();
	db = open_part("");
	wal = open_part("-wal");
	show = (struct show){
		.db = db, .wal = wal, .format = LEASE_SHOW_CSV, .text = keep
	};
	ck_assert_int_eq(show_open(&show), 0);
	sandboxed_narrow();
	ck_assert_int_eq(show_run(&show), LEASE_SHOWN);
	ck_assert_uint_eq(lines(), 1 + ROWS);
}
END_TEST

START_TEST(older_schemas)
{
	static const char rows1[] =
	    "INSERT INTO lease VALUES (167772161, 0, 1, x'020000000002', x'01020000000002', 'one', 1000, 2000);"
	    "INSERT INTO lease VALUES (4294967295, 0, 1, x'020000000003', NULL, '', 1000, 1400);";
	struct store_open o = { .file = NULL };
	struct store *s;
	char first[sizeof(text)];

	edit(SCHEMA_1);
	edit(rows1);
	ck_assert_int_eq(show_as(LEASE_SHOW_JSON), LEASE_SHOWN);
	ck_assert_uint_eq(show.leases, 2);
	memcpy(first, text, sizeof(first));
	s = must_open(&o); /* converts it */
	s->ops->close(s);
	ck_assert_int_eq(show_as(LEASE_SHOW_JSON), LEASE_SHOWN);
	ck_assert_str_eq(text, first);
	edit("ALTER TABLE lease DROP COLUMN relay; PRAGMA user_version = 2");
	ck_assert_int_eq(show_as(LEASE_SHOW_JSON), LEASE_SHOWN);
	ck_assert_str_eq(text, first);
	ck_assert_int_eq(show_as(LEASE_SHOW_DNSMASQ), LEASE_SHOWN);
	ck_assert_str_eq(
	    text, "2000 02:00:00:00:00:02 10.0.0.1 one 01:02:00:00:00:00:02\n");
}
END_TEST

START_TEST(nothing_there)
{
	static const struct {
		enum lease_show_format format;
		const char *want;
	} t[] = {
		{ LEASE_SHOW_JSON, "[]\n" },
		{ LEASE_SHOW_DNSMASQ, "" },
	};
	struct store_open o = { .file = NULL };
	struct store *s;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(show_as(t[i].format), LEASE_SHOWN_NEW);
		ck_assert_str_eq(text, t[i].want);
	}
	write_file("", 0);
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_NEW);
	ck_assert_uint_eq(lines(), 1);
	write_file("0 02:00:00:00:00:02 10.0.0.1 one *\n", 35);
	ck_assert_int_eq(show_as(LEASE_SHOW_JSON), LEASE_SHOWN_IMPORT);
	ck_assert_str_eq(text, "[]\n");
	write_file("", 0);
	s = must_open(&o);
	s->ops->close(s);
	ck_assert_int_eq(show_as(LEASE_SHOW_JSON), LEASE_SHOWN);
	ck_assert_str_eq(text, "[]\n");
	ck_assert_uint_eq(show.leases, 0);
}
END_TEST

START_TEST(refused)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);

	s->ops->close(s);
	edit("PRAGMA user_version = 4");
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_FAILED);
	ck_assert_str_eq(show.why,
	    "made by a newer pxeguard (schema 4; this version knows schemas up to 3); use the pxeguard that made it");
	edit("PRAGMA application_id = 1");
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_FAILED);
	ck_assert_str_eq(show.why,
	    "the database of another program; set dhcp-leasefile to that of pxeguard");
	ck_assert_uint_eq(show.leases, 0);
}
END_TEST

/* Whether it has a table decides if it is a new one. */
START_TEST(without_an_id)
{
	edit("PRAGMA journal_mode = WAL");
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_NEW);
	edit("CREATE TABLE t (a)");
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_FAILED);
	ck_assert_ptr_nonnull(strstr(show.why, "another program"));
	edit("DROP TABLE t; PRAGMA user_version = 1");
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_FAILED);
	ck_assert_ptr_nonnull(strstr(show.why, "another program"));
	edit("PRAGMA user_version = 0; PRAGMA application_id = 1347962183");
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN_FAILED);
	ck_assert_ptr_nonnull(strstr(show.why, "another program"));
}
END_TEST

START_TEST(text_not_taken)
{
	int db;

	begin();
	db = open_part("");
	show = (struct show){ .db = db, .wal = -1, .text = refuse };
	ck_assert_int_eq(show_open(&show), 0);
	ck_assert_int_eq(show_run(&show), LEASE_SHOWN_FAILED);
	ck_assert_str_eq(show.why, "the leases could not be sent");
	(void)close(db);
	end();
}
END_TEST

/* Overwrites part of the file. */
static void
spoil(off_t at, size_t n)
{
	uint8_t junk[4096];
	int fd = open(path, O_WRONLY);

	memset(junk, 0xa5, sizeof(junk));
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(pwrite(fd, junk, n, at), (ssize_t)n);
	ck_assert_int_eq(close(fd), 0);
}

START_TEST(damaged)
{
	begin();
	run("PRAGMA wal_checkpoint(TRUNCATE)");
	end();
	spoil(3 * 4096, 8);
	ck_assert_int_eq(show_as(LEASE_SHOW_DNSMASQ), LEASE_SHOWN_PARTLY);
	ck_assert_uint_gt(show.leases, ROWS / 2);
	ck_assert_uint_lt(show.leases, ROWS);
	ck_assert_uint_eq(lines(), show.leases);
	ck_assert_ptr_nonnull(strstr(show.why, "damaged (Page 4"));
	spoil(0, 100); /* not even a database any more */
	ck_assert_int_eq(show_as(LEASE_SHOW_DNSMASQ), LEASE_SHOWN_PARTLY);
	ck_assert_uint_gt(show.leases, ROWS / 2);
	ck_assert_ptr_nonnull(strstr(show.why, "damaged (not a database)"));
}
END_TEST

START_TEST(invalid_rows)
{
	begin();
	run("PRAGMA ignore_check_constraints = ON; UPDATE lease SET state = 7 WHERE addr < x'00000003'");
	ck_assert_int_eq(show_as(LEASE_SHOW_JSON), LEASE_SHOWN_PARTLY);
	ck_assert_str_eq(show.why, "ignored 2 invalid rows");
	ck_assert_uint_eq(show.leases, ROWS - 2);
	end();
}
END_TEST

/* More than fits one message. */
START_TEST(much_text)
{
	begin();
	fill(ROWS + 1, 4000);
	ck_assert_int_eq(show_as(LEASE_SHOW_TEXT), LEASE_SHOWN);
	ck_assert_uint_eq(lines(), 1 + ROWS + 4000);
	end();
}
END_TEST

Suite *
suite_lease_show(void)
{
	Suite *s = suite_create("lease_show");
	TCase *tc = tcase_create("show");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, written_meanwhile, 0, WRITES);
	tcase_add_test(tc, restarted_log_is_noticed);
	tcase_add_test(tc, without_a_log);
	tcase_add_test(tc, in_use);
	tcase_add_test(tc, second_stage);
	tcase_add_test(tc, older_schemas);
	tcase_add_test(tc, nothing_there);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, without_an_id);
	tcase_add_test(tc, text_not_taken);
	tcase_add_test(tc, damaged);
	tcase_add_test(tc, invalid_rows);
	tcase_add_test(tc, much_text);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests write as another process would. */
UNIT_MAIN_ALSO(suite_lease_show, SCMP_SYS(fchown), SCMP_SYS(write),
    SCMP_SYS(ftruncate), SCMP_SYS(mkdir), SCMP_SYS(rmdir), SCMP_SYS(fchmod),
    SCMP_SYS(pread64), SCMP_SYS(close))
