/* SPDX-License-Identifier: ISC */
/* Leases on their way between dhcpd and leased. */
#include "daemon/lease.h"
#include "daemon/msg.h"
#include "tests/unit/codec.h"

static ssize_t
recode(const uint8_t *in, size_t n, uint8_t *out)
{
	struct lease l;
	struct reader r;
	struct writer w;

	reader_init(&r, in, n);
	lease_decode(&r, &l);
	if (!reader_done(&r))
		return -1;
	ck_assert_uint_lt(l.state, LEASE_STATE_MAX);
	ck_assert(!addr_is_any(&l.addr));
	ck_assert_uint_le(l.hwlen, LEASE_HW_MAX);
	ck_assert_uint_le(l.idlen, LEASE_ID_MAX);
	ck_assert_uint_lt(strnlen(l.name, LEASE_NAME_MAX), LEASE_NAME_MAX);
	writer_init(&w, out, CODEC_MAX);
	lease_encode(&l, &w);
	ck_assert(writer_ok(&w));
	return (ssize_t)w.len;
}

static void
random_lease(struct lease *l)
{
	memset(l, 0, sizeof(*l));
	l->state = (uint8_t)codec_below(LEASE_STATE_MAX);
	l->addr.family = random() % 2 ? 4 : 6;
	codec_bytes(l->addr.bytes, addr_family_len(l->addr.family));
	l->addr.bytes[0] |= 1;
	l->hwtype = (uint8_t)random();
	l->hwlen = (uint8_t)codec_below(LEASE_HW_MAX + 1);
	codec_bytes(l->hw, l->hwlen);
	l->idlen = (uint16_t)codec_below(LEASE_ID_MAX + 1);
	codec_bytes(l->id, l->idlen);
	codec_string(l->name, sizeof(l->name), 0);
	if (random() % 2) {
		l->relay.family = l->addr.family;
		codec_bytes(l->relay.bytes, addr_family_len(l->relay.family));
	}
	l->start_s = (uint64_t)codec_random() << 32 | codec_random();
	l->expiry_s =
	    random() % 4 ? LEASE_NEVER : (uint64_t)codec_random() << 8;
}

START_TEST(random_content)
{
	uint8_t buf[LEASE_ENCODED_MAX];
	struct lease l, back;
	struct writer w;
	struct reader r;

	srandom((unsigned int)_i);
	random_lease(&l);
	writer_init(&w, buf, sizeof(buf));
	lease_encode(&l, &w);
	ck_assert(writer_ok(&w));
	reader_init(&r, buf, w.len);
	lease_decode(&r, &back);
	ck_assert(reader_done(&r));
	ck_assert_mem_eq(&back, &l, sizeof(l));
	codec_torture(recode, buf, w.len);
}
END_TEST

START_TEST(largest_fits)
{
	uint8_t buf[LEASE_ENCODED_MAX];
	struct lease l = { .addr = { 6, { 0x20, 1 } },
		.hwlen = LEASE_HW_MAX,
		.idlen = LEASE_ID_MAX,
		.expiry_s = LEASE_NEVER,
		.relay = { 6, { 0x20, 1 } } };
	struct writer w;

	memset(l.name, 'n', LEASE_NAME_MAX - 1);
	writer_init(&w, buf, sizeof(buf));
	lease_encode(&l, &w);
	ck_assert(writer_ok(&w));
	ck_assert_uint_le(w.len, msg_spec(MSG_LEASE_PUT)->max);
}
END_TEST

static bool
accepted(uint8_t state, const char *addr, uint16_t hwlen, uint16_t idlen,
    uint16_t namelen)
{
	static uint8_t fill[512];
	uint8_t buf[2048], out[CODEC_MAX];
	struct writer w;
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, addr), 0);
	memset(fill, 'x', sizeof(fill));
	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, state);
	addr_encode(&a, &w);
	writer_u8(&w, 1);
	writer_blob(&w, fill, hwlen);
	writer_blob(&w, fill, idlen);
	writer_blob(&w, fill, namelen);
	writer_u64(&w, 1);
	writer_u64(&w, 2);
	writer_u8(&w, 0); /* no relay */
	return codec_run(recode, buf, w.len, out) != -1;
}

START_TEST(limits)
{
	static const char *const addrs[] = { "0.0.0.1", "::1" };
	const char *a = addrs[_i];

	ck_assert(accepted(LEASE_DECLINED, a, 16, 255, 255));
	ck_assert(accepted(LEASE_BOUND, a, 0, 0, 0));
	ck_assert(!accepted(LEASE_STATE_MAX, a, 16, 255, 255));
	ck_assert(!accepted(255, a, 16, 255, 255));
	ck_assert(!accepted(0, _i == 0 ? "0.0.0.0" : "::", 16, 255, 255));
	ck_assert(!accepted(0, a, 17, 255, 255));
	ck_assert(!accepted(0, a, 16, 256, 255));
	ck_assert(!accepted(0, a, 16, 255, 256));
}
END_TEST

Suite *suite_lease_codec(void);

Suite *
suite_lease_codec(void)
{
	Suite *s = suite_create("lease_codec");
	TCase *tc = tcase_create("lease");

	tcase_add_loop_test(tc, random_content, 0, 100);
	tcase_add_test(tc, largest_fits);
	tcase_add_loop_test(tc, limits, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_lease_codec)
