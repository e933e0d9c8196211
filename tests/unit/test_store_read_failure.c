/* SPDX-License-Identifier: ISC */
/* A disk that cannot be read: the database is refused, and is not damaged. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "leased/recover.h"
#include "leased/store_sqlite.h"
#include "tests/unit/store_case.h"

#define ROWS 300

/* ------------------------------------------------ reads that fail */

static unsigned int reads;
static unsigned int first_bad, last_bad; /* these reads fail ... */
static int bad_errno; /* ... with this errno */
static ino_t bad_file; /* in this file; 0: in any */

/* At the end of a file there is nothing to be read from the disk. */
static ssize_t
pread_or_fail(int fd, void *p, size_t n, off_t off)
{
	ssize_t got = pread(fd, p, n, off);
	struct stat st;

	if (got <= 0 ||
	    (bad_file != 0 && (fstat(fd, &st) == -1 || st.st_ino != bad_file)))
		return got;
	reads++;
	if (reads < first_bad || reads > last_bad)
		return got;
	errno = bad_errno;
	return -1;
}

static void
fail_reads(unsigned int first, unsigned int last, int err)
{
	sqlite3_vfs *v = sqlite3_vfs_find(NULL);

	reads = 0;
	first_bad = first;
	last_bad = last;
	bad_errno = err;
	(void)v->xSetSystemCall(v, "pread", (sqlite3_syscall_ptr)pread_or_fail);
	(void)v->xSetSystemCall(
	    v, "pread64", (sqlite3_syscall_ptr)pread_or_fail);
}

static void
heal_reads(void)
{
	first_bad = UINT32_MAX;
}

static ino_t
inode_of(const char *suffix)
{
	char name[160];
	struct stat st;

	(void)snprintf(name, sizeof(name), "%s%s", path, suffix);
	ck_assert_int_eq(stat(name, &st), 0);
	return st.st_ino;
}

/* ---------------------------------------------------- databases */

static void
put_rows(struct store *s, uint32_t first)
{
	uint32_t i;

	ck_assert_int_eq(s->ops->begin(s), STORE_OK);
	for (i = 0; i < ROWS; i++) {
		struct lease l = lease(first + i, 1);

		ck_assert_int_eq(s->ops->put(s, &l), STORE_OK);
	}
	ck_assert_int_eq(s->ops->commit(s), STORE_OK);
}

/* Half of the rows are in the log only, as a killed process leaves them. */
static void
make_with_log(void)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	int status;
	pid_t pid;

	put_rows(s, 1000);
	s->ops->close(s);
	ck_assert_int_ne(pid = fork(), -1);
	if (pid == 0) {
		put_rows(must_open(&o), 5000);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

static void
make1(void)
{
	edit(SCHEMA_1);
	edit(
	    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 600) INSERT INTO lease SELECT i, 0, 1, x'020000000001', NULL, 'pc', 1000, 2000 FROM c");
}

/* The start fails because of the disk, and nothing is moved. */
static void
check_refused(int err)
{
	struct store_open o = { .file = NULL };
	struct dbfile dbfile = { .shown = "/own/leases.db" };
	struct recover rc;

	(void)snprintf(dbfile.file, sizeof(dbfile.file), "%s", path);
	ck_assert_int_eq(recover_begin(&rc, &dbfile, why, sizeof(why)), 0);
	ck_assert_ptr_null(recover_open(&rc, &o, why, sizeof(why)));
	ck_assert_msg(!o.damaged, "%s", why);
	ck_assert(!rc.pending);
	ck_assert_msg(strstr(why, strerror(err)) != NULL, "%s", why);
	ck_assert_msg(strstr(why, "check the file system") != NULL, "%s", why);
}

static void
check_intact(void)
{
	struct store_open o = { .file = NULL };
	struct store *s;

	heal_reads();
	s = must_open(&o);
	ck_assert_uint_eq(o.rows, 2 * ROWS);
	s->ops->close(s);
}

static const int errors[] = { EIO, ENXIO, ERANGE };

START_TEST(test_database)
{
	make1();
	bad_file = inode_of("");
	fail_reads(5, UINT32_MAX, errors[_i]);
	check_refused(errors[_i]);
	check_intact();
}
END_TEST

/* Its header, its frames, and the pages in them. */
START_TEST(test_log)
{
	unsigned int first[3] = { 1, 3, 0 };
	struct stat st;
	char wal[160];
	size_t i;

	make_with_log();
	bad_file = inode_of("-wal");
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	ck_assert_int_eq(stat(wal, &st), 0);
	first[2] = 2 + (unsigned int)(st.st_size / (24 + 4096));
	for (i = 0; i < 3; i++) {
		fail_reads(first[i], UINT32_MAX, errors[_i]);
		check_refused(errors[_i]);
	}
	check_intact();
}
END_TEST

/* One read fails, whichever it is, in either version of the format. */
START_TEST(test_each_read)
{
	struct store_open o;
	struct store *s;
	unsigned int n;
	bool failed = true;

	for (n = 1; failed; n++) {
		remove_one("");
		remove_one("-wal");
		if (_i == 0)
			make_with_log();
		else
			make1();
		o = (struct store_open){ .file = NULL };
		fail_reads(n, n, EIO);
		s = try_open(&o);
		failed = reads >= n;
		heal_reads();
		if (s != NULL) {
			ck_assert_uint_eq(o.rows, 2 * ROWS);
			s->ops->close(s);
			continue;
		}
		ck_assert_msg(failed && !o.damaged, "read %u: %s", n, why);
		ck_assert_msg(
		    strstr(why, strerror(EIO)) != NULL, "read %u: %s", n, why);
	}
	ck_assert_uint_gt(n, _i == 0 ? 20 : 8);
}
END_TEST

/*
 * While it serves: leases are refused until the disk can be read again, and
 * damage that is found later counts as damage.
 */
START_TEST(test_while_serving)
{
	struct lease l = lease(1000, 1), other = lease(1000 + ROWS - 1, 1);
	struct store_open o = { .file = NULL };
	char junk[4096];
	struct store *s;
	off_t off;
	int fd;

	s = must_open(&o);
	put_rows(s, 1000);
	s->ops->close(s);
	ck_assert_int_ne(fd = open(path, O_WRONLY), -1);
	s = must_serve(&o);
	fail_reads(1, UINT32_MAX, EIO);
	(void)sqlite3_db_release_memory(store_sqlite_of(s)->db);
	ck_assert_int_eq(put(s, &l), STORE_FAILED);
	ck_assert_str_eq(s->why, "disk I/O error: Input/output error");
	ck_assert_int_eq(s->ops->rollback(s), STORE_OK);
	heal_reads();
	ck_assert_int_eq(put(s, &l), STORE_OK);
	ck_assert_uint_eq(load_all(s, 100).n, ROWS);
	memset(junk, 0xa5, sizeof(junk));
	for (off = 4096; off < 10 * 4096; off += 4096)
		ck_assert_int_eq(
		    pwrite(fd, junk, sizeof(junk), off), sizeof(junk));
	(void)sqlite3_db_release_memory(store_sqlite_of(s)->db);
	ck_assert_int_eq(put(s, &other), STORE_LOST);
	ck_assert_int_eq(s->ops->rollback(s), STORE_OK);
	s->ops->close(s);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

Suite *suite_store_read_failure(void);

Suite *
suite_store_read_failure(void)
{
	Suite *s = suite_create("store_read_failure");
	TCase *tc = tcase_create("errors");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_database, 0, 3);
	tcase_add_loop_test(tc, test_log, 0, 3);
	tcase_add_loop_test(tc, test_each_read, 0, 2);
	tcase_add_test(tc, test_while_serving);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests edit the file as other programs do, and fork. */
UNIT_MAIN_ALSO(suite_store_read_failure, SCMP_SYS(fchown), SCMP_SYS(clone),
    SCMP_SYS(set_robust_list), SCMP_SYS(wait4))
