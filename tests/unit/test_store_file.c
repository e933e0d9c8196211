/* SPDX-License-Identifier: ISC */
/* The lease store and its file: made, locked, strange, gone, on the disk. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/log.h"
#include "tests/unit/store_case.h"

/* Stands before the C library's, for the store's library as well. */
static unsigned int syncs;

int
fdatasync(int fd)
{
	syncs++;
	return fsync(fd);
}

/* An option that the store's library does not know; -1: it knows all. */
static int unknown_option = -1;

int
sqlite3_db_config(sqlite3 *db, int option, ...)
{
	static int (*next)(sqlite3 *, int, ...);
	va_list ap;
	int value, *result;

	if (option == unknown_option)
		return SQLITE_ERROR;
	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "sqlite3_db_config");
	va_start(ap, option);
	value = va_arg(ap, int);
	result = va_arg(ap, int *);
	va_end(ap);
	return next(db, option, value, result);
}

START_TEST(test_old_library)
{
	struct store_open o = { .file = NULL };

	unknown_option = SQLITE_DBCONFIG_TRUSTED_SCHEMA;
	ck_assert_ptr_null(try_open(&o));
	ck_assert(!o.damaged);
	ck_assert_str_eq(why, "this SQLite library is too old; upgrade it");
}
END_TEST

START_TEST(test_mode)
{
	char wal[160];
	struct stat st;
	struct store *s;

	ck_assert_int_ne(close(open(path, O_CREAT | O_RDWR, 0600)), -1);
	s = serve_store();
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	ck_assert_int_eq(stat(wal, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	/* Everything is in the one file after a clean end. */
	s->ops->close(s);
	ck_assert_int_eq(stat(wal, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
}
END_TEST

/* The log that a clean end leaves gets the new mode of the database. */
START_TEST(test_mode_changed)
{
	const mode_t modes[] = { 0640, 0666, 0600 };
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	char wal[160];
	struct stat st;
	size_t i;

	s->ops->close(s);
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		ck_assert_int_eq(chmod(path, modes[i]), 0);
		s = must_open(&o);
		ck_assert_int_eq(stat(wal, &st), 0);
		ck_assert_uint_eq(st.st_mode & 0777, modes[i]);
		s->ops->close(s);
	}
}
END_TEST

static size_t
read_file(char *data, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;

	ck_assert_int_ne(fd, -1);
	n = pread(fd, data, size, 0);
	ck_assert_int_eq(close(fd), 0);
	ck_assert_int_gt(n, 0);
	ck_assert_int_lt(n, (ssize_t)size);
	return (size_t)n;
}

/* It is refused, not moved, and stays as it is to the byte. */
static void
check_not_ours(void)
{
	static char before[65536], after[65536];
	struct store_open o = { .file = NULL };
	size_t n = read_file(before, sizeof(before));
	char name[160];

	ck_assert_ptr_null(try_open(&o));
	ck_assert_msg(!o.damaged, "%s", why);
	ck_assert_msg(strstr(why, "another program") != NULL, "%s", why);
	ck_assert_uint_eq(read_file(after, sizeof(after)), n);
	ck_assert_mem_eq(after, before, n);
	(void)snprintf(name, sizeof(name), "%s-journal", path);
	ck_assert_int_eq(access(name, F_OK), -1);
}

/* More columns than leased lets the library parse. */
static const char *
wide_table(void)
{
	static char sql[1024] = "CREATE TABLE wide (c0";
	size_t i, n = strlen(sql);

	for (i = 1; i < 100; i++)
		n += (size_t)snprintf(sql + n, sizeof(sql) - n, ", c%zu", i);
	(void)snprintf(sql + n, sizeof(sql) - n, ")");
	return sql;
}

START_TEST(test_other_program)
{
	static const char *const sql[] = {
		"CREATE TABLE lease (addr INTEGER)",
		"CREATE TABLE t (a); PRAGMA application_id = 7",
		"CREATE TABLE t (a); PRAGMA user_version = 2",
		"CREATE TABLE t (a); PRAGMA journal_mode = WAL",
		NULL,
		"PRAGMA application_id = 7",
		"PRAGMA user_version = 3",
		"PRAGMA application_id = 1347962183; PRAGMA user_version = -1",
	};

	edit(sql[_i] != NULL ? sql[_i] : wide_table());
	check_not_ours();
}
END_TEST

/* Its schema cannot be parsed. */
START_TEST(test_other_schema)
{
	static const char *const sql[] = { "SELECT 1",
		"PRAGMA application_id = 7", "PRAGMA user_version = 3" };

	edit("CREATE TABLE t (a)");
	edit(sql[_i]);
	edit(
	    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a) OF THE FUTURE'");
	check_not_ours();
}
END_TEST

START_TEST(test_newer)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);

	s->ops->close(s);
	edit("PRAGMA user_version = 999");
	ck_assert_ptr_null(try_open(&o));
	ck_assert(!o.damaged);
	ck_assert_ptr_nonnull(strstr(why, "newer pxeguard (schema 999"));
}
END_TEST

START_TEST(test_missing_table)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);

	s->ops->close(s);
	edit("DROP TABLE lease");
	ck_assert_ptr_null(try_open(&o));
	ck_assert(o.damaged);
	ck_assert_ptr_nonnull(strstr(why, "no such table"));
}
END_TEST

/* Overwrites n bytes at off. */
static void
damage(off_t off, size_t n)
{
	char junk[4096];
	int fd;

	memset(junk, 0xa5, sizeof(junk));
	ck_assert_int_ne(fd = open(path, O_WRONLY), -1);
	ck_assert_int_eq(pwrite(fd, junk, n, off), (ssize_t)n);
	ck_assert_int_eq(close(fd), 0);
}

START_TEST(test_corrupt)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	struct lease l = lease(10, 1);

	ck_assert_int_eq(put(s, &l), STORE_OK);
	s->ops->close(s);
	damage(4096, 4096); /* the table's page */
	ck_assert_ptr_null(try_open(&o));
	ck_assert(o.damaged);
	damage(0, 100);
	o.damaged = false;
	ck_assert_ptr_null(try_open(&o));
	ck_assert(o.damaged);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

static unsigned int waits; /* how often the log names the lock */

static void
hear(int priority, const char *line, void *arg)
{
	(void)priority;
	(void)arg;
	waits += strstr(line, "locked by another process; waiting up to 5 s") !=
		 NULL;
}

START_TEST(test_locked)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	int status;
	pid_t pid;

	ck_assert_int_ne(pid = fork(), -1);
	if (pid == 0) {
		log_set_sink(hear, NULL);
		_exit(try_open(&o) == NULL && waits == 1 &&
			      strstr(why, "another process") != NULL
			  ? 0
			  : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	s->ops->close(s);
}
END_TEST

START_TEST(test_removed)
{
	const char *const suffix[] = { "", "-wal" };
	struct store_open o = { .file = NULL };
	struct lease l = lease(10, 1);
	struct store *s = must_open(&o);

	ck_assert_int_eq(put(s, &l), STORE_OK);
	remove_one(suffix[_i]);
	l = lease(11, 2);
	ck_assert_int_eq(put(s, &l), STORE_LOST);
	ck_assert_ptr_nonnull(strstr(s->why, "removed"));
	ck_assert_int_eq(s->ops->rollback(s), STORE_OK);
	s->ops->close(s);
	/* What was durable outlives the loss of the log. */
	s = must_serve(&o);
	ck_assert_uint_eq(o.rows, _i == 0 ? 0 : 1);
	s->ops->close(s);
}
END_TEST

START_TEST(test_replaced)
{
	const char *const suffix[] = { "", "-wal" };
	struct lease l = lease(10, 1);
	struct store *s = open_store();
	char name[160];

	remove_one(suffix[_i]);
	(void)snprintf(name, sizeof(name), "%s%s", path, suffix[_i]);
	ck_assert_int_ne(close(open(name, O_CREAT | O_RDWR, 0600)), -1);
	ck_assert_int_eq(put(s, &l), STORE_LOST);
	s->ops->close(s);
}
END_TEST

/* A commit is on the disk when it returns, for the price of one sync. */
START_TEST(test_synced)
{
	struct store *s = serve_store();
	unsigned int before;
	uint32_t i;

	for (i = 1; i <= 10; i++) {
		struct lease l = lease(i, 1);

		before = syncs;
		ck_assert_int_eq(put(s, &l), STORE_OK);
		ck_assert_uint_eq(syncs, before + 1);
	}
	s->ops->close(s);
}
END_TEST

Suite *suite_store_file(void);

Suite *
suite_store_file(void)
{
	Suite *s = suite_create("store_file");
	TCase *tc = tcase_create("files");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, test_old_library);
	tcase_add_test(tc, test_mode);
	tcase_add_test(tc, test_mode_changed);
	tcase_add_loop_test(tc, test_other_program, 0, 8);
	tcase_add_loop_test(tc, test_other_schema, 0, 3);
	tcase_add_test(tc, test_newer);
	tcase_add_test(tc, test_missing_table);
	tcase_add_test(tc, test_corrupt);
	tcase_add_test(tc, test_locked);
	tcase_add_loop_test(tc, test_removed, 0, 2);
	tcase_add_loop_test(tc, test_replaced, 0, 2);
	tcase_add_test(tc, test_synced);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests edit the file as other programs do, in another process. */
UNIT_MAIN_ALSO(suite_store_file, SCMP_SYS(fchown), SCMP_SYS(fsync),
    SCMP_SYS(chmod), SCMP_SYS(clone), SCMP_SYS(set_robust_list),
    SCMP_SYS(wait4))
