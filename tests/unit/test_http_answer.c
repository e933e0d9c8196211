/* SPDX-License-Identifier: ISC */
/* Status and range of answers: conditions, ranges, dates and tags. */
#include <string.h>

#include "httpd/answer.h"
#include "httpd/byte_range.h"
#include "httpd/content_type.h"
#include "httpd/date.h"
#include "httpd/etag.h"
#include "tests/unit/unit.h"

#define NOV_S 1700000000 /* Tue, 14 Nov 2023 22:13:20 GMT */
#define NOV "Tue, 14 Nov 2023 22:13:20 GMT"
#define NOV_BEFORE "Tue, 14 Nov 2023 22:13:19 GMT"
#define TAG "\"17979cfe362a0000-3e8\""

static const struct {
	uint64_t s;
	const char *text;
} dates[] = {
	{ 0, "Thu, 01 Jan 1970 00:00:00 GMT" },
	{ 784111777, "Sun, 06 Nov 1994 08:49:37 GMT" },
	{ 951782400, "Tue, 29 Feb 2000 00:00:00 GMT" },
	{ 951868799, "Tue, 29 Feb 2000 23:59:59 GMT" },
	{ 951868800, "Wed, 01 Mar 2000 00:00:00 GMT" },
	{ 1078012800, "Sun, 29 Feb 2004 00:00:00 GMT" },
	{ NOV_S, NOV },
	{ 4107542400, "Mon, 01 Mar 2100 00:00:00 GMT" },
	{ DATE_MAX_S, "Fri, 31 Dec 9999 23:59:59 GMT" },
};

START_TEST(date_both_ways)
{
	char text[DATE_TEXT];
	uint64_t s;

	ck_assert_str_eq(date_text(dates[_i].s, text), dates[_i].text);
	ck_assert(date_parse(dates[_i].text, &s));
	ck_assert_uint_eq(s, dates[_i].s);
}
END_TEST

/* Every day of 400 years is the one after the day before. */
START_TEST(date_every_day)
{
	char text[DATE_TEXT];
	uint64_t day, s;

	for (day = 0; day < 146097; day++) {
		ck_assert(date_parse(date_text(day * 86400 + 5, text), &s));
		ck_assert_uint_eq(s, day * 86400 + 5);
	}
	ck_assert_str_eq(
	    date_text(UINT64_MAX, text), "Fri, 31 Dec 9999 23:59:59 GMT");
}
END_TEST

static const struct {
	const char *text;
	bool ok;
	uint64_t s;
} parsed[] = {
	{ "Sunday, 06-Nov-94 08:49:37 GMT", true, 784111777 },
	{ "Sun Nov  6 08:49:37 1994", true, 784111777 },
	{ "Sun Nov 06 08:49:37 1994", true, 784111777 },
	{ "Tuesday, 14-Nov-23 22:13:20 GMT", true, NOV_S },
	{ "Sunday, 06-Nov-69 08:49:37 GMT", true, 3150953377 },
	{ "Sun, 06 Nov 1994 08:49:60 GMT", true, 784111800 },
	{ "Sun, 06 Nov 1994 08:49:61 GMT", false, 0 },
	{ "Sun, 06 Nov 1994 24:49:37 GMT", false, 0 },
	{ "Sun, 06 Nov 1994 08:60:37 GMT", false, 0 },
	{ "Sun, 00 Nov 1994 08:49:37 GMT", false, 0 },
	{ "Sun, 31 Nov 1994 08:49:37 GMT", false, 0 },
	{ "Thu, 29 Feb 2001 08:49:37 GMT", false, 0 },
	{ "Sun, 06 Nov 1969 08:49:37 GMT", false, 0 },
	{ "Sun, 06 Nov 0000 08:49:37 GMT", false, 0 },
	{ "Sun, 6 Nov 1994 08:49:37 GMT", false, 0 },
	{ "Sun, 06 nov 1994 08:49:37 GMT", false, 0 },
	{ "Sun, 06 Nov 1994 08:49:37 GMT ", false, 0 },
	{ "Sun, 06 Nov 1994 08:49:37", false, 0 },
	{ "Sun, 06 Nov 1994 08:49:37 UTC", false, 0 },
	{ "Sunday, 06-Nov-1994 08:49:37 GMT", false, 0 },
	{ "Sun Nov  6 08:49:37 1994x", false, 0 },
	{ "Xyz, 06 Nov 1994 08:49:37 GMT", false, 0 },
	{ "Sun", false, 0 },
	{ "Su", false, 0 },
	{ "", false, 0 },
	{ "784111777", false, 0 },
};

START_TEST(date_formats)
{
	uint64_t s = 0;

	ck_assert_int_eq(date_parse(parsed[_i].text, &s), parsed[_i].ok);
	if (parsed[_i].ok)
		ck_assert_uint_eq(s, parsed[_i].s);
}
END_TEST

static const struct {
	const char *value;
	uint64_t size;
	enum range_result result;
	uint64_t first, length;
} ranges[] = {
	{ "bytes=0-0", 1000, RANGE_OK, 0, 1 },
	{ "bytes=0-999", 1000, RANGE_OK, 0, 1000 },
	{ "bytes=0-1000", 1000, RANGE_OK, 0, 1000 },
	{ "bytes=999-999", 1000, RANGE_OK, 999, 1 },
	{ "bytes=5-", 1000, RANGE_OK, 5, 995 },
	{ " Bytes= 5 - ", 1000, RANGE_NONE, 0, 0 },
	{ "\tBYTES= 5-7\t", 1000, RANGE_OK, 5, 3 },
	{ "bytes=-1", 1000, RANGE_OK, 999, 1 },
	{ "bytes=-1000", 1000, RANGE_OK, 0, 1000 },
	{ "bytes=-1001", 1000, RANGE_OK, 0, 1000 },
	{ "bytes=0-18446744073709551615", 1000, RANGE_OK, 0, 1000 },
	{ "bytes=0-18446744073709551616", 1000, RANGE_OK, 0, 1000 },
	{ "bytes=0-99999999999999999999999", 1000, RANGE_OK, 0, 1000 },
	{ "bytes=99999999999999999999999-", 1000, RANGE_BEYOND, 0, 0 },
	{ "bytes=-99999999999999999999999", 1000, RANGE_OK, 0, 1000 },
	{ "bytes=9223372036854775806-", INT64_MAX, RANGE_OK, INT64_MAX - 1, 1 },
	{ "bytes=1000-", 1000, RANGE_BEYOND, 0, 0 },
	{ "bytes=0-", 0, RANGE_BEYOND, 0, 0 },
	{ "bytes=-0", 1000, RANGE_BEYOND, 0, 0 },
	{ "bytes=-5", 0, RANGE_BEYOND, 0, 0 },
	{ "bytes=6-5", 1000, RANGE_NONE, 0, 0 },
	{ "bytes=0-1,3-4", 1000, RANGE_NONE, 0, 0 },
	{ "bytes=", 1000, RANGE_NONE, 0, 0 },
	{ "bytes=-", 1000, RANGE_NONE, 0, 0 },
	{ "bytes=5", 1000, RANGE_NONE, 0, 0 },
	{ "bytes=5-x", 1000, RANGE_NONE, 0, 0 },
	{ "bytes=--5", 1000, RANGE_NONE, 0, 0 },
	{ "bytes=+1-2", 1000, RANGE_NONE, 0, 0 },
	{ "items=0-1", 1000, RANGE_NONE, 0, 0 },
	{ "", 1000, RANGE_NONE, 0, 0 },
};

START_TEST(range)
{
	uint64_t first = 0, length = 0;

	ck_assert_int_eq(byte_range_parse(ranges[_i].value, ranges[_i].size,
			     &first, &length),
	    ranges[_i].result);
	if (ranges[_i].result != RANGE_OK)
		return;
	ck_assert_uint_eq(first, ranges[_i].first);
	ck_assert_uint_eq(length, ranges[_i].length);
}
END_TEST

START_TEST(etag)
{
	char a[ETAG_TEXT], b[ETAG_TEXT];

	ck_assert_str_eq(etag_text(1000, NOV_S * 1000000000UL, a), TAG);
	ck_assert_str_eq(etag_text(UINT64_MAX, UINT64_MAX, b),
	    "\"ffffffffffffffff-ffffffffffffffff\"");
	ck_assert(etag_listed(TAG, a, false));
	ck_assert(etag_listed("\"x\" , " TAG, a, false));
	ck_assert(etag_listed(" W/\"x\",\t" TAG ", \"y\"", a, false));
	ck_assert(etag_listed("W/" TAG, a, true));
	ck_assert(!etag_listed("W/" TAG, a, false));
	ck_assert(etag_listed("*", a, false));
	ck_assert(etag_listed(" * ", a, false));
	ck_assert(!etag_listed("*x", a, false));
	ck_assert(!etag_listed("\"x*\"", a, false));
	ck_assert(!etag_listed("", a, true));
	ck_assert(!etag_listed(",,", a, true));
	ck_assert(!etag_listed("17979cfe362a0000-3e8", a, true));
	ck_assert(!etag_listed("\"17979cfe362a0000-3e", a, true));
	ck_assert(!etag_listed("\"17979cfe362a0000-3e8x\"", a, true));
}
END_TEST

static const struct {
	const char *what;
	struct answer_asked asked;
	enum answer_status status;
	uint64_t first, length;
} conditions[] = {
	{ "none", { 0 }, ANSWER_OK, 0, 1000 },
	{ "part", { .range = "bytes=1-2" }, ANSWER_PARTIAL, 1, 2 },
	{ "beyond", { .range = "bytes=1000-" }, ANSWER_RANGE, 0, 0 },
	{ "bad range", { .range = "bytes=x" }, ANSWER_OK, 0, 1000 },
	{ "HEAD", { .head = true, .range = "bytes=1-2" }, ANSWER_OK, 0, 1000 },
	{ "if-range", { .range = "bytes=1-2", .if_range = TAG }, ANSWER_PARTIAL,
	    1, 2 },
	{ "if-range, other", { .range = "bytes=1-2", .if_range = "\"other\"" },
	    ANSWER_OK, 0, 1000 },
	{ "if-range, weak", { .range = "bytes=1-2", .if_range = "W/" TAG },
	    ANSWER_OK, 0, 1000 },
	{ "if-range, date", { .range = "bytes=1-2", .if_range = NOV },
	    ANSWER_PARTIAL, 1, 2 },
	{ "if-range, older", { .range = "bytes=1-2", .if_range = NOV_BEFORE },
	    ANSWER_OK, 0, 1000 },
	{ "if-range, no range", { .if_range = "\"other\"" }, ANSWER_OK, 0,
	    1000 },
	{ "none-match", { .if_none_match = TAG }, ANSWER_NOT_MODIFIED, 0, 0 },
	{ "none-match, weak", { .if_none_match = "W/" TAG },
	    ANSWER_NOT_MODIFIED, 0, 0 },
	{ "none-match before since",
	    { .if_none_match = "\"x\"", .if_modified_since = NOV }, ANSWER_OK,
	    0, 1000 },
	{ "since", { .if_modified_since = NOV }, ANSWER_NOT_MODIFIED, 0, 0 },
	{ "since before", { .if_modified_since = NOV_BEFORE }, ANSWER_OK, 0,
	    1000 },
	{ "since no date", { .if_modified_since = "never" }, ANSWER_OK, 0,
	    1000 },
	{ "match", { .if_match = TAG }, ANSWER_OK, 0, 1000 },
	{ "match, other", { .if_match = "\"x\"" }, ANSWER_PRECONDITION, 0, 0 },
	{ "match, weak", { .if_match = "W/" TAG }, ANSWER_PRECONDITION, 0, 0 },
	{ "match before unmodified",
	    { .if_match = TAG, .if_unmodified_since = NOV_BEFORE }, ANSWER_OK,
	    0, 1000 },
	{ "match before none-match",
	    { .if_match = "\"x\"", .if_none_match = TAG }, ANSWER_PRECONDITION,
	    0, 0 },
	{ "unmodified", { .if_unmodified_since = NOV }, ANSWER_OK, 0, 1000 },
	{ "unmodified before", { .if_unmodified_since = NOV_BEFORE },
	    ANSWER_PRECONDITION, 0, 0 },
	{ "unmodified, no date", { .if_unmodified_since = "never" }, ANSWER_OK,
	    0, 1000 },
	{ "current, part", { .if_none_match = TAG, .range = "bytes=1-2" },
	    ANSWER_NOT_MODIFIED, 0, 0 },
};

START_TEST(condition)
{
	/* Half a second after the date: parts of a second do not count. */
	const struct answer_file f = { 1000, NOV_S * 1000000000UL };
	struct answer a;

	answer_file(&conditions[_i].asked, &f, &a);
	ck_assert_msg(a.status == conditions[_i].status, "%s: %d",
	    conditions[_i].what, a.status);
	if (a.status != ANSWER_OK && a.status != ANSWER_PARTIAL)
		return;
	ck_assert_ptr_null(a.text);
	ck_assert_uint_eq(a.first, conditions[_i].first);
	ck_assert_uint_eq(a.length, conditions[_i].length);
}
END_TEST

START_TEST(parts_of_a_second)
{
	const struct answer_file f = { 1000, NOV_S * 1000000000UL + 999999999 };
	const struct answer_asked since = { .if_modified_since = NOV };
	struct answer a;

	answer_file(&since, &f, &a);
	ck_assert_int_eq(a.status, ANSWER_NOT_MODIFIED);
}
END_TEST

/* Whatever is refused has a status from 400 on, and a reason. */
START_TEST(reasons)
{
	struct answer a;
	unsigned int i;

	for (i = FILE_OK + 1; i < FILE_STATUS_MAX; i++) {
		answer_status((enum file_status)i, &a);
		ck_assert_int_ge(a.status, 400);
		ck_assert_ptr_nonnull(strchr(a.text, '\n'));
	}
	for (i = TFTP_NAME_OK + 1; i < TFTP_NAME_REASON_MAX; i++) {
		answer_name((enum tftp_name_reason)i, &a);
		ck_assert_int_ge(a.status, 400);
		ck_assert_ptr_nonnull(strchr(a.text, '\n'));
	}
	for (i = TARGET_OK + 1; i < TARGET_REASON_MAX; i++) {
		answer_target((enum target_reason)i, &a);
		ck_assert_int_ge(a.status, 400);
		ck_assert_ptr_nonnull(strchr(a.text, '\n'));
	}
}
END_TEST

START_TEST(content_types)
{
	ck_assert_str_eq(content_type_of("a/x.efi", 7), "application/efi");
	ck_assert_str_eq(content_type_of("a/x.EFI", 7), "application/efi");
	ck_assert_str_eq(
	    content_type_of("x.efi2", 6), "application/octet-stream");
	ck_assert_str_eq(content_type_of("x.efi2", 5), "application/efi");
	ck_assert_str_eq(content_type_of("efi", 3), "application/octet-stream");
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *suite_http_answer(void);

Suite *
suite_http_answer(void)
{
	Suite *s = suite_create("http_answer");
	TCase *tc = tcase_create("answer");

	tcase_add_loop_test(tc, date_both_ways, 0, COUNT(dates));
	tcase_add_test(tc, date_every_day);
	tcase_add_loop_test(tc, date_formats, 0, COUNT(parsed));
	tcase_add_loop_test(tc, range, 0, COUNT(ranges));
	tcase_add_test(tc, etag);
	tcase_add_loop_test(tc, condition, 0, COUNT(conditions));
	tcase_add_test(tc, parts_of_a_second);
	tcase_add_test(tc, reasons);
	tcase_add_test(tc, content_types);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_http_answer)
