/* SPDX-License-Identifier: ISC */
/* The errors of a reload that are collected for pxeguard --reload. */
#include <stdio.h>
#include <string.h>

#include "daemon/log.h"
#include "priv/log_sink.h"
#include "tests/unit/unit.h"

static char dst[64];

static void
setup(void)
{
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
	log_sink_open(LOG_SINK_STDERR);
	log_sink_collect(dst, sizeof(dst));
}

START_TEST(errors_name_their_role)
{
	log_sink_line("pxeguard", LOG_ERR, "one");
	log_sink_line("pxeguard", LOG_WARNING, "no error");
	log_sink_diag(LOG_ERR, "/etc/a", 7, 0, "two");
	log_sink_line("leased", LOG_ERR, "three");
	log_sink_collect(NULL, 0);
	log_sink_line("leased", LOG_ERR, "four");
	ck_assert_str_eq(dst, "one\n/etc/a:7: two\nleased: three\n");
}
END_TEST

/* What does not fit is left out whole, and so is all that follows. */
START_TEST(errors_fit)
{
	char line[sizeof(dst)];

	memset(line, 'x', sizeof(line));
	line[sizeof(dst) - sizeof("12\n\n")] = '\0';
	log_sink_line("pxeguard", LOG_ERR, "12");
	log_sink_line("pxeguard", LOG_ERR, line);
	ck_assert_uint_eq(strlen(dst), sizeof(dst) - 1);
	log_sink_collect(dst, sizeof(dst));
	log_sink_line("pxeguard", LOG_ERR, "123");
	log_sink_line("pxeguard", LOG_ERR, line);
	log_sink_line("pxeguard", LOG_ERR, "4");
	ck_assert_str_eq(dst, "123\n");
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("log_sink");
	TCase *t = tcase_create("collect");

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, errors_name_their_role);
	tcase_add_test(t, errors_fit);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite)
