/* SPDX-License-Identifier: ISC */
/* Log lines: escaping, truncation, limits, priorities, and what fatal() does.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"
#include "tests/unit/unit.h"

static struct {
	int calls;
	int priority;
	char line[2 * LOG_LINE_MAX];
} seen;

static void
sink(int priority, const char *line, void *arg)
{
	ck_assert_ptr_eq(arg, &seen);
	seen.calls++;
	seen.priority = priority;
	ck_assert_uint_lt(strlen(line), LOG_LINE_MAX);
	(void)strcpy(seen.line, line);
	errno = EBUSY;
}

static void
setup(void)
{
	memset(&seen, 0, sizeof(seen));
	log_init("test", LOG_INFO);
	log_set_sink(sink, &seen);
}

START_TEST(escape_table)
{
	static const struct {
		const char *in;
		size_t n;
		const char *out;
	} t[] = {
		{ "", 0, "" },
		{ "plain text ~!'", 14, "plain text ~!'" },
		{ "\\", 1, "\\x5c" },
		{ "\"", 1, "\\x22" },
		{ "a\nb", 3, "a\\x0ab" },
		{ "\0", 1, "\\x00" },
		{ "\x1b[2J", 4, "\\x1b[2J" },
		{ "\x7f\x80\xff", 3, "\\x7f\\x80\\xff" },
		{ "\xc3\xa9", 2, "\\xc3\\xa9" },
		{ "%s%n", 4, "%s%n" },
	};
	char dst[64];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_ptr_eq(
		    log_escape(dst, sizeof(dst), t[i].in, t[i].n), dst);
		ck_assert_str_eq(dst, t[i].out);
	}
}
END_TEST

/*
 * Every size of destination with random bytes: the result is ended, inside,
 * printable, and either whole or a prefix that cuts no escape in two.
 */
START_TEST(escape_truncates)
{
	char whole[512], dst[128], guard[130];
	uint8_t in[64];
	size_t n, size, i;

	srandom((unsigned int)_i);
	n = (size_t)random() % sizeof(in);
	for (i = 0; i < n; i++)
		in[i] = random() % 2 ? 'a' : (uint8_t)random();
	log_escape(whole, sizeof(whole), in, n);
	for (size = 1; size <= sizeof(dst); size++) {
		size_t len;

		memset(guard, 'G', sizeof(guard));
		log_escape(guard + 1, size, in, n);
		ck_assert_int_eq(guard[0], 'G');
		ck_assert_int_eq(guard[1 + size], 'G');
		len = strnlen(guard + 1, size);
		ck_assert_uint_lt(len, size);
		if (strlen(whole) < size) {
			ck_assert_str_eq(guard + 1, whole);
			continue;
		}
		if (size < 4) { /* no room for the dots */
			ck_assert_mem_eq(guard + 1, whole, len);
			continue;
		}
		ck_assert_uint_ge(len, 3);
		ck_assert_str_eq(guard + 1 + len - 3, "...");
		ck_assert_mem_eq(guard + 1, whole, len - 3);
		for (i = 0; i < len - 3;)
			i += guard[1 + i] == '\\' ? 4 : 1;
		ck_assert_uint_eq(i, len - 3);
	}
}
END_TEST

START_TEST(escape_without_room)
{
	char dst[1] = { 'x' };

	log_escape(dst, 0, "abc", 3);
	ck_assert_int_eq(dst[0], 'x');
	log_escape(dst, 1, "abc", 3);
	ck_assert_int_eq(dst[0], '\0');
}
END_TEST

START_TEST(limit_counts)
{
	struct log_limit l = LOG_LIMIT(3, 1000);
	uint64_t n = 99;
	int i;

	for (i = 0; i < 3; i++) {
		ck_assert(log_limit_ok(&l, 5000, &n));
		ck_assert_uint_eq(n, 0);
	}
	n = 99;
	for (i = 0; i < 7; i++)
		ck_assert(!log_limit_ok(&l, 5999, &n));
	ck_assert_uint_eq(n, 99);
	ck_assert(log_limit_ok(&l, 6000, &n));
	ck_assert_uint_eq(n, 7);
	ck_assert(log_limit_ok(&l, 6001, &n));
	ck_assert_uint_eq(n, 0);
	ck_assert(log_limit_ok(&l, 6002, NULL));
	ck_assert(!log_limit_ok(&l, 6999, NULL));
	ck_assert(log_limit_ok(&l, 1000000, NULL));
}
END_TEST

/* Whatever the times are, a window never holds more than its burst. */
START_TEST(limit_property)
{
	struct log_limit l = LOG_LIMIT(4, 100);
	uint64_t now_ms = 0, start_ms = 0, n, passed = 0, told = 0, tries = 0;
	uint32_t in_window = 0;
	int i;

	srandom((unsigned int)_i);
	for (i = 0; i < 2000; i++) {
		now_ms += (uint64_t)random() % 30;
		tries++;
		if (i == 0 || now_ms - start_ms >= 100) {
			start_ms = now_ms;
			in_window = 0;
		}
		if (log_limit_ok(&l, now_ms, &n)) {
			passed++;
			told += n;
			in_window++;
		}
		ck_assert_uint_le(in_window, 4);
	}
	ck_assert_uint_eq(passed + told + l.suppressed, tries);
}
END_TEST

START_TEST(limit_of_none)
{
	struct log_limit l = LOG_LIMIT(0, 100);
	uint64_t t;

	for (t = 0; t < 1000; t += 50)
		ck_assert(!log_limit_ok(&l, t, NULL));
	ck_assert_uint_eq(l.suppressed, 20);
}
END_TEST

START_TEST(priorities)
{
	setup();
	ck_assert_int_eq(log_level(), LOG_INFO);
	log_debug("no");
	ck_assert_int_eq(seen.calls, 0);
	log_info("a %d", 1);
	ck_assert_int_eq(seen.priority, LOG_INFO);
	ck_assert_str_eq(seen.line, "a 1");
	log_notice("b");
	ck_assert_int_eq(seen.priority, LOG_NOTICE);
	log_warnx("c");
	ck_assert_int_eq(seen.priority, LOG_WARNING);
	log_err("d");
	ck_assert_int_eq(seen.priority, LOG_ERR);
	log_init("test", LOG_DEBUG);
	log_debug("e");
	ck_assert_int_eq(seen.priority, LOG_DEBUG);
	ck_assert_int_eq(seen.calls, 5);
}
END_TEST

START_TEST(errno_is_told_and_kept)
{
	setup();
	errno = ENOENT;
	log_warn("open %s", "x");
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_str_eq(seen.line, "open x: No such file or directory");
	errno = ENOENT;
	log_warnx("y");
	ck_assert_str_eq(seen.line, "y");
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(long_lines_are_cut)
{
	char big[3 * LOG_LINE_MAX];

	setup();
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	log_info("%s", big);
	ck_assert_uint_eq(strlen(seen.line), LOG_LINE_MAX - 1);
	errno = ENOENT;
	log_warn("%s", big);
	ck_assert_uint_eq(strlen(seen.line), LOG_LINE_MAX - 1);
	/* Room for the beginning of the reason only. */
	big[LOG_LINE_MAX - 5] = '\0';
	log_warn("%s", big);
	ck_assert_str_eq(seen.line + LOG_LINE_MAX - 5, ": No");
}
END_TEST

static void
sink_quiet(int priority, const char *line, void *arg)
{
	(void)arg;
	if (priority != LOG_CRIT || strncmp(line, "end", 3) != 0)
		_exit(77);
}

START_TEST(fatal_exits_with_1)
{
	log_set_sink(sink_quiet, NULL);
	errno = EIO;
	fatal("end");
}
END_TEST

START_TEST(fatalx_exits_with_1)
{
	log_set_sink(sink_quiet, NULL);
	fatalx("end");
}
END_TEST

Suite *suite_log(void);

Suite *
suite_log(void)
{
	Suite *s = suite_create("log");
	TCase *tc = tcase_create("escape");

	tcase_add_test(tc, escape_table);
	tcase_add_loop_test(tc, escape_truncates, 0, 200);
	tcase_add_test(tc, escape_without_room);
	suite_add_tcase(s, tc);
	tc = tcase_create("limit");
	tcase_add_test(tc, limit_counts);
	tcase_add_loop_test(tc, limit_property, 0, 20);
	tcase_add_test(tc, limit_of_none);
	suite_add_tcase(s, tc);
	tc = tcase_create("lines");
	tcase_add_test(tc, priorities);
	tcase_add_test(tc, errno_is_told_and_kept);
	tcase_add_test(tc, long_lines_are_cut);
	tcase_add_exit_test(tc, fatal_exits_with_1, 1);
	tcase_add_exit_test(tc, fatalx_exits_with_1, 1);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_log)
