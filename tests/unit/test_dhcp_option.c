/* SPDX-License-Identifier: ISC */
/* The table of DHCP options, and values as log lines show them. */
#include <string.h>

#include "daemon/dhcp_option.h"
#include "tests/unit/unit.h"

START_TEST(rows)
{
	const struct dhcp_option *o, *before = NULL;
	char label[DHCP_OPTION_LABEL];
	size_t i;

	for (i = 0; (o = dhcp_option_row(i)) != NULL; i++) {
		ck_assert_msg(before == NULL || before->code < o->code,
		    "option %u is not in its place: rows are in the order of codes",
		    o->code);
		before = o;
	}
	for (i = 0; (o = dhcp_option_row(i)) != NULL; i++) {
		ck_assert_ptr_eq(dhcp_option_find(o->code), o);
		ck_assert_ptr_eq(dhcp_option_find_name(o->name), o);
		ck_assert_uint_lt(o->type, DHCP_OPTION_TYPE_MAX);
		ck_assert_uint_ne(o->by, 0);
		ck_assert_uint_lt(o->by, 1 << 4);
		ck_assert_uint_gt(strlen(o->name), 0);
		ck_assert_uint_lt(
		    strlen(o->name) + strlen("option 255 ()"), sizeof(label));
		/* What a line cannot set is not named in one. */
		if ((o->by & DHCP_OPTION_BY_ADMIN) == 0)
			ck_assert_msg(o->number_only, "%s", o->name);
	}
	ck_assert_uint_gt(i, 70);
}
END_TEST

START_TEST(names)
{
	char label[DHCP_OPTION_LABEL];

	ck_assert_uint_eq(dhcp_option_find_name("ROUTER")->code, 3);
	ck_assert_uint_eq(dhcp_option_find_name("fqdn")->code, 81);
	ck_assert_ptr_null(dhcp_option_find_name("rout"));
	ck_assert_ptr_null(dhcp_option_find_name(""));
	ck_assert_ptr_null(dhcp_option_find(0));
	ck_assert_ptr_null(dhcp_option_find(224));
	ck_assert_str_eq(dhcp_option_name(67), "bootfile-name");
	ck_assert_str_eq(dhcp_option_name(224), "");
	ck_assert_str_eq(dhcp_option_label(3, label), "option 3 (router)");
	ck_assert_str_eq(dhcp_option_label(224, label), "option 224");
}
END_TEST

START_TEST(reserved)
{
	static const uint8_t codes[] = { 50, 51, 52, 53, 54, 55, 57, 61, 81,
		82 };
	unsigned int code;

	for (code = 0; code < 256; code++)
		ck_assert_msg(
		    dhcp_option_reserved((uint8_t)code) ==
			(memchr(codes, (int)code, sizeof(codes)) != NULL),
		    "option %u", code);
}
END_TEST

START_TEST(lengths)
{
	static const struct {
		uint8_t code;
		uint16_t good; /* bit n: n octets are right, up to 12 */
	} t[] = {
		{ 97, 0x1fff }, /* opaque */
		{ 60, 0x1fff }, { 224, 0x1fff }, { 15, 0x1ffe }, /* text */
		{ 1, 1 << 4 }, /* one address, several, pairs */
		{ 3, 1 << 4 | 1 << 8 | 1 << 12 }, { 33, 1 << 8 },
		{ 19, 1 << 1 }, /* numbers */
		{ 26, 1 << 2 }, { 93, 0x1554 }, { 38, 1 << 4 }, { 2, 1 << 4 },
		{ 51, 1 << 4 },
		{ 119, 0x1ffe }, /* names: each of these is the root */
		{ 120, 0x1ffc },
		{ 121, 1 << 5 | 1 << 10 }, /* routes of 0.0.0.0/0 */
	};
	static const uint8_t zero[12];
	size_t i, n;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		for (n = 0; n <= sizeof(zero); n++)
			ck_assert_msg(dhcp_option_valid(t[i].code, zero, n) ==
					  ((t[i].good >> n & 1) != 0),
			    "option %u, %zu octets", t[i].code, n);
}
END_TEST

static void
shows(uint8_t code, const char *value, size_t len, const char *want)
{
	char text[256];

	ck_assert_str_eq(
	    dhcp_option_show(text, sizeof(text), code, value, len), want);
}

#define SHOWS(code, value, want) shows(code, value, sizeof(value) - 1, want)

START_TEST(values)
{
	SHOWS(1, "\xff\xff\xff\0", "255.255.255.0");
	SHOWS(3, "\x0a\0\0\1\x0a\0\0\2", "10.0.0.1, 10.0.0.2");
	SHOWS(33, "\x0a\0\0\0\x0a\0\0\2", "10.0.0.0, 10.0.0.2");
	SHOWS(15, "lab\n", "lab\\x0a");
	SHOWS(60, "PXEClient", "PXEClient");
	SHOWS(53, "\5", "5");
	SHOWS(26, "\5\x78", "1400");
	SHOWS(93, "\0\7\0\x10", "7, 16");
	SHOWS(51, "\0\0\x0e\x10", "3600");
	SHOWS(2, "\xff\xff\xf1\xf0", "-3600");
	SHOWS(38, "\xff\xff\xf1\xf0", "4294963696");
	SHOWS(119, "\1a\2bc\0\xc0\2", "a.bc, bc");
	SHOWS(119, "\3a\n.\0", "a\\x0a.");
	SHOWS(120, "\0\1a\1b\0", "a.b");
	SHOWS(120, "\1\x0a\0\0\1", "10.0.0.1");
	SHOWS(121, "\x10\x0a\1\x0a\0\0\1", "10.1.0.0/16 via 10.0.0.1");
	SHOWS(249, "\0\x0a\0\0\1\x20\x0a\1\2\3\x0a\0\0\2",
	    "0.0.0.0/0 via 10.0.0.1, 10.1.2.3/32 via 10.0.0.2");
	SHOWS(97, "\0\1\2", "00:01:02");
	SHOWS(224, "a", "61");
	SHOWS(224, "", "");
	SHOWS(67, "", "");
	SHOWS(224, "0123456789abcdef0123456789abcdefg",
	    "30:31:32:33:34:35:36:37:38:39:61:62:63:64:65:66:"
	    "30:31:32:33:34:35:36:37:38:39:61:62:63:64:65:66...");
}
END_TEST

/* Values that their type does not allow are shown as octets. */
START_TEST(wrong_values)
{
	SHOWS(1, "\xff\xff\xff", "ff:ff:ff");
	SHOWS(3, "\x0a\0\0\1\x0a", "0a:00:00:01:0a");
	SHOWS(53, "\0\5", "00:05");
	SHOWS(93, "\7", "07");
	SHOWS(119, "\2a", "02:61");
	SHOWS(119, "\xc0", "c0");
	SHOWS(119, "\xc0\0", "c0:00");
	SHOWS(119, "\1a\xc0\0", "01:61:c0:00");
	SHOWS(119, "\1a\xc0\4\0", "01:61:c0:04:00");
	SHOWS(119, "\x40", "40");
	SHOWS(120, "\2\x0a\0\0\1", "02:0a:00:00:01");
	SHOWS(120, "\1\x0a\0\0", "01:0a:00:00");
	SHOWS(121, "\x21\x0a\1\2\3\x0a\0\0\1", "21:0a:01:02:03:0a:00:00:01");
	SHOWS(121, "\x10\x0a\1\x0a\0\0", "10:0a:01:0a:00:00");
}
END_TEST

START_TEST(cut_off)
{
	char text[8];
	uint8_t code;
	unsigned int n;

	dhcp_option_show(text, sizeof(text), 3, "\x0a\0\0\1\x0a\0\0\2", 8);
	ck_assert_str_eq(text, "10.0.0.");
	dhcp_option_show(text, sizeof(text), 97, "\0\1\2\3", 4);
	ck_assert_str_eq(text, "00:01:0");
	for (code = 255; code > 0; code--)
		for (n = 1; n <= sizeof(text); n++) {
			dhcp_option_show(text, n, code, "\1a\0\0\0\0\0\0", 8);
			ck_assert_uint_lt(strlen(text), n);
		}
}
END_TEST

START_TEST(domains)
{
	char name[DHCP_OPTION_DOMAIN];
	uint8_t value[300];
	size_t at = 0, i;

	/* The longest name that fits. */
	for (i = 0; i < 254; i += 2)
		memcpy(value + i, "\1a", 2);
	value[i] = 0;
	ck_assert_int_eq(
	    dhcp_option_domain(value, sizeof(value), &at, name), 253);
	ck_assert_uint_eq(at, 255);
	/* And one label more. */
	memcpy(value + i, "\1a", 3);
	memcpy(value + i + 2, "\1a", 3);
	at = 0;
	ck_assert_int_eq(
	    dhcp_option_domain(value, sizeof(value), &at, name), -1);
	ck_assert_uint_eq(at, 0);
	/* A pointer whose second byte is behind the end. */
	memcpy(value, "\1a\0\300\0", 5);
	at = 3;
	ck_assert_int_eq(dhcp_option_domain(value, 5, &at, name), 1);
	at = 3;
	ck_assert_int_eq(dhcp_option_domain(value, 4, &at, name), -1);
}
END_TEST

Suite *suite_dhcp_option(void);

Suite *
suite_dhcp_option(void)
{
	Suite *s = suite_create("dhcp_option");
	TCase *t = tcase_create("table");

	tcase_add_test(t, rows);
	tcase_add_test(t, names);
	tcase_add_test(t, reserved);
	tcase_add_test(t, lengths);
	suite_add_tcase(s, t);
	t = tcase_create("show");
	tcase_add_test(t, values);
	tcase_add_test(t, wrong_values);
	tcase_add_test(t, cut_off);
	tcase_add_test(t, domains);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_option)
