/* SPDX-License-Identifier: ISC */
/* Runs in: hashd.  Files in memory that nobody can change. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "daemon/sealed.h"
#include "daemon/sealed_make.h"
#include "tests/unit/unit.h"

static const int needed[] = { F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE };
#define NEEDED (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static int file; /* "0123456789" */

static void
set_up(void)
{
	file = sealed_make_new("test");
	ck_assert_int_ge(file, 0);
}

START_TEST(content)
{
	struct stat st;
	char text[11] = "";

	ck_assert_int_eq(sealed_make_write(file, "456789", 6, 4), 0);
	ck_assert_int_eq(sealed_make_write(file, "0123", 4, 0), 0);
	ck_assert_int_eq(sealed_make_write(file, "x", 0, 0), 0);
	ck_assert(!sealed_is(file, &st));
	ck_assert_int_eq(sealed_make_end(file), 0);
	ck_assert(sealed_is(file, &st));
	ck_assert_int_eq(st.st_size, 10);
	ck_assert_int_eq(pread(file, text, sizeof(text), 0), 10);
	ck_assert_str_eq(text, "0123456789");
}
END_TEST

START_TEST(no_change)
{
	ck_assert_int_eq(sealed_make_write(file, "0123456789", 10, 0), 0);
	ck_assert_int_eq(sealed_make_end(file), 0);
	ck_assert_int_eq(sealed_make_write(file, "x", 1, 5), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(ftruncate(file, 9), -1);
	ck_assert_int_eq(ftruncate(file, 11), -1);
	/* Not even by another seal. */
	ck_assert_int_eq(sealed_make_end(file), -1);
	ck_assert_int_eq(errno, EPERM);
}
END_TEST

/* One seal is missing, or the file can have none. */
START_TEST(not_sealed)
{
	struct stat st;

	ck_assert_int_eq(fcntl(file, F_ADD_SEALS, NEEDED & ~needed[_i]), 0);
	ck_assert(!sealed_is(file, &st));
	ck_assert_int_eq(fcntl(file, F_ADD_SEALS, needed[_i]), 0);
	ck_assert(sealed_is(file, &st));
	ck_assert(!sealed_is(STDOUT_FILENO, &st));
	ck_assert(!sealed_is(-1, &st));
}
END_TEST

Suite *suite_sealed(void);

Suite *
suite_sealed(void)
{
	Suite *s = suite_create("sealed");
	TCase *t = tcase_create("sealed");

	tcase_add_checked_fixture(t, set_up, NULL);
	tcase_add_test(t, content);
	tcase_add_test(t, no_change);
	tcase_add_loop_test(t, not_sealed, 0, 3);
	suite_add_tcase(s, t);
	return s;
}

/* The tests look at the file and try to change it themselves. */
UNIT_MAIN_ALSO(
    suite_sealed, SCMP_SYS(ftruncate), SCMP_SYS(pread64), SCMP_SYS(fcntl))
