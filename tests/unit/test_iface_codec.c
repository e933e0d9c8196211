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
	ck_assert_uint_lt(strnlen(i.name, IFNAMSIZ), IFNAMSIZ);
	ck_assert_int_ne(i.name[0], '\0');
	writer_init(&w, out, CODEC_MAX);
	iface_encode(&i, &w);
	ck_assert(writer_ok(&w));
	return (ssize_t)w.len;
}

START_TEST(random_content)
{
	uint8_t buf[IFACE_ENCODED_MAX], n;
	struct iface i, back;
	struct writer w;
	struct reader r;

	srandom((unsigned int)_i);
	memset(&i, 0, sizeof(i));
	codec_string(i.name, sizeof(i.name), 1);
	i.index = codec_random();
	i.mtu = codec_random();
	i.dhcp = random() % 2;
	i.tftp = random() % 2;
	i.naddrs = (uint8_t)codec_below(IFACE_ADDRS_MAX + 1);
	for (n = 0; n < i.naddrs; n++) {
		i.addr[n].addr = codec_random();
		i.addr[n].mask = codec_random();
		i.addr[n].broadcast = codec_random();
	}
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

static bool
accepted(const char *name, uint8_t naddrs)
{
	uint8_t buf[8192], out[CODEC_MAX];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_str(&w, name);
	writer_u32(&w, 2);
	writer_u32(&w, 1500);
	writer_bool(&w, true);
	writer_bool(&w, true);
	writer_u8(&w, naddrs);
	writer_zero(&w, naddrs * 12U);
	return codec_run(recode, buf, w.len, out) != -1;
}

START_TEST(limits)
{
	ck_assert(accepted("br0", 0));
	ck_assert(accepted("fifteen-letters", IFACE_ADDRS_MAX));
	ck_assert(!accepted("sixteen-letters!", 1));
	ck_assert(!accepted("", 1));
	ck_assert(!accepted("br0", IFACE_ADDRS_MAX + 1));
	ck_assert(!accepted("br0", 255));
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
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_iface_codec)
