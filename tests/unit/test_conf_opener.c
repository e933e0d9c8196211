/* SPDX-License-Identifier: ISC */
/* Opening files of a configuration, one of which does not answer. */
#include <errno.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "daemon/clock.h"
#include "daemon/open_error.h"
#include "priv/conf_opener.h"
#include "priv/hung.h"
#include "tests/unit/hung_case.h"

#define SHORT_MS 300
#define LONG_MS 40000

static void
check_open(const char *path, bool directory)
{
	char c;
	int error = -5, fd = conf_opener_open(path, directory, LONG_MS, &error);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(error, 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	if (!directory)
		ck_assert_int_eq(read(fd, &c, 1), 1);
	(void)close(fd);
}

static void
check_refused(const char *path, int limit_ms, int expected)
{
	int error = -5;

	ck_assert_int_eq(conf_opener_open(path, false, limit_ms, &error), -1);
	ck_assert_str_eq(open_error_text(error), open_error_text(expected));
}

/* The descriptors that there are; grows by leaks. */
static int
next_fd(void)
{
	int fd = open("/dev/null", O_RDONLY);

	ck_assert_int_ne(fd, -1);
	(void)close(fd);
	return fd;
}

START_TEST(opened)
{
	static char longest[5000];
	int i, before = next_fd();

	memset(longest, 'x', sizeof(longest) - 1);
	for (i = 0; i < 3; i++) {
		check_open("/etc/passwd", false);
		check_open("/etc", true);
		check_refused("/etc", LONG_MS, EISDIR);
		check_refused("/nonexistent", LONG_MS, ENOENT);
		check_refused("/dev/null", LONG_MS, OPEN_ERROR_DEVICE);
		check_refused(longest, LONG_MS, ENAMETOOLONG);
		check_open("/etc/passwd", false);
		conf_opener_end();
		conf_opener_end();
	}
	ck_assert_int_eq(next_fd(), before);
}
END_TEST

START_TEST(one_hangs)
{
	uint64_t begin_ms = clock_mono_ms();
	char path[sizeof(folder) + 8];
	int i;

	if (server == 0) {
		(void)printf("skipped: a FUSE mount needs root\n");
		return;
	}
	(void)snprintf(path, sizeof(path), "%s/file", folder);
	check_open("/etc/passwd", false);
	check_refused(path, SHORT_MS, OPEN_ERROR_AWAY);
	for (i = 0; i < 3; i++) {
		/* The rest of the reading waits for nothing. */
		check_refused("/etc/passwd", LONG_MS, OPEN_ERROR_SKIPPED);
		check_refused(path, LONG_MS, OPEN_ERROR_SKIPPED);
		conf_opener_end();
		/* Nor does another one, for this file. */
		check_open("/etc/passwd", false);
		check_refused(path, LONG_MS, OPEN_ERROR_AWAY);
	}
	conf_opener_end();
	ck_assert_uint_lt(clock_mono_ms() - begin_ms, LONG_MS);
	/* Until it answers. */
	server_end();
	while (hung_at(path))
		(void)poll(NULL, 0, 10);
	check_refused(path, LONG_MS, ENOTCONN);
	check_open("/etc/passwd", false);
	conf_opener_end();
}
END_TEST

/* A folder is watched, and the way to one that does not exist. */
START_TEST(watched)
{
	static const struct {
		const char *path, *last;
		uint32_t names;
		int error;
	} t[] = {
		{ "/etc", "", 2, 0 },
		{ "/usr/lib", "", 3, 0 },
		{ "/etc/none/such", "none", 2, ENOENT },
		{ "/etc/passwd", "passwd", 2, ENOTDIR },
	};
	int inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), fd, error,
	    before;
	struct conf_opener_watch w;
	char name[256];
	uint32_t n;
	size_t i;

	ck_assert_int_ne(inotify, -1);
	before = next_fd();
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		fd = conf_opener_watch(t[i].path, inotify, LONG_MS, &w, &error);
		ck_assert_int_eq(error, t[i].error);
		ck_assert_int_eq(fd == -1, t[i].error != 0);
		ck_assert(w.done && w.error == 0);
		for (n = 0; w.pairs.left > 0; n++) {
			ck_assert_uint_gt(reader_u32(&w.pairs), 0);
			(void)reader_str(&w.pairs, name, sizeof(name));
		}
		ck_assert(reader_ok(&w.pairs));
		ck_assert_str_eq(name, t[i].last);
		ck_assert_uint_eq(n, t[i].names);
		if (fd != -1)
			(void)close(fd);
	}
	/* It is this instance that tells, and nobody else has it. */
	ck_assert_int_eq(read(inotify, name, sizeof(name)), -1);
	ck_assert_int_eq(errno, EAGAIN);
	conf_opener_end();
	ck_assert_int_eq(next_fd(), before);
	/* Without an instance nothing is watched, but it is opened. */
	(void)close(inotify);
	inotify = open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = conf_opener_watch("/etc", inotify, LONG_MS, &w, &error);
	ck_assert_int_ne(fd, -1);
	ck_assert(w.done && w.error == EINVAL && w.pairs.left == 0);
	(void)close(fd);
	(void)close(inotify);
	conf_opener_end();
}
END_TEST

Suite *suite_conf_opener(void);

Suite *
suite_conf_opener(void)
{
	Suite *s = suite_create("conf_opener");
	TCase *tc = tcase_create("conf_opener");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, opened);
	tcase_add_test(tc, watched);
	tcase_add_test(tc, one_hangs);
	return s;
}

UNIT_MAIN(suite_conf_opener)
