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
	ck_assert(value_mac_like("1122.3344.55aa"));
	ck_assert(value_mac_like("1122334455AA"));
	ck_assert(!value_mac_like("11-22-33-44"));
	ck_assert(!value_mac_like("11-22-33-44-55-"));
	ck_assert(!value_mac_like("11-22-33-44-5x"));
	ck_assert(!value_mac_like("11.22.33.44.55.66"));
	ck_assert(!value_mac_like("1122334455A"));
	ck_assert(!value_mac_like(""));
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
}
END_TEST

START_TEST(names)
{
	char label[70];

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
	label[63] = '\0';
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
	tcase_add_test(t, numbers);
	tcase_add_test(t, leases);
	tcase_add_test(t, macs);
	tcase_add_test(t, hex);
	tcase_add_test(t, names);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_value)
