/* SPDX-License-Identifier: ISC */
/* Interface descriptions on their way to dhcpd and tftpd. */
#include "daemon/iface.h"
#include "daemon/msg.h"
#include "tests/unit/codec.h"

static ssize_t
recode(const uint8_t *in, size_t n, uint8_t *out)
{
	struct iface i;
	struct reader r;
	struct writer w;

	reader_init(&r, in, n);
	iface_decode(&r, &i);
	if (!reader_done(&r))
		return -1;
	ck_assert_uint_le(i.naddrs, IFACE_ADDRS_MAX);
	ck_assert_uint_le(i.naddrs6, IFACE_ADDRS6_MAX);
	ck_assert((i.root == IFACE_NO_ROOT) == !(i.tftp || i.http));
	ck_assert(!(i.tftp || i.http) || i.root <= RECORD_TFTP_ROOTS_MAX);
	ck_assert_uint_lt(strnlen(i.name, IFNAMSIZ), IFNAMSIZ);
	ck_assert_int_ne(i.name[0], '\0');
	writer_init(&w, out, CODEC_MAX);
	iface_encode(&i, &w);
	ck_assert(writer_ok(&w));
	return (ssize_t)w.len;
}

static void
random_iface(struct iface *i)
{
	uint8_t n;

	memset(i, 0, sizeof(*i));
	codec_string(i->name, sizeof(i->name), 1);
	i->index = codec_random();
	i->mtu = codec_random();
	i->dhcp = random() % 2;
	i->tftp = random() % 2;
	i->http = random() % 2;
	i->root = i->tftp || i->http
		      ? (uint8_t)codec_below(RECORD_TFTP_ROOTS_MAX + 1)
		      : IFACE_NO_ROOT;
	i->naddrs = (uint8_t)codec_below(IFACE_ADDRS_MAX + 1);
	for (n = 0; n < i->naddrs; n++) {
		i->addr[n].addr = codec_random();
		i->addr[n].mask = codec_random();
		i->addr[n].broadcast = codec_random();
	}
	i->naddrs6 = (uint8_t)codec_below(IFACE_ADDRS6_MAX + 1);
	for (n = 0; n < i->naddrs6; n++) {
		uint32_t part = codec_random();

		memcpy(i->addr6[n].addr + 4 * (n % 4), &part, sizeof(part));
		i->addr6[n].prefix = (uint8_t)codec_below(129);
	}
}

START_TEST(random_content)
{
	uint8_t buf[IFACE_ENCODED_MAX];
	struct iface i, back;
	struct writer w;
	struct reader r;

	srandom((unsigned int)_i);
	random_iface(&i);
	writer_init(&w, buf, sizeof(buf));
	iface_encode(&i, &w);
	ck_assert(writer_ok(&w));
	ck_assert_uint_le(w.len, msg_spec(MSG_CONF_IFACE)->max);
	reader_init(&r, buf, w.len);
	iface_decode(&r, &back);
	ck_assert(reader_done(&r));
	ck_assert_mem_eq(&back, &i, sizeof(i));
	codec_torture(recode, buf, w.len);
}
END_TEST

struct given {
	const char *name;
	bool tftp;
	bool http;
	uint8_t root;
	uint8_t naddrs;
	uint8_t naddrs6;
	uint8_t prefix;
};

static bool
accepted(const struct given *g)
{
	uint8_t buf[8192], out[CODEC_MAX], n;
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_str(&w, g->name);
	writer_u32(&w, 2);
	writer_u32(&w, 1500);
	writer_bool(&w, true);
	writer_bool(&w, g->tftp);
	writer_bool(&w, g->http);
	writer_u8(&w, g->root);
	writer_u8(&w, g->naddrs);
	writer_zero(&w, g->naddrs * 12U);
	writer_u8(&w, g->naddrs6);
	for (n = 0; n < g->naddrs6; n++) {
		writer_zero(&w, 16);
		writer_u8(&w, g->prefix);
	}
	ck_assert(writer_ok(&w));
	return codec_run(recode, buf, w.len, out) != -1;
}

START_TEST(limits)
{
	static const struct {
		struct given given;
		bool want;
	} t[] = {
		{ { "br0", true, false, 0, 0, 0, 0 }, true },
		{ { "fifteen-letters", true, false, 15, IFACE_ADDRS_MAX,
		      IFACE_ADDRS6_MAX, 128 },
		    true },
		{ { "br0", false, false, IFACE_NO_ROOT, 1, 1, 64 }, true },
		{ { "sixteen-letters!", true, false, 0, 1, 0, 0 }, false },
		{ { "", true, false, 0, 1, 0, 0 }, false },
		{ { "br0", true, false, 0, IFACE_ADDRS_MAX + 1, 0, 0 }, false },
		{ { "br0", true, false, 0, 255, 0, 0 }, false },
		{ { "br0", true, false, 0, 0, IFACE_ADDRS6_MAX + 1, 0 },
		    false },
		{ { "br0", true, false, 0, 0, 255, 0 }, false },
		{ { "br0", true, false, 0, 1, 1, 129 }, false },
		{ { "br0", true, false, 16, 1, 0, 0 }, false },
		{ { "br0", true, false, IFACE_NO_ROOT, 1, 0, 0 }, false },
		{ { "br0", false, false, 0, 1, 0, 0 }, false },
		{ { "br0", false, true, 0, 1, 0, 0 }, true },
		{ { "br0", true, true, 15, 1, 0, 0 }, true },
		{ { "br0", false, true, 16, 1, 0, 0 }, false },
		{ { "br0", false, true, IFACE_NO_ROOT, 1, 0, 0 }, false },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(
		    accepted(&t[i].given) == t[i].want, "case %zu", i);
}
END_TEST

START_TEST(addresses)
{
	static const uint8_t yes[16] = { 0xfe, 0x80, [15] = 1 };
	static const uint8_t no[16] = { 0xfe, 0x80, [15] = 2 };
	struct iface i = { .naddrs = 2, .naddrs6 = 2 };

	i.addr[1].addr = 0xc0a80101;
	memcpy(i.addr6[1].addr, yes, sizeof(yes));
	ck_assert(iface_has4(&i, 0xc0a80101) && iface_has6(&i, yes));
	ck_assert(!iface_has4(&i, 0xc0a80102) && !iface_has6(&i, no));
	i.naddrs = i.naddrs6 = 1;
	ck_assert(!iface_has4(&i, 0xc0a80101) && !iface_has6(&i, yes));
}
END_TEST

Suite *suite_iface_codec(void);

Suite *
suite_iface_codec(void)
{
	Suite *s = suite_create("iface_codec");
	TCase *tc = tcase_create("iface");

	tcase_add_loop_test(tc, random_content, 0, 100);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, addresses);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_iface_codec)
