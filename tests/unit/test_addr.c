/* SPDX-License-Identifier: ISC */
/* Addresses of both families: order, text, messages. */
#include "daemon/addr.h"
#include "tests/unit/codec.h"

Suite *suite_addr(void);

static struct addr
addr_of(const char *text)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, text), 0);
	return a;
}

static ssize_t
recode(const uint8_t *in, size_t n, uint8_t *out)
{
	struct reader r;
	struct writer w;
	struct addr a;

	reader_init(&r, in, n);
	addr_decode(&r, &a);
	if (!reader_done(&r))
		return -1;
	ck_assert(a.family == 4 || a.family == 6);
	writer_init(&w, out, CODEC_MAX);
	addr_encode(&a, &w);
	ck_assert(writer_ok(&w));
	return (ssize_t)w.len;
}

static void
random_addr(struct addr *a)
{
	memset(a, 0, sizeof(*a));
	a->family = random() % 2 ? 4 : 6;
	codec_bytes(a->bytes, addr_family_len(a->family));
}

START_TEST(random_content)
{
	uint8_t buf[ADDR_ENCODED_MAX];
	char text[ADDR_TEXT];
	struct addr a, back;
	struct writer w;
	struct reader r;

	srandom((unsigned int)_i);
	random_addr(&a);
	writer_init(&w, buf, sizeof(buf));
	addr_encode(&a, &w);
	ck_assert(writer_ok(&w));
	ck_assert_uint_eq(
	    w.len, a.family == 4 ? ADDR_ENCODED_MIN : ADDR_ENCODED_MAX);
	reader_init(&r, buf, w.len);
	addr_decode(&r, &back);
	ck_assert(reader_done(&r));
	ck_assert_mem_eq(&back, &a, sizeof(a));
	codec_torture(recode, buf, w.len);
	ck_assert_int_eq(addr_parse(&back, addr_text(&a, text)), 0);
	ck_assert_mem_eq(&back, &a, sizeof(a));
}
END_TEST

START_TEST(other_families)
{
	static const uint8_t bytes[ADDR_BYTES] = { 10, 0, 0, 1 };
	uint8_t buf[ADDR_ENCODED_MAX], out[CODEC_MAX];
	char text[ADDR_TEXT];
	struct writer w;
	struct addr a;
	int family;

	for (family = 0; family < 256; family++) {
		memcpy(buf + 1, bytes, sizeof(bytes));
		buf[0] = (uint8_t)family;
		ck_assert(
		    (codec_run(recode, buf, 5, out) != -1) == (family == 4));
		ck_assert(
		    (codec_run(recode, buf, 17, out) != -1) == (family == 6));
		if (family == 4 || family == 6)
			continue;
		a = (struct addr){ .family = (uint8_t)family };
		ck_assert_str_eq(addr_text(&a, text), "?");
		ck_assert_uint_eq(addr_family_len(a.family), 0);
		writer_init(&w, buf, sizeof(buf));
		addr_encode(&a, &w);
		ck_assert(!writer_ok(&w));
		a = addr_from_bytes((uint8_t)family, bytes, 4);
		ck_assert_uint_eq(a.family, 0);
	}
	a = addr_from_bytes(4, bytes, 16);
	ck_assert_uint_eq(a.family, 0);
	a = addr_from_bytes(6, bytes, 4);
	ck_assert_uint_eq(a.family, 0);
}
END_TEST

START_TEST(host_order)
{
	uint32_t host;
	struct addr a = addr_from_ip4(0xc0a80132);

	ck_assert_mem_eq(&a, "\4\300\250\1\62\0\0\0\0\0\0\0\0\0\0\0\0", 17);
	ck_assert(addr_to_ip4(&a, &host));
	ck_assert_uint_eq(host, 0xc0a80132);
	a = addr_of("::c0a8:132");
	ck_assert(!addr_to_ip4(&a, &host));
	ck_assert_uint_eq(host, 0);
}
END_TEST

/* By family, and within it as a person would sort them. */
START_TEST(order)
{
	static const char *const texts[] = { "0.0.0.0", "9.255.255.255",
		"10.0.0.0", "10.0.0.255", "192.168.1.50", "255.255.255.255",
		"::", "::1", "2001:db8::ff", "2001:db8::100", "fe80::1" };
	const size_t n = sizeof(texts) / sizeof(texts[0]);
	struct addr a, b, none = { .family = 0 };
	size_t i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++) {
			a = addr_of(texts[i]);
			b = addr_of(texts[j]);
			ck_assert_int_eq(addr_compare(&a, &b) < 0, i < j);
			ck_assert_int_eq(addr_compare(&a, &b) == 0, i == j);
			ck_assert_int_lt(addr_compare(&none, &a), 0);
			ck_assert(
			    addr_is_any(&a) == (i == 0 || texts[i][2] == 0));
		}
	ck_assert(addr_is_any(&none));
	ck_assert_int_eq(addr_compare(&none, &none), 0);
}
END_TEST

START_TEST(texts)
{
	static const char *const bad[] = { "", "1.2.3", "1.2.3.4.5", " 1.2.3.4",
		"1.2.3.4 ", "1.2.3.256", "01.2.3.4", "x", ":", ":::", "1::2::3",
		"fe80::1%eth0", "[::1]", "::g" };
	char text[ADDR_TEXT];
	struct addr a;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(addr_parse(&a, bad[i]) == -1, "%s", bad[i]);
		ck_assert_uint_eq(a.family, 0);
	}
	a = addr_of("2001:0DB8:0:0::0050");
	ck_assert_str_eq(addr_text(&a, text), "2001:db8::50");
	a = addr_of("::ffff:255.255.255.255");
	ck_assert_str_eq(addr_text(&a, text), "::ffff:255.255.255.255");
	memset(a.bytes, 0xff, sizeof(a.bytes));
	ck_assert_uint_eq(strlen(addr_text(&a, text)), 39);
}
END_TEST

START_TEST(ip4_texts)
{
	char dst[16];

	ck_assert_str_eq(ip4_text(0, dst), "0.0.0.0");
	ck_assert_str_eq(ip4_text(0xc0a80132, dst), "192.168.1.50");
	ck_assert_str_eq(ip4_text(0xffffffff, dst), "255.255.255.255");
}
END_TEST

/* Bit by bit, as one would say what a network is. */
START_TEST(networks)
{
	size_t prefix, i, bits;
	struct addr a, net, near;
	bool any = false;

	srandom((unsigned int)_i);
	random_addr(&a);
	bits = addr_family_len(a.family) * 8;
	prefix = codec_below((uint32_t)bits + 1);
	net = a;
	for (i = prefix; i < bits; i++)
		any = any || (a.bytes[i / 8] & 0x80 >> i % 8) != 0;
	ck_assert(addr_clear_host(&net, prefix) == any);
	ck_assert(!addr_clear_host(&net, prefix));
	ck_assert(addr_in_net(&a, &net, prefix));
	for (i = 0; i < bits; i++) {
		near = a;
		near.bytes[i / 8] ^= (uint8_t)(0x80 >> i % 8);
		ck_assert(addr_in_net(&near, &net, prefix) == (i >= prefix));
	}
	near = a;
	near.family = a.family == 4 ? 6 : 4;
	ck_assert(!addr_in_net(&near, &net, prefix));
	near = a;
	ck_assert(!addr_clear_host(&near, bits + 1));
	ck_assert_int_eq(addr_compare(&near, &a), 0);
}
END_TEST

START_TEST(ipv4_in_the_form_of_ipv6)
{
	struct addr a = addr_of("::ffff:192.0.2.1");

	ck_assert(addr_is_mapped(&a));
	a = addr_of("::192.0.2.1");
	ck_assert(!addr_is_mapped(&a));
	a = addr_of("::1:ffff:192.0.2.1");
	ck_assert(!addr_is_mapped(&a));
	a = addr_of("0.0.0.0");
	ck_assert(!addr_is_mapped(&a));
}
END_TEST

START_TEST(unicast)
{
	static const struct {
		const char *text;
		bool want;
	} t[] = { { "0.0.0.0", false }, { "10.0.0.1", true },
		{ "223.255.255.255", true }, { "224.0.0.1", false },
		{ "239.255.255.255", false }, { "240.0.0.1", true },
		{ "255.255.255.254", true }, { "255.255.255.255", false },
		{ "::", false }, { "::1", true }, { "fe80::1", true },
		{ "feff::1", true }, { "ff02::1", false } };
	struct addr a;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		a = addr_of(t[i].text);
		ck_assert_msg(
		    addr_is_unicast(&a) == t[i].want, "%s", t[i].text);
	}
	a = (struct addr){ .family = 0 };
	ck_assert(!addr_is_unicast(&a));
}
END_TEST

START_TEST(optional)
{
	struct addr none = { .family = 0 }, a = addr_of("10.0.0.1"), back;
	uint8_t buf[ADDR_ENCODED_MAX];
	struct writer w;
	struct reader r;

	writer_init(&w, buf, sizeof(buf));
	addr_encode_optional(&none, &w);
	addr_encode_optional(&a, &w);
	ck_assert(writer_ok(&w));
	ck_assert_uint_eq(w.len, 1 + ADDR_ENCODED_MIN);
	reader_init(&r, buf, w.len);
	addr_decode_optional(&r, &back);
	ck_assert_int_eq(addr_compare(&back, &none), 0);
	addr_decode_optional(&r, &back);
	ck_assert_int_eq(addr_compare(&back, &a), 0);
	ck_assert(reader_done(&r));
	buf[0] = 5;
	reader_init(&r, buf, w.len);
	addr_decode_optional(&r, &back);
	ck_assert(!reader_ok(&r));
}
END_TEST

Suite *
suite_addr(void)
{
	Suite *s = suite_create("addr");
	TCase *tc = tcase_create("addr");

	tcase_add_loop_test(tc, random_content, 0, 200);
	tcase_add_test(tc, other_families);
	tcase_add_test(tc, host_order);
	tcase_add_test(tc, order);
	tcase_add_loop_test(tc, networks, 0, 200);
	tcase_add_test(tc, ipv4_in_the_form_of_ipv6);
	tcase_add_test(tc, unicast);
	tcase_add_test(tc, optional);
	tcase_add_test(tc, texts);
	tcase_add_test(tc, ip4_texts);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_addr)
