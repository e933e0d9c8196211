/* SPDX-License-Identifier: ISC */
/* What log lines say of a request for a boot file and of its client. */
#include <string.h>

#include "daemon/report_text.h"
#include "tests/unit/unit.h"

static const struct host_id node = { .hwtype = 1,
	.hwlen = 6,
	.hw = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 },
	.name = "node7" };

START_TEST(suppressed)
{
	char text[REPORT_SUPPRESSED_MAX] = "before";

	ck_assert_str_eq(report_suppressed(0, text), "");
	ck_assert_str_eq(
	    report_suppressed(7, text), " (7 similar messages suppressed)");
	ck_assert_str_eq(report_suppressed(UINT64_MAX, text),
	    " (18446744073709551615 similar messages suppressed)");
}
END_TEST

START_TEST(known)
{
	char text[REPORT_KNOWN_MAX] = "before";
	struct host_id host = { .hwlen = 0 };

	ck_assert_str_eq(report_known(&host, text), "");
	ck_assert_str_eq(
	    report_known(&node, text), " (52:54:00:12:34:56, node7)");
	host = node;
	host.name[0] = '\0';
	ck_assert_str_eq(report_known(&host, text), " (52:54:00:12:34:56)");
	host.hwlen = 1;
	(void)strcpy(host.name, "\033x");
	ck_assert_str_eq(report_known(&host, text), " (52, \\x1bx)");
	/* The longest of both. */
	host.hwlen = RECORD_HW_MAX;
	memset(host.name, 0x1b, sizeof(host.name) - 1);
	host.name[sizeof(host.name) - 1] = '\0';
	ck_assert_uint_eq(strlen(report_known(&host, text)),
	    2 + 3 * RECORD_HW_MAX - 1 + 2 + 4 * (sizeof(host.name) - 1) + 1);
}
END_TEST

START_TEST(request)
{
	const struct endpoint client = { .addr = addr_from_ip4(0xc0a80132),
		.port = 2070 };
	struct report_request r = {
		.name = "a\nb", .namelen = 3, .client = &client, .host = &node
	};
	char text[REPORT_REQUEST_MAX];

	ck_assert_str_eq(report_request_text(&r, text),
	    "\"a\\x0ab\" for 192.168.1.50:2070 (52:54:00:12:34:56, node7)");
	r.own = true;
	r.namelen = 1;
	ck_assert_str_eq(report_request_text(&r, text),
	    "\"a\" from its own folder for 192.168.1.50:2070 (52:54:00:12:34:56, node7)");
}
END_TEST

Suite *suite_report_text(void);

Suite *
suite_report_text(void)
{
	Suite *s = suite_create("report_text");
	TCase *t = tcase_create("report_text");

	tcase_add_test(t, suppressed);
	tcase_add_test(t, known);
	tcase_add_test(t, request);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_report_text)
