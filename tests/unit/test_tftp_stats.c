/* SPDX-License-Identifier: ISC */
/* The counters of tftpd in the log: each that is not 0, and no other. */
#include "tests/unit/tftp_case.h"

static void
expect_line(uint64_t *counter, const char *prefix, const char *name)
{
	char want[LOG_LINE_MAX];

	f.nlog = 0;
	*counter = 4711;
	report_stats(&f.srv, LOG_INFO);
	*counter = 0;
	(void)snprintf(want, sizeof(want), "count %s%s: 4711", prefix, name);
	ck_assert_msg(f.nlog == 1 && strcmp(last_line(), want) == 0,
	    "%u lines, \"%s\" for \"%s\"", f.nlog, last_line(), want);
}

START_TEST(each)
{
	struct server_stats *st = &f.srv.stats;
	unsigned int i;

	report_stats(&f.srv, LOG_INFO);
	ck_assert_uint_eq(f.nlog, 0);
	for (i = 0; i < TFTP_REASON_MAX; i++) {
		expect_line(
		    &st->bad_request[i], "bad request: ", tftp_reason_text(i));
		expect_line(
		    &st->bad_answer[i], "bad answer: ", tftp_reason_text(i));
	}
	for (i = 0; i < TFTP_NAME_REASON_MAX; i++)
		expect_line(
		    &st->bad_name[i], "bad name: ", tftp_name_errors[i].text);
	for (i = 0; i < FILE_STATUS_MAX; i++)
		expect_line(&st->file[i], "file: ", tftp_file_errors[i].text);
	for (i = 0; i < TRANSFER_END_MAX; i++)
		expect_line(&st->end[i], "ended: ", end_text(i));
	expect_line(&st->bytes, "", "bytes");
	expect_line(&st->resent, "", "resent");
	expect_line(
	    &st->count[SERVER_DROP_GROUP], "", "dropped: sent to a group");
	expect_line(&st->count[SERVER_REFUSED_WRITE], "", "rejected: write");
	for (i = 0; i < SERVER_COUNTER_MAX; i++) {
		f.nlog = 0;
		st->count[i] = 1;
		report_stats(&f.srv, LOG_INFO);
		st->count[i] = 0;
		ck_assert_uint_eq(f.nlog, 1);
	}
}
END_TEST

static Suite *
suite_tftp_stats(void)
{
	Suite *s = suite_create("tftp_stats");
	TCase *tc = tcase_create("stats");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_stats)
