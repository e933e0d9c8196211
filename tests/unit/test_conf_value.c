/* SPDX-License-Identifier: ISC */
/* Addresses, times, hardware addresses and names. */
#include <string.h>

#include "confd/value.h"
#include "tests/unit/unit.h"

START_TEST(addresses)
{
	uint32_t addr = 0;

	ck_assert(value_ip4("192.168.1.2", &addr));
	ck_assert_uint_eq(addr, 0xc0a80102);
	ck_assert(!value_ip4("192.168.1", &addr));
	ck_assert(!value_ip4("192.168.1.256", &addr));
	ck_assert(value_ip4_broken("192.168.0.999"));
	ck_assert(value_ip4_broken("192.168.0"));
	ck_assert(!value_ip4_broken("192.168.0.9"));
	ck_assert(!value_ip4_broken("a.b.c.d"));
	ck_assert(value_ip4_broken("192.168.0.9#53"));
	ck_assert(value_ip4_broken("192.168.l.9"));
	ck_assert(!value_ip4_broken("192.168"));
	ck_assert(!value_ip4_broken("1922.168.0.9"));
	ck_assert(!value_ip4_broken("10.example.net"));
	ck_assert(!value_ip4_broken(""));
	ck_assert(value_is_mask(0xffffff00));
	ck_assert(value_is_mask(0xffffffff));
	ck_assert(!value_is_mask(0xff00ff00));
	ck_assert(!value_is_mask(0x00ffffff));
	ck_assert(value_is_mask(0));
}
END_TEST

START_TEST(prefixes)
{
	static const char *const bad[] = { "10.0.0.5", "10.0.0.5/",
		"10.0.0.5/33", "10.0.0.5/-1", "/8", "10.0.0/8",
		"255.255.255.2555/8", "255.255.255.255.255/8" };
	uint32_t addr = 0, mask = 1;
	size_t i;

	ck_assert(value_ip4_prefix("10.0.0.5/24", &addr, &mask));
	ck_assert_uint_eq(addr, 0x0a000005);
	ck_assert_uint_eq(mask, 0xffffff00);
	ck_assert(value_ip4_prefix("255.255.255.255/32", &addr, &mask));
	ck_assert_uint_eq(mask, 0xffffffff);
	ck_assert(value_ip4_prefix("10.0.0.5/0", &addr, &mask));
	ck_assert_uint_eq(mask, 0);
	ck_assert_uint_eq(value_prefix_mask(1), 0x80000000);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(
		    !value_ip4_prefix(bad[i], &addr, &mask), "%s", bad[i]);
}
END_TEST

START_TEST(numbers)
{
	uint64_t v = 7;

	ck_assert(value_number("0", 5, &v));
	ck_assert_uint_eq(v, 0);
	ck_assert(value_number("5", 5, &v));
	ck_assert(!value_number("6", 5, &v));
	ck_assert(!value_number("", 5, &v));
	ck_assert(!value_number("-1", 5, &v));
	ck_assert(!value_number("1x", 5, &v));
	ck_assert(!value_number("99999999999999999999999", UINT32_MAX, &v));
	ck_assert(!value_number("1:", 50, &v));
	ck_assert(!value_number("1/", 50, &v));
	ck_assert(value_number("90", 90, &v));
	ck_assert_uint_eq(v, 90);
	ck_assert(value_is_digits("0123456789"));
	ck_assert(!value_is_digits("1a"));
	ck_assert(!value_is_digits(""));
}
END_TEST

START_TEST(units)
{
	static const struct {
		const char *text;
		uint32_t seconds;
	} x[] = { { "7", 7 }, { "7s", 7 }, { "7S", 7 }, { "2m", 120 },
		{ "2M", 120 }, { "2h", 7200 }, { "2H", 7200 }, { "2d", 172800 },
		{ "2D", 172800 }, { "2w", 1209600 }, { "2W", 1209600 },
		{ "0", 0 }, { "90s", 90 }, { "4294967294", 4294967294 },
		{ "71582788m", 4294967280 }, { "4294967295", UINT32_MAX },
		{ "71582789m", UINT32_MAX }, { "4294967296", UINT32_MAX } };
	uint32_t s;
	size_t i;

	for (i = 0; i < sizeof(x) / sizeof(x[0]); i++) {
		ck_assert_int_eq(value_time(x[i].text, &s),
		    x[i].seconds == UINT32_MAX ? VALUE_TIME_HUGE
					       : VALUE_TIME_OK);
		ck_assert_uint_eq(s, x[i].seconds);
	}
	ck_assert_int_eq(value_time("1hh", &s), VALUE_TIME_BAD);
	ck_assert_int_eq(value_time("1h ", &s), VALUE_TIME_BAD);
	ck_assert_int_eq(value_time("1:", &s), VALUE_TIME_BAD);
	ck_assert_int_eq(value_time(":1", &s), VALUE_TIME_BAD);
	ck_assert_int_eq(value_time("/1", &s), VALUE_TIME_BAD);
}
END_TEST

START_TEST(leases)
{
	uint32_t s = 0;

	ck_assert_int_eq(value_lease("8h", &s), VALUE_TIME_OK);
	ck_assert_uint_eq(s, 28800);
	ck_assert_int_eq(value_lease("3D", &s), VALUE_TIME_OK);
	ck_assert_uint_eq(s, 3 * 86400);
	ck_assert_int_eq(value_lease("2w", &s), VALUE_TIME_OK);
	ck_assert_int_eq(value_lease("600", &s), VALUE_TIME_OK);
	ck_assert_uint_eq(s, 600);
	ck_assert_int_eq(value_lease("120s", &s), VALUE_TIME_OK);
	ck_assert_int_eq(value_lease("119", &s), VALUE_TIME_SHORT);
	ck_assert_uint_eq(s, 120);
	ck_assert_int_eq(value_lease("infinite", &s), VALUE_TIME_OK);
	ck_assert_uint_eq(s, RECORD_LEASE_INFINITE);
	ck_assert_int_eq(value_lease("7102w", &s), VALUE_TIME_HUGE);
	ck_assert_uint_eq(s, RECORD_LEASE_INFINITE);
	ck_assert_int_eq(
	    value_lease("99999999999999999999", &s), VALUE_TIME_HUGE);
	ck_assert_int_eq(value_lease("1y", &s), VALUE_TIME_BAD);
	ck_assert_int_eq(value_lease("12 h", &s), VALUE_TIME_BAD);
	ck_assert_int_eq(value_lease("-5", &s), VALUE_TIME_BAD);
	ck_assert_int_eq(value_lease("", &s), VALUE_TIME_BAD);
	ck_assert_int_eq(value_lease("h", &s), VALUE_TIME_BAD);
}
END_TEST

START_TEST(macs)
{
	struct record_mac m;

	ck_assert_int_eq(value_mac("9e:42:87:f7:29:92", &m), VALUE_MAC_OK);
	ck_assert_uint_eq(m.len, 6);
	ck_assert_uint_eq(m.hwtype, 0);
	ck_assert_uint_eq(m.addr[5], 0x92);
	ck_assert_int_eq(value_mac("06-0:1:2:3:4:5", &m), VALUE_MAC_OK);
	ck_assert_uint_eq(m.hwtype, 6);
	ck_assert_uint_eq(m.addr[1], 1);
	ck_assert_int_eq(value_mac("52:54:*:*:00:*", &m), VALUE_MAC_OK);
	ck_assert_uint_eq(m.wild, 0x2c);
	ck_assert_int_eq(value_mac("11-22-33-44-55-66", &m), VALUE_MAC_DASHED);
	ck_assert_uint_eq(m.hwtype, 0);
	ck_assert_uint_eq(m.len, 6);
	ck_assert_int_eq(
	    value_mac("01-22-33-44-55-66-77", &m), VALUE_MAC_DASHED);
	ck_assert_uint_eq(m.hwtype, 1);
	ck_assert_uint_eq(m.addr[0], 0x22);
	ck_assert_int_eq(value_mac("11-22-33-44-55", &m), VALUE_MAC_BAD);
	ck_assert(value_mac_like("11-22-33-44-55"));
	ck_assert(value_mac_like("00-00-00-00-00"));
	ck_assert(value_mac_like("1122.3344.55aa"));
	ck_assert(value_mac_like("1122334455AA"));
	ck_assert(!value_mac_like("11-22-33-44"));
	ck_assert(!value_mac_like("11-22-33-44-55-"));
	ck_assert(!value_mac_like("11-22-33-44-5x"));
	ck_assert(!value_mac_like("11.22.33.44.55.66"));
	ck_assert(!value_mac_like("1122334455A"));
	ck_assert(!value_mac_like("1122334455AAB"));
	ck_assert(!value_mac_like("112.23344.55aa"));
	ck_assert(!value_mac_like("1122.334455aa"));
	ck_assert(!value_mac_like("1122.3344.55a"));
	ck_assert(!value_mac_like(""));
	ck_assert_int_eq(value_mac("6-0:1:2:3:4:5", &m), VALUE_MAC_OK);
	ck_assert_uint_eq(m.hwtype, 6);
	ck_assert_uint_eq(m.len, 6);
	ck_assert_int_eq(value_mac("0006-0:1:2:3:4:5", &m), VALUE_MAC_BAD);
	ck_assert_int_eq(value_mac("06:0:1:2:3:4", &m), VALUE_MAC_OK);
	ck_assert_uint_eq(m.hwtype, 0);
	ck_assert_uint_eq(m.addr[0], 6);
	ck_assert_int_eq(value_mac("112233445566", &m), VALUE_MAC_BAD);
	ck_assert_int_eq(value_mac("11-22-33:44-55-66", &m), VALUE_MAC_BAD);
	ck_assert_int_eq(value_mac("1g-22-33-44-55-66", &m), VALUE_MAC_BAD);
	ck_assert_int_eq(value_mac("dc:a6:32:xx:xx:01", &m), VALUE_MAC_BAD);
	ck_assert_int_eq(value_mac("aa:bb:", &m), VALUE_MAC_BAD);
	ck_assert_int_eq(value_mac("aa::bb", &m), VALUE_MAC_BAD);
	ck_assert_int_eq(
	    value_mac("1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:10", &m), VALUE_MAC_OK);
	ck_assert_int_eq(value_mac("1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:10:11", &m),
	    VALUE_MAC_LONG);
	ck_assert_int_eq(value_mac("aabbccddeeff00112233445566778899:aa", &m),
	    VALUE_MAC_LONG);
}
END_TEST

START_TEST(hex)
{
	uint8_t out[4], wild[4];

	ck_assert_int_eq(value_hex("01:2:ff", out, NULL, 4), 3);
	ck_assert_uint_eq(out[1], 2);
	ck_assert_int_eq(value_hex("0102:03", out, NULL, 4), 3);
	ck_assert_uint_eq(out[1], 2);
	ck_assert_int_eq(value_hex("01:*:03", out, wild, 4), 3);
	ck_assert_uint_eq(wild[1], 1);
	ck_assert_uint_eq(wild[2], 0);
	ck_assert_int_eq(value_hex("01:*:03", out, NULL, 4), -1);
	ck_assert_int_eq(value_hex("012:3", out, NULL, 4), -1);
	ck_assert_int_eq(value_hex("1:2:3:4:5", out, wild, 4), -2);
	ck_assert_int_eq(value_hex("", out, NULL, 4), -1);
	ck_assert_int_eq(value_hex("0a1b:2c", out, wild, 4), 3);
	ck_assert_mem_eq(out, "\x0a\x1b\x2c", 3);
	ck_assert_mem_eq(wild, "\0\0\0", 3);
	ck_assert_int_eq(value_hex("1:2:3:4", out, wild, 4), 4);
	ck_assert_int_eq(value_hex("1:2:3:4x", out, wild, 4), -1);
}
END_TEST

/* Of what is too long only as much as fits is written. */
START_TEST(hex_long)
{
	static const char *const text[] = { "1:2:*:4:5", "0102:0304:05",
		"010203:*:5", "1:2:3:*:*", "0102030405060708" };
	uint8_t out[5], wild[5];
	size_t i;

	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		out[4] = wild[4] = 0x55;
		ck_assert_int_eq(value_hex(text[i], out, wild, 4), -2);
		ck_assert_uint_eq(out[4], 0x55);
		ck_assert_uint_eq(wild[4], 0x55);
		ck_assert_uint_eq(out[0], 1);
		ck_assert_uint_eq(wild[3], i == 2 || i == 3);
	}
}
END_TEST

START_TEST(names)
{
	static const char odd[] = "/:@[`{";
	char label[300];
	size_t i;

	ck_assert(value_is_hostname("pc"));
	ck_assert(value_is_hostname("pc_1-x.example.com"));
	ck_assert(!value_is_hostname("-pc"));
	ck_assert(!value_is_hostname("p c"));
	ck_assert(!value_is_hostname("pc..x"));
	ck_assert(!value_is_hostname(""));
	ck_assert(value_is_domain("example.com."));
	ck_assert(!value_is_domain("."));
	ck_assert(!value_is_domain("a b"));
	ck_assert(!value_is_domain("a\x01"));
	memset(label, 'a', 64);
	label[64] = '\0';
	ck_assert(!value_is_domain(label));
	ck_assert(!value_is_hostname(label));
	label[63] = '\0';
	ck_assert(value_is_domain(label));
	ck_assert(value_is_hostname(label));
	ck_assert(value_is_hostname("0azAZ9"));
	ck_assert(value_is_hostname("9"));
	ck_assert(value_is_hostname("z"));
	ck_assert(value_is_hostname("Z"));
	for (i = 0; odd[i] != '\0'; i++) {
		label[0] = odd[i];
		ck_assert_msg(!value_is_hostname(label), "%s", label);
	}
	ck_assert(value_is_domain("a!"));
	ck_assert(!value_is_domain("a\x7f"));
	ck_assert(!value_is_domain(".a"));
	for (i = 0; i < 254; i++)
		label[i] = i % 50 == 49 ? '.' : 'a';
	label[254] = '\0';
	ck_assert(!value_is_domain(label));
	label[253] = '\0';
	ck_assert(value_is_domain(label));
}
END_TEST

Suite *suite_conf_value(void);

Suite *
suite_conf_value(void)
{
	Suite *s = suite_create("conf_value");
	TCase *t = tcase_create("value");

	tcase_add_test(t, addresses);
	tcase_add_test(t, prefixes);
	tcase_add_test(t, numbers);
	tcase_add_test(t, units);
	tcase_add_test(t, leases);
	tcase_add_test(t, macs);
	tcase_add_test(t, hex);
	tcase_add_test(t, hex_long);
	tcase_add_test(t, names);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_value)
