/* SPDX-License-Identifier: ISC */
/* DHCP replies: sizes, overload, the relay's option, and the way back. */
#include "dhcpd/reply.h"
#include "tests/unit/dhcp_case.h"
#include "tests/unit/unit.h"

static struct packet req, back;
static struct reply rp;
static uint8_t out[REPLY_MAX];
static const uint8_t zeros[256];

/* A request, with option 57 unless 0, and so many bytes of option 82. */
static void
request(uint16_t size, size_t agent)
{
	uint8_t two[2] = { (uint8_t)(size >> 8), (uint8_t)size };
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 0x11223344);
	if (size != 0)
		msg_opt(&m, OPT_MAX_SIZE, two, 2);
	if (agent > 0)
		msg_opt(&m, OPT_AGENT, zeros, agent);
	ck_assert_int_eq(packet_parse(&req, m.buf, m.w.len), PACKET_OK);
}

static size_t
finish(void)
{
	size_t n = reply_finish(&rp, out);

	ck_assert(reply_parse(&back, out, n));
	return n;
}

START_TEST(requested_size)
{
	static const struct {
		uint16_t asked;
		uint32_t mtu;
		size_t want;
	} t[] = {
		{ 0, 1500, 548 },
		{ 1, 1500, 548 },
		{ 28, 1500, 548 },
		{ 300, 1500, 548 },
		{ 575, 1500, 548 },
		{ 576, 1500, 548 },
		{ 577, 1500, 549 },
		{ 1260, 1500, 1232 },
		{ 1500, 1500, 1472 },
		{ 1501, 1500, 1472 },
		{ 65535, 1500, 1472 },
		{ 65535, 9000, 1472 },
		{ 65535, 1400, 1372 },
		{ 65535, 100, 1472 }, /* no MTU that DHCP could use */
		{ 65535, 0, 1472 },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		request(t[i].asked, 0);
		ck_assert_uint_eq(reply_size(&req, t[i].mtu), t[i].want);
	}
}
END_TEST

START_TEST(smallest)
{
	request(0, 0);
	reply_init(&rp, &req, REPLY_DEFAULT, false);
	rp.yiaddr = IP(10, 0, 0, 9);
	ck_assert(reply_put_u8(&rp, OPT_TYPE, PACKET_OFFER));
	ck_assert_uint_eq(finish(), REPLY_MIN);
	ck_assert_uint_eq(out[3], 0); /* hops */
	ck_assert_uint_eq(back.xid, 0x11223344);
	ck_assert_uint_eq(back.yiaddr, IP(10, 0, 0, 9));
	ck_assert_uint_eq(back.type, PACKET_OFFER);
	ck_assert_mem_eq(back.hw, req.hw, PACKET_HW_MAX);
}
END_TEST

/* Puts options of 50 bytes until one is left out; returns how many fit. */
static int
fill(void)
{
	int n = 0;

	while (reply_put(&rp, OPT_DOMAIN, zeros, 50))
		n++;
	return n;
}

START_TEST(overflow)
{
	size_t len;

	/* Allowed: first the file field, then sname, then no more. */
	request(0, 0);
	reply_init(&rp, &req, REPLY_DEFAULT, true);
	ck_assert_int_eq(fill(), (548 - 240 - 4) / 52 + 127 / 52 + 63 / 52);
	ck_assert_uint_eq(rp.nomitted, 1);
	ck_assert_uint_eq(rp.omitted[0], OPT_DOMAIN);
	ck_assert_uint_le(finish(), REPLY_DEFAULT);
	(void)packet_option(&back, OPT_DOMAIN, &len);
	ck_assert_uint_eq(len, 50 * 8);
	(void)packet_option(&back, OPT_OVERLOAD, &len);
	ck_assert_uint_eq(len, 1);

	reply_init(&rp, &req, REPLY_DEFAULT, false);
	ck_assert_int_eq(fill(), (548 - 240 - 1) / 52);
	(void)finish();
	ck_assert(!packet_has(&back, OPT_OVERLOAD));
}
END_TEST

START_TEST(overflow_named)
{
	static const uint8_t want = 2;
	size_t len;

	/* A field that holds a name holds no options. */
	request(0, 0);
	reply_init(&rp, &req, REPLY_DEFAULT, true);
	memcpy(rp.file, "pxelinux.0", 11);
	ck_assert_int_eq(fill(), (548 - 240 - 4) / 52 + 63 / 52);
	(void)finish();
	ck_assert_str_eq((const char *)back.file, "pxelinux.0");
	ck_assert_uint_eq(*packet_option(&back, OPT_OVERLOAD, &len), want);
}
END_TEST

START_TEST(agent_last)
{
	size_t n, end;

	request(0, 40);
	reply_init(&rp, &req, REPLY_DEFAULT, true);
	(void)fill();
	n = finish();
	ck_assert_uint_le(n, REPLY_DEFAULT);
	ck_assert_uint_eq(back.len[OPT_AGENT], 40);
	for (end = n - 1; out[end] != OPT_END; end--)
		continue;
	ck_assert_uint_eq(out[end - 42], OPT_AGENT);
	ck_assert_uint_eq(out[end - 41], 40);
}
END_TEST

/*
 * Option 82 of any length comes back whole, at the end of the message, beside
 * the options that a reply must have (RFC 3046 2.2).
 */
START_TEST(agent_any_length)
{
	size_t agent, n, end;

	for (agent = 1; agent <= 255; agent++) {
		request(0, agent);
		reply_init(&rp, &req, REPLY_DEFAULT, agent % 2 == 0);
		ck_assert(reply_put_u8(&rp, OPT_TYPE, PACKET_OFFER));
		ck_assert(reply_put_u32(&rp, OPT_SERVER_ID, 1));
		ck_assert(reply_put_u32(&rp, OPT_LEASE_TIME, 1));
		ck_assert_uint_eq(rp.nomitted, 0);
		(void)fill();
		n = finish();
		ck_assert_uint_le(n, REPLY_DEFAULT);
		ck_assert_uint_eq(back.len[OPT_AGENT], agent);
		for (end = n - 1; out[end] != OPT_END; end--)
			continue;
		ck_assert_uint_eq(out[end - agent - 2], OPT_AGENT);
	}
}
END_TEST

/* One that would leave no room for the reply does not come back. */
START_TEST(agent_too_long)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_AGENT, zeros, 200);
	msg_opt(&m, OPT_AGENT, zeros, 200); /* in two pieces (RFC 3396) */
	ck_assert_int_eq(packet_parse(&req, m.buf, m.w.len), PACKET_OK);
	reply_init(&rp, &req, REPLY_DEFAULT, false);
	ck_assert_uint_eq(rp.nomitted, 1);
	ck_assert_uint_eq(rp.omitted[0], OPT_AGENT);
	(void)finish();
	ck_assert(!packet_has(&back, OPT_AGENT));
	reply_init(&rp, &req, 1472, false);
	(void)finish();
	ck_assert_uint_eq(back.len[OPT_AGENT], 400);
}
END_TEST

START_TEST(long_option)
{
	uint8_t data[600];
	size_t len, i;
	const uint8_t *opt;

	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	request(1500, 0);
	reply_init(&rp, &req, 1472, false);
	ck_assert(reply_put(&rp, 119, data, sizeof(data)));
	(void)finish();
	opt = packet_option(&back, 119, &len);
	ck_assert_uint_eq(len, sizeof(data));
	ck_assert_mem_eq(opt, data, len);
}
END_TEST

START_TEST(strings)
{
	static char name[PACKET_FILE + 1];

	memset(name, 'a', sizeof(name) - 1);
	request(0, 0);
	reply_init(&rp, &req, REPLY_DEFAULT, false);
	reply_put_file(&rp, name);
	ck_assert(reply_put_u32(&rp, OPT_LEASE_TIME, 0x01020304));
	(void)finish();
	/* Too long for the header, and with its NUL. */
	ck_assert_uint_eq(back.len[OPT_FILE], sizeof(name));
	ck_assert_mem_eq(back.data + back.off[OPT_FILE], name, sizeof(name));
	ck_assert_uint_eq(back.file[0], 0);
	ck_assert_mem_eq(back.data + back.off[OPT_LEASE_TIME], "\1\2\3\4", 4);
}
END_TEST

START_TEST(bare_bootp)
{
	struct dhcp_msg m;

	/* A client that sends no cookie gets options nevertheless. */
	msg_begin(&m, 0, 1, 1);
	ck_assert_int_eq(packet_parse(&req, m.buf, PACKET_HEADER), PACKET_OK);
	reply_init(&rp, &req, REPLY_MIN, false);
	ck_assert(reply_put_u32(&rp, OPT_MASK, 0xffffff00));
	ck_assert_uint_eq(finish(), REPLY_MIN);
	ck_assert(packet_has(&back, OPT_MASK));
}
END_TEST

/* Whatever is put, the message is well formed and within its size. */
START_TEST(any_mix)
{
	static const size_t sizes[] = { 300, 548, 549, 700, 1472 };
	size_t round, i, max;

	srandom(1);
	for (round = 0; round < 20000; round++) {
		max = sizes[random() % 5];
		request((uint16_t)(random() % 2000), (size_t)random() % 256);
		reply_init(&rp, &req, max, random() % 2 == 0);
		if (random() % 2 == 0)
			rp.file[0] = 'x';
		for (i = (size_t)random() % 40; i > 0; i--)
			(void)reply_put(&rp, (uint8_t)(1 + random() % 51),
			    zeros, (size_t)random() % 256);
		ck_assert_uint_le(finish(), max);
	}
}
END_TEST

Suite *suite_dhcp_reply(void);

Suite *
suite_dhcp_reply(void)
{
	Suite *s = suite_create("dhcp_reply");
	TCase *t = tcase_create("reply");

	tcase_add_test(t, requested_size);
	tcase_add_test(t, smallest);
	tcase_add_test(t, overflow);
	tcase_add_test(t, overflow_named);
	tcase_add_test(t, agent_last);
	tcase_add_test(t, agent_any_length);
	tcase_add_test(t, agent_too_long);
	tcase_add_test(t, long_option);
	tcase_add_test(t, strings);
	tcase_add_test(t, bare_bootp);
	tcase_add_test(t, any_mix);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_reply)
