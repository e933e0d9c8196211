/* SPDX-License-Identifier: ISC */
/* What httpd and keyd say to each other. */
#include <string.h>

#include "daemon/buf.h"
#include "daemon/handshake.h"
#include "tests/unit/codec.h"

static ssize_t
recode_ask(const uint8_t *in, size_t n, uint8_t *out)
{
	struct reader r;
	struct writer w;
	struct sign_ask a;

	reader_init(&r, in, n);
	if (sign_ask_decode(&r, &a) == -1)
		return -1;
	writer_init(&w, out, CODEC_MAX);
	sign_ask_encode(&a, &w);
	ck_assert(writer_ok(&w));
	ck_assert_uint_ge(w.len, SIGN_ASK_MIN);
	ck_assert_uint_le(w.len, SIGN_ASK_MAX);
	return (ssize_t)w.len;
}

static ssize_t
recode_give(const uint8_t *in, size_t n, uint8_t *out)
{
	struct reader r;
	struct writer w;
	struct sign_give g;

	reader_init(&r, in, n);
	if (sign_give_decode(&r, &g) == -1)
		return -1;
	writer_init(&w, out, CODEC_MAX);
	sign_give_encode(&g, &w);
	ck_assert(writer_ok(&w));
	ck_assert_uint_le(w.len, SIGN_GIVE_MAX);
	return (ssize_t)w.len;
}

static ssize_t
asked(uint8_t kind, uint8_t hashlen, size_t less)
{
	static uint8_t buf[CODEC_MAX], out[CODEC_MAX];
	struct sign_ask a = { .kind = kind, .hashlen = hashlen };
	struct writer w;
	ssize_t n;

	codec_bytes(a.key, sizeof(a.key));
	codec_bytes(a.hash, sizeof(a.hash));
	writer_init(&w, buf, sizeof(buf));
	sign_ask_encode(&a, &w);
	n = recode_ask(buf, w.len - less, out);
	if (n != -1)
		ck_assert_mem_eq(buf, out, w.len);
	return n;
}

START_TEST(questions)
{
	ck_assert_int_eq(asked(HANDSHAKE_RSA_PKCS1, 32, 0), SIGN_ASK_MIN);
	ck_assert_int_eq(asked(HANDSHAKE_RSA_PSS, 48, 0), SIGN_ASK_MIN + 16);
	ck_assert_int_eq(asked(HANDSHAKE_ECDSA, 64, 0), SIGN_ASK_MAX);
	ck_assert_int_eq(asked(HANDSHAKE_KIND_MAX, 32, 0), -1);
	ck_assert_int_eq(asked(HANDSHAKE_ECDSA, 0, 0), -1);
	ck_assert_int_eq(asked(HANDSHAKE_ECDSA, 31, 0), -1);
	ck_assert_int_eq(asked(HANDSHAKE_ECDSA, 40, 0), -1);
	ck_assert_int_eq(asked(HANDSHAKE_ECDSA, 32, 1), -1);
}
END_TEST

static ssize_t
given(uint8_t status, uint16_t siglen)
{
	static uint8_t buf[CODEC_MAX], out[CODEC_MAX];
	static struct sign_give g;
	struct writer w;
	ssize_t n;

	g.status = status;
	g.siglen = siglen;
	codec_bytes(g.sig, sizeof(g.sig));
	writer_init(&w, buf, sizeof(buf));
	sign_give_encode(&g, &w);
	n = recode_give(buf, w.len, out);
	if (n != -1)
		ck_assert_mem_eq(buf, out, w.len);
	return n;
}

START_TEST(answers)
{
	int status;

	ck_assert_int_eq(given(SIGN_OK, 1), 4);
	ck_assert_int_eq(
	    given(SIGN_OK, HANDSHAKE_SIGNATURE_MAX), SIGN_GIVE_MAX);
	ck_assert_int_eq(given(SIGN_OK, 0), -1);
	ck_assert_int_eq(given(SIGN_BUSY, 1), -1);
	ck_assert_int_eq(given(SIGN_STATUS_MAX, 0), -1);
	for (status = SIGN_OK + 1; status < SIGN_STATUS_MAX; status++) {
		ck_assert_int_eq(given((uint8_t)status, 0), 3);
		ck_assert_str_ne(
		    sign_status_text((enum sign_status)status), "?");
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("tls_handshake");
	TCase *tc = tcase_create("codec");

	tcase_add_test(tc, questions);
	tcase_add_test(tc, answers);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
