/* SPDX-License-Identifier: ISC */
/* Leases as text, JSON, CSV and lines of dnsmasq's lease file. */
#include <stdio.h>
#include <string.h>

#include "leased/import_line.h"
#include "leased/show_row.h"
#include "leased/utc.h"
#include "tests/unit/unit.h"

Suite *suite_lease_show_row(void);

#define NOW UINT64_C(1700000000) /* 2023-11-14T22:13:20Z */

static const struct lease plain = { .state = LEASE_BOUND,
	.addr = { 4, { 192, 168, 1, 50 } },
	.hwtype = 1,
	.hwlen = 6,
	.hw = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 },
	.idlen = 7,
	.id = { 1, 0x52, 0x54, 0, 0x12, 0x34, 0x56 },
	.name = "node7",
	.start_s = NOW - 60,
	.expiry_s = NOW + 3600 };

static struct show_row shown;

static const char *
format(enum lease_show_format f, const struct lease *l)
{
	shown.n = 0;
	shown.text[0] = '\0';
	ck_assert(show_row(&shown, f, l, NOW, true));
	ck_assert_uint_eq(shown.n, strlen(shown.text));
	ck_assert_uint_lt(shown.n, SHOW_ROW_MAX - 1);
	return shown.text;
}

static struct lease
with_name(const char *name)
{
	struct lease l = plain;

	(void)snprintf(l.name, sizeof(l.name), "%s", name);
	return l;
}

START_TEST(dates)
{
	static const struct {
		uint64_t s;
		const char *text;
	} t[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 951782399, "2000-02-28T23:59:59Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ NOW, "2023-11-14T22:13:20Z" },
		{ 4107542399, "2100-02-28T23:59:59Z" },
		{ 4107542400, "2100-03-01T00:00:00Z" },
		{ UTC_LAST_S, "9999-12-31T23:59:59Z" },
		{ UTC_LAST_S + 1, "9999-12-31T23:59:59Z" },
		{ INT64_MAX, "9999-12-31T23:59:59Z" },
		{ UINT64_MAX, "9999-12-31T23:59:59Z" },
	};
	char text[UTC_TEXT];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_str_eq(utc_text(t[i].s, text), t[i].text);
}
END_TEST

START_TEST(columns)
{
	struct lease l = plain;

	ck_assert_str_eq(show_row_head(LEASE_SHOW_TEXT),
	    "ADDRESS          CLIENT             STATE     EXPIRES               NAME\n");
	ck_assert_str_eq(format(LEASE_SHOW_TEXT, &l),
	    "192.168.1.50     52:54:00:12:34:56  bound     2023-11-14T23:13:20Z  node7\n");
	l.expiry_s = LEASE_NEVER;
	l.name[0] = '\0';
	l.hwtype = 6;
	ck_assert_str_eq(format(LEASE_SHOW_TEXT, &l),
	    "192.168.1.50     06-52:54:00:12:34:56  bound     never                 -\n");
	l.hwlen = 0;
	ck_assert_str_eq(format(LEASE_SHOW_TEXT, &l),
	    "192.168.1.50     id:01:52:54:00:12:34:56  bound     never                 -\n");
	l.idlen = 0;
	l.state = LEASE_DECLINED;
	ck_assert_str_eq(format(LEASE_SHOW_TEXT, &l),
	    "192.168.1.50     -                  declined  never                 -\n");
}
END_TEST

START_TEST(states)
{
	static const struct {
		uint8_t state;
		uint64_t expiry_s;
		const char *want;
	} t[] = {
		{ LEASE_BOUND, NOW + 1, "bound" },
		{ LEASE_BOUND, NOW, "expired" },
		{ LEASE_BOUND, 0, "expired" },
		{ LEASE_BOUND, LEASE_NEVER, "bound" },
		{ LEASE_RELEASED, NOW + 1, "released" },
		{ LEASE_RELEASED, NOW - 1, "released" },
		{ LEASE_DECLINED, NOW + 1, "declined" },
		{ LEASE_DECLINED, NOW - 1, "expired" },
	};
	struct lease l = plain;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		l.state = t[i].state;
		l.expiry_s = t[i].expiry_s;
		ck_assert_ptr_nonnull(
		    strstr(format(LEASE_SHOW_CSV, &l), t[i].want));
		/* dnsmasq's file has only what is bound now. */
		ck_assert(show_row(&shown, LEASE_SHOW_DNSMASQ, &l, NOW, true) ==
			  (strcmp(t[i].want, "bound") == 0));
	}
}
END_TEST

START_TEST(json)
{
	struct lease l = plain;

	ck_assert_str_eq(format(LEASE_SHOW_JSON, &l),
	    "{\"address\": \"192.168.1.50\", \"state\": \"bound\", \"hardware_type\": 1, \"mac\": \"52:54:00:12:34:56\", \"client_id\": \"01:52:54:00:12:34:56\", \"name\": \"node7\", \"start\": \"2023-11-14T22:12:20Z\", \"start_s\": 1699999940, \"expires\": \"2023-11-14T23:13:20Z\", \"expires_s\": 1700003600, \"relay\": null}");
	l.hwlen = 0;
	l.idlen = 0;
	l.expiry_s = LEASE_NEVER;
	l.relay = (struct addr){ 4, { 10, 1, 0, 1 } };
	(void)strcpy(l.name, "a\"\\\x01");
	ck_assert(show_row(&shown, LEASE_SHOW_JSON, &l, NOW, false));
	ck_assert_str_eq(shown.text,
	    ",\n{\"address\": \"192.168.1.50\", \"state\": \"bound\", \"hardware_type\": 1, \"mac\": null, \"client_id\": null, \"name\": \"a\\\\x22\\\\x5c\\\\x01\", \"start\": \"2023-11-14T22:12:20Z\", \"start_s\": 1699999940, \"expires\": null, \"expires_s\": null, \"relay\": \"10.1.0.1\"}");
}
END_TEST

START_TEST(csv)
{
	struct lease l = plain;

	ck_assert_str_eq(format(LEASE_SHOW_CSV, &l),
	    "192.168.1.50,bound,1,52:54:00:12:34:56,01:52:54:00:12:34:56,\"node7\",2023-11-14T22:12:20Z,2023-11-14T23:13:20Z,\r\n");
	l = with_name("=HYPERLINK(1,2)");
	l.hwlen = l.idlen = 0;
	l.expiry_s = LEASE_NEVER;
	ck_assert_str_eq(format(LEASE_SHOW_CSV, &l),
	    "192.168.1.50,bound,1,,,\"\\x3dHYPERLINK(1,2)\",2023-11-14T22:12:20Z,never,\r\n");
	l.name[0] = '\0';
	ck_assert_str_eq(format(LEASE_SHOW_CSV, &l),
	    "192.168.1.50,bound,1,,,\"\",2023-11-14T22:12:20Z,never,\r\n");
}
END_TEST

START_TEST(dnsmasq)
{
	struct lease l = plain;

	ck_assert_str_eq(format(LEASE_SHOW_DNSMASQ, &l),
	    "1700003600 52:54:00:12:34:56 192.168.1.50 node7 01:52:54:00:12:34:56\n");
	l = with_name("two words");
	l.idlen = 0;
	l.expiry_s = LEASE_NEVER;
	ck_assert_str_eq(format(LEASE_SHOW_DNSMASQ, &l),
	    "0 52:54:00:12:34:56 192.168.1.50 * *\n");
	l.hwtype = 32;
	l.hwlen = 0;
	ck_assert_str_eq(
	    format(LEASE_SHOW_DNSMASQ, &l), "0 20- 192.168.1.50 * *\n");
	l.addr = (struct addr){ 6, { 0x20, 1, 0xd, 0xb8 } };
	ck_assert(!show_row(&shown, LEASE_SHOW_DNSMASQ, &l, NOW, true));
}
END_TEST

/* A name that dnsmasq's file cannot have is not written there. */
START_TEST(dnsmasq_names)
{
	static const struct {
		const char *name, *written;
	} t[] = { { "", "*" }, { "a", "a" }, { "a-b", "a-b" }, { "a.b", "a.b" },
		{ "AZaz09_", "AZaz09_" }, { "-a", "*" }, { ".a", "*" },
		{ "*", "*" }, { "a b", "*" }, { "a\nb", "*" } };
	char wanted[64];
	struct lease l;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		l = with_name(t[i].name);
		(void)snprintf(
		    wanted, sizeof(wanted), ".50 %s 01:", t[i].written);
		ck_assert_ptr_nonnull(
		    strstr(format(LEASE_SHOW_DNSMASQ, &l), wanted));
	}
}
END_TEST

/* What is written in dnsmasq's format is imported as the same lease. */
START_TEST(imported_again)
{
	struct lease l = plain, back;

	l.start_s = 0; /* the format does not have it */
	(void)format(LEASE_SHOW_DNSMASQ, &l);
	ck_assert_int_eq(
	    lease_line_parse(shown.text, shown.n - 1, &back), LEASE_LINE_OK);
	ck_assert_mem_eq(&back, &l, sizeof(l));
	l.hwtype = 255;
	l.hwlen = 0;
	memset(l.hw, 0, sizeof(l.hw));
	l.expiry_s = LEASE_NEVER;
	l.name[0] = '\0';
	memset(l.name, 0, sizeof(l.name));
	(void)format(LEASE_SHOW_DNSMASQ, &l);
	ck_assert_int_eq(
	    lease_line_parse(shown.text, shown.n - 1, &back), LEASE_LINE_OK);
	ck_assert_mem_eq(&back, &l, sizeof(l));
}
END_TEST

/* Each byte in a name: one line of ASCII, whatever the format. */
START_TEST(hostile_names)
{
	static const char id[] = "id";
	struct lease l = plain;
	int f, c;
	size_t i;

	for (c = 1; c < 256; c++) {
		memset(l.name, c, LEASE_NAME_MAX - 1);
		memset(l.id, c, LEASE_ID_MAX);
		memcpy(l.id, id, 2);
		l.idlen = LEASE_ID_MAX;
		l.hwlen = LEASE_HW_MAX;
		for (f = 0; f < LEASE_SHOW_FORMAT_MAX; f++) {
			(void)format((enum lease_show_format)f, &l);
			for (i = 0; i < shown.n; i++)
				if (shown.text[i] < ' ' ||
				    shown.text[i] == 0x7f)
					break;
			/* The end of the line is the only one. */
			ck_assert_uint_ge(i + 2, shown.n);
		}
	}
}
END_TEST

START_TEST(frames)
{
	ck_assert_str_eq(show_row_head(LEASE_SHOW_JSON), "[");
	ck_assert_str_eq(show_row_tail(LEASE_SHOW_JSON), "]\n");
	ck_assert_str_eq(show_row_tail(LEASE_SHOW_TEXT), "");
	ck_assert_str_eq(show_row_head(LEASE_SHOW_CSV),
	    "address,state,hardware_type,mac,client_id,name,start,expires,relay\r\n");
	ck_assert_str_eq(show_row_head(LEASE_SHOW_DNSMASQ), "");
}
END_TEST

Suite *
suite_lease_show_row(void)
{
	Suite *s = suite_create("lease_show_row");
	TCase *tc = tcase_create("formats");

	tcase_add_test(tc, dates);
	tcase_add_test(tc, columns);
	tcase_add_test(tc, states);
	tcase_add_test(tc, json);
	tcase_add_test(tc, csv);
	tcase_add_test(tc, dnsmasq);
	tcase_add_test(tc, dnsmasq_names);
	tcase_add_test(tc, imported_again);
	tcase_add_test(tc, hostile_names);
	tcase_add_test(tc, frames);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_lease_show_row)
