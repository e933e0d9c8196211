/* SPDX-License-Identifier: ISC */
/* A configuration from standard input, which each confd is handed. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "priv/conf_stdin.h"
#include "tests/unit/unit.h"

#define TEXT "enable-tftp\n"

Suite *suite_conf_stdin(void);

static void
setup(void)
{
	int fds[2];

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	ck_assert_int_eq(write(fds[1], TEXT, strlen(TEXT)), strlen(TEXT));
	(void)close(fds[1]);
	ck_assert_int_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	(void)close(fds[0]);
}

static void
check_text(int fd)
{
	char got[sizeof(TEXT) + 1] = "";

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(read(fd, got, sizeof(got)), strlen(TEXT));
	ck_assert_str_eq(got, TEXT);
	(void)close(fd);
}

START_TEST(read_again)
{
	ck_assert_int_eq(conf_stdin_open(), -1);
	ck_assert_int_eq(errno, ENODATA);
	ck_assert_int_eq(conf_stdin_read(), 0);
	check_text(conf_stdin_open());
	ck_assert_int_eq(conf_stdin_read(), 0);
	check_text(conf_stdin_open());
}
END_TEST

/* One confd cannot change what the next one reads. */
START_TEST(unchanged)
{
	int fd;

	ck_assert_int_eq(conf_stdin_read(), 0);
	fd = conf_stdin_open();
	ck_assert_ptr_eq(
	    mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0),
	    MAP_FAILED);
	ck_assert_int_eq(write(fd, "x", 1), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(ftruncate(fd, 0), -1);
	ck_assert_int_eq(errno, EPERM);
	(void)close(fd);
	check_text(conf_stdin_open());
}
END_TEST

Suite *
suite_conf_stdin(void)
{
	Suite *s = suite_create("conf_stdin");
	TCase *tc = tcase_create("conf_stdin");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, read_again);
	tcase_add_test(tc, unchanged);
	suite_add_tcase(s, tc);
	return s;
}

/* The parent reads it before it enters its filter. */
UNIT_MAIN_ALSO(suite_conf_stdin, SCMP_SYS(memfd_create), SCMP_SYS(fcntl),
    SCMP_SYS(ftruncate))
