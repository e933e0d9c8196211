/* SPDX-License-Identifier: ISC */
/* The database of pxeguard 0.1.0 is converted, or left as it is. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/role.h"
#include "leased/page_file.h"
#include "leased/sqlite_schema.h"
#include "leased/salvage.h"
#include "tests/unit/store_case.h"

Suite *suite_store_convert(void);

/* Every kind of row that version 0.1.0 wrote. */
static const char rows1[] =
    "INSERT INTO lease VALUES (1, 0, 1, x'020000000001', NULL, '', 0, 0);"
    "INSERT INTO lease VALUES (167772161, 1, 1, x'020000000002', x'01020000000002', 'released', 1700000000, 1700000001);"
    "INSERT INTO lease VALUES (3232235826, 0, 1, x'525400123456', NULL, 'node7', 1700000000, NULL);"
    "INSERT INTO lease VALUES (3232235827, 2, 0, x'', NULL, '', 1700000000, 1700000600);"
    "INSERT INTO lease VALUES (3232235828, 0, 6, x'000102030405060708090a0b0c0d0e0f', zeroblob(255), substr(hex(zeroblob(128)), 1, 255), 9223372036854775807, 9223372036854775807);"
    "INSERT INTO lease VALUES (4294967295, 0, 255, x'', x'ff00', 'last', 0, NULL);";

/* The same, as they are to come out. */
static const struct {
	const char *addr;
	struct lease l;
} wanted[] = {
	{ "0.0.0.1", { .hwtype = 1, .hwlen = 6, .hw = { 2, 0, 0, 0, 0, 1 } } },
	{ "10.0.0.1", { .state = LEASE_RELEASED,
			  .hwtype = 1,
			  .hwlen = 6,
			  .hw = { 2, 0, 0, 0, 0, 2 },
			  .idlen = 7,
			  .id = { 1, 2, 0, 0, 0, 0, 2 },
			  .name = "released",
			  .start_s = 1700000000,
			  .expiry_s = 1700000001 } },
	{ "192.168.1.50", { .hwtype = 1,
			      .hwlen = 6,
			      .hw = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 },
			      .name = "node7",
			      .start_s = 1700000000,
			      .expiry_s = LEASE_NEVER } },
	{ "192.168.1.51", { .state = LEASE_DECLINED,
			      .start_s = 1700000000,
			      .expiry_s = 1700000600 } },
	{ "192.168.1.52",
	    { .hwtype = 6,
		.hwlen = 16,
		.hw = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
		.idlen = 255,
		.start_s = INT64_MAX,
		.expiry_s = INT64_MAX } },
	{ "255.255.255.255", { .hwtype = 255,
				 .idlen = 2,
				 .id = { 0xff },
				 .name = "last",
				 .expiry_s = LEASE_NEVER } },
};

#define WANTED (sizeof(wanted) / sizeof(wanted[0]))

static void
make1(void)
{
	edit(SCHEMA_1);
	edit(rows1);
}

static void
make1_many(unsigned int n)
{
	char sql[256];

	edit(SCHEMA_1);
	(void)snprintf(sql, sizeof(sql),
	    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %u) INSERT INTO lease SELECT i, 0, 1, x'020000000001', NULL, 'pc', 1000, 2000 FROM c",
	    n);
	edit(sql);
}

static size_t seen;

static void
check_row(const struct lease *l, void *arg)
{
	struct lease want;

	(void)arg;
	ck_assert_uint_lt(seen, WANTED);
	want = wanted[seen].l;
	ck_assert_int_eq(addr_parse(&want.addr, wanted[seen].addr), 0);
	if (want.idlen == 255)
		memset(want.name, '0', 255);
	ck_assert_mem_eq(l, &want, sizeof(want));
	seen++;
}

static void
check_rows(struct store *s)
{
	struct store_cursor cur = { .rows = 0 };

	seen = 0;
	while (!cur.done)
		ck_assert_int_eq(
		    s->ops->load(s, &cur, 2, check_row, NULL), STORE_OK);
	ck_assert_uint_eq(seen, WANTED);
}

static int
number_of(const char *sql)
{
	sqlite3_stmt *st;
	sqlite3 *db;
	int n;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int(st, 0);
	ck_assert_int_eq(sqlite3_finalize(st), SQLITE_OK);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
	return n;
}

START_TEST(each_row)
{
	struct store_open o = { .file = NULL };
	struct store *s;

	make1();
	s = must_open(&o);
	ck_assert_int_eq(o.version, 1);
	ck_assert_uint_eq(o.converted, WANTED);
	ck_assert_uint_eq(o.dropped, 0);
	ck_assert_uint_eq(o.rows, WANTED);
	check_rows(s);
	s->ops->close(s);
	ck_assert_int_eq(
	    number_of("PRAGMA user_version"), SQLITE_SCHEMA_VERSION);
	/* lease and serial: the old table is gone. */
	ck_assert_int_eq(number_of("SELECT count(*) FROM sqlite_schema"), 2);
	s = must_serve(&o);
	ck_assert_int_eq(o.version, SQLITE_SCHEMA_VERSION);
	check_rows(s);
	s->ops->close(s);
}
END_TEST

/* The rows of that table are found without SQLite, too. */
START_TEST(schema_2_salvaged)
{
	struct salvage found;
	struct store *s;
	struct lease l;
	size_t i;
	int fd;

	make1();
	s = open_store();
	s->ops->close(s);
	edit(
	    "ALTER TABLE lease DROP COLUMN relay; PRAGMA user_version = 2; PRAGMA wal_checkpoint(TRUNCATE)");
	ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
	ck_assert_int_eq(salvage_find(&found, fd, -1), 0);
	ck_assert_uint_eq(found.n, WANTED);
	ck_assert_uint_eq(found.bad_rows, 0);
	seen = 0;
	for (i = 0; i < found.n; i++) {
		ck_assert(salvage_lease(&found, i, &l));
		check_row(&l, NULL);
	}
	salvage_done(&found);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Reads the only row, which must have this relay. */
static void
check_relay(const struct lease *l, void *arg)
{
	ck_assert_mem_eq(&l->relay, arg, sizeof(l->relay));
	seen++;
}

/* A table without the column for the relay agent. */
START_TEST(schema_2)
{
	struct store_open o = { .file = NULL };
	struct store_cursor cur = { .rows = 0 };
	struct lease l;
	struct store *s;

	make1();
	s = must_open(&o);
	s->ops->close(s);
	edit("ALTER TABLE lease DROP COLUMN relay; PRAGMA user_version = 2");
	s = must_open(&o);
	ck_assert_int_eq(o.version, 2);
	ck_assert_uint_eq(o.rows, WANTED);
	check_rows(s);
	/* The new column is used, beside rows that have no value there. */
	l = wanted[2].l;
	ck_assert_int_eq(addr_parse(&l.addr, "0.0.0.1"), 0);
	l.hwlen = 6;
	memcpy(l.hw, wanted[0].l.hw, 6);
	ck_assert_int_eq(addr_parse(&l.relay, "10.1.0.1"), 0);
	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	ck_assert_int_eq(s->ops->put(s, &l), STORE_OK);
	ck_assert_int_eq(s->ops->commit(s), STORE_OK);
	s->ops->close(s);
	s = must_serve(&o);
	ck_assert_int_eq(o.version, SQLITE_SCHEMA_VERSION);
	ck_assert_uint_eq(o.rows, WANTED);
	ck_assert_uint_eq(o.unreadable, 0);
	seen = 0;
	ck_assert_int_eq(
	    s->ops->load(s, &cur, 1, check_relay, &l.relay), STORE_OK);
	ck_assert_uint_eq(seen, 1);
	s->ops->close(s);
}
END_TEST

/* What 0.1.0 ignored at each start is not taken over, and counted. */
START_TEST(invalid_rows)
{
	struct store_open o = { .file = NULL };
	struct store *s;

	make1();
	edit(
	    "PRAGMA ignore_check_constraints = ON;INSERT INTO lease VALUES (2, 9, 1, x'00', NULL, '', 0, 0);INSERT INTO lease VALUES (0, 0, 1, x'00', NULL, '', 0, 0);INSERT INTO lease VALUES (1 << 32, 0, 1, x'00', NULL, '', 0, 0);INSERT INTO lease VALUES (8, 0, 1, x'00', zeroblob(256), '', 0, 0);INSERT INTO lease VALUES (9, 0, 1, x'00', x'', '', 0, 0)");
	s = must_open(&o);
	ck_assert_uint_eq(o.converted, WANTED);
	ck_assert_uint_eq(o.dropped, 5);
	check_rows(s);
	s->ops->close(s);
}
END_TEST

START_TEST(empty)
{
	struct store_open o = { .file = NULL };
	struct store *s;
	struct lease l = lease(10, 1);

	edit(SCHEMA_1);
	s = must_open(&o);
	ck_assert_uint_eq(o.converted, 0);
	ck_assert_int_eq(put(s, &l), STORE_OK);
	ck_assert_uint_eq(load_all(s, 10).n, 1);
	s->ops->close(s);
}
END_TEST

/* The rows of the old table are nowhere in the file any more. */
START_TEST(nothing_left)
{
	struct salvage found;
	struct store *s;
	int fd;

	edit(SCHEMA_1);
	edit(
	    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 3000) INSERT INTO lease SELECT i, 0, 1, x'020000000001', NULL, 'old', 1000, 2000 FROM c");
	s = open_store();
	s->ops->close(s);
	edit(
	    "UPDATE lease SET name = 'new', start_s = 500; PRAGMA wal_checkpoint(TRUNCATE)");
	ck_assert_int_ne(fd = open(path, O_RDWR), -1);
	/* Without its first page the file is searched from end to end. */
	ck_assert_int_eq(pwrite(fd, dir, 20, 100), 20);
	ck_assert_int_eq(salvage_find(&found, fd, -1), 0);
	ck_assert_uint_eq(found.n, 3000);
	while (found.n-- > 0) {
		struct lease l;

		ck_assert(salvage_lease(&found, found.n, &l));
		ck_assert_str_eq(l.name, "new");
	}
	salvage_done(&found);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* ------------------------------------------------ a crash at any write */

static unsigned int writes, fatal_write;

/* Half of the write is done, and the process is gone. */
static bool
dies(void)
{
	return ++writes == fatal_write;
}

static ssize_t
pwrite_or_die(int fd, const void *p, size_t n, off_t off)
{
	if (!dies())
		return pwrite(fd, p, n, off);
	if (pwrite(fd, p, n / 2, off) == -1)
		_exit(2);
	_exit(3);
}

static ssize_t
write_or_die(int fd, const void *p, size_t n)
{
	if (!dies())
		return write(fd, p, n);
	if (write(fd, p, n / 2) == -1)
		_exit(2);
	_exit(3);
}

static int
ftruncate_or_die(int fd, off_t n)
{
	if (dies())
		_exit(3);
	return ftruncate(fd, n);
}

static void
set_calls(void)
{
	sqlite3_vfs *v = sqlite3_vfs_find(NULL);

	(void)v->xSetSystemCall(
	    v, "pwrite", (sqlite3_syscall_ptr)pwrite_or_die);
	(void)v->xSetSystemCall(
	    v, "pwrite64", (sqlite3_syscall_ptr)pwrite_or_die);
	(void)v->xSetSystemCall(v, "write", (sqlite3_syscall_ptr)write_or_die);
	(void)v->xSetSystemCall(
	    v, "ftruncate", (sqlite3_syscall_ptr)ftruncate_or_die);
}

/* Opens in a process that dies at write n; false when it did not come to it. */
static bool
open_and_die(unsigned int n)
{
	int status;
	pid_t pid;

	ck_assert_int_ne(pid = fork(), -1);
	if (pid == 0) {
		struct store_open o = { .file = NULL };
		struct store *s;

		writes = 0;
		fatal_write = n;
		set_calls();
		if ((s = try_open(&o)) == NULL)
			_exit(1);
		s->ops->close(s);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3);
	return WEXITSTATUS(status) == 3;
}

START_TEST(killed)
{
	struct store_open o;
	unsigned int n;
	struct store *s;
	bool died = true;

	for (n = 1; died; n++) {
		remove_one("");
		remove_one("-wal");
		make1();
		died = open_and_die(n);
		o = (struct store_open){ .file = NULL };
		s = must_open(&o);
		check_rows(s);
		s->ops->close(s);
	}
	/* Frames of the log, and the pages of the checkpoint. */
	ck_assert_uint_gt(n, 10);
}
END_TEST

/* ------------------------------------------------------- a full disk */

static unsigned int first_full; /* from this write on there is no room */

static ssize_t
pwrite_or_full(int fd, const void *p, size_t n, off_t off)
{
	if (++writes < first_full)
		return pwrite(fd, p, n, off);
	errno = ENOSPC;
	return -1;
}

static void
set_pwrite(ssize_t (*fn)(int, const void *, size_t, off_t))
{
	sqlite3_vfs *v = sqlite3_vfs_find(NULL);

	(void)v->xSetSystemCall(v, "pwrite", (sqlite3_syscall_ptr)fn);
	(void)v->xSetSystemCall(v, "pwrite64", (sqlite3_syscall_ptr)fn);
}

/* More rows than the page cache holds: a put or the commit fails. */
START_TEST(full)
{
	struct store_open o = { .file = NULL };
	struct store *s;
	unsigned int n;

	make1_many(50000);
	set_pwrite(pwrite_or_full);
	for (n = 0; n < 4; n++) {
		writes = 0;
		first_full = 1 + 100 * n;
		ck_assert_ptr_null(try_open(&o));
		ck_assert(!o.damaged);
		ck_assert_str_eq(
		    why, "database or disk is full; free some space there");
	}
	set_pwrite(NULL);
	s = must_open(&o);
	ck_assert_uint_eq(o.rows, 50000);
	s->ops->close(s);
}
END_TEST

/* ------------------------------------- the log, and signs of life */

static ino_t database;
static char logged[LOG_LINE_MAX];

/* While SQLite keeps a log, only a checkpoint writes to the database. */
static ssize_t
pwrite_to_log_only(int fd, const void *p, size_t n, off_t off)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_ino != database)
		return pwrite(fd, p, n, off);
	errno = EIO;
	return -1;
}

static void
note_line(int priority, const char *line, void *arg)
{
	(void)priority;
	(void)arg;
	(void)snprintf(logged, sizeof(logged), "%s", line);
}

START_TEST(checkpoint_fails)
{
	struct store_open o = { .shown = "/own/leases.db" };
	struct stat st;
	struct store *s;

	make1_many(100000);
	ck_assert_int_eq(stat(path, &st), 0);
	database = st.st_ino;
	set_pwrite(pwrite_to_log_only);
	log_set_sink(note_line, NULL);
	s = must_open(&o);
	ck_assert_uint_eq(o.converted, 100000);
	ck_assert_str_eq(logged,
	    "/own/leases.db: checkpoint failed: disk I/O error: Input/output error; no lease is lost");
	set_pwrite(NULL);
	s->ops->close(s);
	s = must_open(&o);
	ck_assert_uint_eq(o.rows, 100000);
	s->ops->close(s);
}
END_TEST

static unsigned int signs;

/* In place of the one that tells the parent. */
void
role_alive(void)
{
	signs++;
}

/* The steps of a conversion that the library does not divide. */
static const char *const steps[] = { "DROP TABLE lease_1",
	"PRAGMA application_id = ", "COMMIT", "PRAGMA quick_check",
	"SELECT family" };

static size_t step;
static unsigned int signs_before;

static int
note_statement(unsigned int what, void *arg, void *st, void *sql)
{
	(void)what;
	(void)arg;
	(void)st;
	if (step == sizeof(steps) / sizeof(steps[0]) ||
	    strncmp(sql, steps[step], strlen(steps[step])) != 0)
		return 0;
	ck_assert_msg(signs > signs_before, "no sign before %s", steps[step]);
	signs_before = signs;
	step++;
	return 0;
}

static int
watch_statements(sqlite3 *db, char **err, const void *api)
{
	(void)err;
	(void)api;
	return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, note_statement, NULL);
}

START_TEST(signs_of_life)
{
	struct store *s;

	make1();
	ck_assert_int_eq(
	    sqlite3_auto_extension((void (*)(void))watch_statements),
	    SQLITE_OK);
	/* The first check reads the table of schema 1. */
	s = open_store();
	ck_assert_uint_eq(step, sizeof(steps) / sizeof(steps[0]));
	s->ops->close(s);
}
END_TEST

/* One that is damaged is not converted, so that it can be recovered. */
START_TEST(damaged)
{
	struct store_open o = { .file = NULL };
	char junk[100];
	int fd;

	make1();
	edit("PRAGMA wal_checkpoint(TRUNCATE)");
	memset(junk, 0xa5, sizeof(junk));
	ck_assert_int_ne(fd = open(path, O_WRONLY), -1);
	ck_assert_int_eq(pwrite(fd, junk, sizeof(junk), 4096), sizeof(junk));
	ck_assert_int_eq(close(fd), 0);
	ck_assert_ptr_null(try_open(&o));
	ck_assert_msg(o.damaged, "%s", why);
	ck_assert_int_eq(number_of("PRAGMA user_version"), 1);
}
END_TEST

Suite *
suite_store_convert(void)
{
	Suite *s = suite_create("store_convert");
	TCase *tc = tcase_create("convert");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, each_row);
	tcase_add_test(tc, schema_2);
	tcase_add_test(tc, schema_2_salvaged);
	tcase_add_test(tc, invalid_rows);
	tcase_add_test(tc, empty);
	tcase_add_test(tc, nothing_left);
	tcase_add_test(tc, killed);
	tcase_add_test(tc, full);
	tcase_add_test(tc, checkpoint_fails);
	tcase_add_test(tc, signs_of_life);
	tcase_add_test(tc, damaged);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests edit the file as other programs do, and kill a process. */
UNIT_MAIN_ALSO(suite_store_convert, SCMP_SYS(fchown), SCMP_SYS(clone),
    SCMP_SYS(set_robust_list), SCMP_SYS(wait4), SCMP_SYS(write),
    SCMP_SYS(ftruncate))
