/* SPDX-License-Identifier: ISC */
/* The lease store and its file: made, locked, strange, gone, on the disk. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/store_case.h"

/* Stands before the C library's, for the store's library as well. */
static unsigned int syncs;

int
fdatasync(int fd)
{
	syncs++;
	return fsync(fd);
}

START_TEST(test_mode)
{
	struct store_open o = { .file = NULL };
	char wal[160];
	struct stat st;
	struct store *s;

	ck_assert_int_ne(close(open(path, O_CREAT | O_RDWR, 0600)), -1);
	s = must_serve(&o);
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	ck_assert_int_eq(stat(wal, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	/* Everything is in the one file after a clean end. */
	s->ops->close(s);
	ck_assert_int_eq(stat(wal, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
}
END_TEST

START_TEST(test_other_program)
{
	struct store_open o = { .file = NULL };

	edit("CREATE TABLE lease (addr INTEGER)");
	ck_assert_ptr_null(try_open(&o));
	ck_assert(!o.damaged);
	ck_assert_ptr_nonnull(strstr(why, "another program"));
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

START_TEST(test_locked)
{
	struct store_open o = { .file = NULL };
	struct store *s = must_open(&o);
	int status;
	pid_t pid;

	ck_assert_int_ne(pid = fork(), -1);
	if (pid == 0)
		_exit(try_open(&o) == NULL &&
			      strstr(why, "another process") != NULL
			  ? 0
			  : 1);
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
	struct store_open o = { .file = NULL };
	struct lease l = lease(10, 1);
	struct store *s = must_open(&o);
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
	struct store_open o = { .file = NULL };
	struct store *s = must_serve(&o);
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
	tcase_add_test(tc, test_mode);
	tcase_add_test(tc, test_other_program);
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
    SCMP_SYS(clone), SCMP_SYS(set_robust_list), SCMP_SYS(wait4))
