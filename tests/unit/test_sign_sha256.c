/* SPDX-License-Identifier: ISC */
/* SHA-256 of content in pieces: a known digest, and libsodium's. */
#include "sign/sha256.h"

#include <sodium.h>
#include <string.h>

#include "tests/unit/sign_case.h"

#define LONG 70001

/* The first example of FIPS 180-2. */
START_TEST(known)
{
	static const uint8_t abc[SIGN_SHA256_BYTES] = { 0xba, 0x78, 0x16, 0xbf,
		0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae,
		0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
		0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };
	uint8_t digest[SIGN_SHA256_BYTES];
	struct sign_sha256 s;

	sign_sha256_begin(&s);
	sign_sha256_add(&s, (const uint8_t *)"a", 1);
	sign_sha256_add(&s, (const uint8_t *)"", 0);
	sign_sha256_add(&s, (const uint8_t *)"bc", 2);
	sign_sha256_end(&s, digest);
	ck_assert_mem_eq(digest, abc, sizeof(abc));
}
END_TEST

/* Pieces of each length from 1 to 130, and every end. */
START_TEST(pieces)
{
	static uint8_t content[LONG];
	uint8_t digest[SIGN_SHA256_BYTES], other[SIGN_SHA256_BYTES];
	struct sign_sha256 s;
	size_t i, at, n, len;

	for (i = 0; i < LONG; i++)
		content[i] = (uint8_t)(i * 2654435761U >> 13);
	for (n = 1; n <= 130; n++) {
		len = LONG - 3 * n;
		sign_sha256_begin(&s);
		for (at = 0; at < len; at += n)
			sign_sha256_add(
			    &s, content + at, len - at < n ? len - at : n);
		sign_sha256_end(&s, digest);
		(void)crypto_hash_sha256(other, content, len);
		ck_assert_mem_eq(digest, other, sizeof(other));
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("sign_sha256");
	TCase *tc = tcase_create("sha256");

	tcase_add_test(tc, known);
	tcase_add_test(tc, pieces);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
