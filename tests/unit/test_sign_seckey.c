/* SPDX-License-Identifier: ISC */
/* Secret keys: minisign's, our own, with and without a password. */
#include "sign/seckey.h"

#include <string.h>

#include "tests/unit/sign_case.h"

/* Of minisign -G -W; its public key is minisign_key. */
static const char minisign_secret[] =
    "untrusted comment: minisign encrypted secret key\n"
    "RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAJ8WIUJF7CiRq0anre2HPDmwv48PgWPzg8ZKV0EnVo0NzH8vo"
    "B7Aoq1cg8+uOotq4Lcs4YA2PgStSkyDfI3WmqNOdqd0ABc3KAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

/* Little memory, so that the tests take no seconds. */
#define MEMORY ((size_t)16 << 20)

static enum sign_reason
open_text(struct sign_seckey *k, const char *text, const char *password)
{
	struct sign_seckey_file f;
	enum sign_reason r;

	if ((r = sign_seckey_parse(&f, text, strlen(text))) != SIGN_OK)
		return r;
	return sign_seckey_open(
	    k, &f, password, password == NULL ? 0 : strlen(password));
}

START_TEST(of_minisign)
{
	struct sign_pubkey want, got;
	struct sign_seckey k;

	ck_assert_int_eq(open_text(&k, minisign_secret, NULL), SIGN_OK);
	sign_seckey_public(&k, &got);
	ck_assert_int_eq(
	    sign_pubkey_parse(&want, minisign_key, strlen(minisign_key)),
	    SIGN_OK);
	ck_assert(memcmp(got.id, want.id, sizeof(got.id)) == 0);
	ck_assert(memcmp(got.key, want.key, sizeof(got.key)) == 0);
	/* Without a password the texts are the same. */
	{
		char secret[SIGN_SECKEY_TEXT], public[SIGN_PUBKEY_TEXT];

		ck_assert_int_eq(sign_seckey_write(secret, &k, NULL, 0, 0), 0);
		ck_assert_str_eq(secret, minisign_secret);
		sign_pubkey_write(public, &got);
		ck_assert_str_eq(public, minisign_key);
	}
}
END_TEST

START_TEST(with_password)
{
	char text[SIGN_SECKEY_TEXT], again[SIGN_SECKEY_TEXT];
	struct sign_seckey k, got;

	ck_assert_int_ge(sodium_init(), 0);
	sign_seckey_make(&k);
	ck_assert_int_eq(sign_seckey_write(text, &k, "secret", 6, MEMORY), 0);
	ck_assert_int_eq(open_text(&got, text, "secret"), SIGN_OK);
	ck_assert(memcmp(&got, &k, sizeof(k)) == 0);
	ck_assert_int_eq(open_text(&got, text, "Secret"), SIGN_SECRET_PASSWORD);
	ck_assert(sodium_is_zero((const uint8_t *)&got, sizeof(got)));
	ck_assert_int_eq(open_text(&got, text, ""), SIGN_SECRET_PASSWORD);
	/* Another salt. */
	ck_assert_int_eq(sign_seckey_write(again, &k, "secret", 6, MEMORY), 0);
	ck_assert_str_ne(text, again);
	/* The key is not in it. */
	ck_assert_int_eq(sign_seckey_write(again, &k, NULL, 0, 0), 0);
	ck_assert_str_ne(
	    text + strlen(text) - 100, again + strlen(again) - 100);
}
END_TEST

/*
 * Only a key without a password may be without a checksum: in place of one, it
 * would be the checksum of a wrong password.
 */
START_TEST(checksum_needed)
{
	const size_t at = SIGN_ID_BYTES + SIGN_SECRET_BYTES;
	uint8_t checksum[crypto_generichash_BYTES];
	crypto_generichash_state s;
	char text[SIGN_SECKEY_TEXT];
	struct sign_seckey_file f;
	struct sign_seckey k, got;
	size_t i;

	ck_assert_int_ge(sodium_init(), 0);
	sign_seckey_make(&k);
	ck_assert_int_eq(sign_seckey_write(text, &k, "secret", 6, MEMORY), 0);
	ck_assert_int_eq(sign_seckey_parse(&f, text, strlen(text)), SIGN_OK);
	(void)crypto_generichash_init(&s, NULL, 0, sizeof(checksum));
	(void)crypto_generichash_update(&s, (const uint8_t *)"Ed", 2);
	(void)crypto_generichash_update(&s, k.id, sizeof(k.id));
	(void)crypto_generichash_update(&s, k.secret, sizeof(k.secret));
	(void)crypto_generichash_final(&s, checksum, sizeof(checksum));
	ck_assert_uint_eq(at + sizeof(checksum), sizeof(f.body));
	ck_assert_int_eq(sign_seckey_open(&got, &f, "secret", 6), SIGN_OK);
	/* Decrypted, it is all zero. */
	for (i = 0; i < sizeof(checksum); i++)
		f.body[at + i] ^= checksum[i];
	ck_assert_int_eq(
	    sign_seckey_open(&got, &f, "secret", 6), SIGN_SECRET_PASSWORD);
}
END_TEST

START_TEST(refused)
{
	static const struct {
		size_t at; /* in the base64 text */
		const char *with;
		enum sign_reason why;
	} t[] = {
		{ 0, "RUQAA", SIGN_SECRET_KIND }, /* "ED" */
		{ 0, "RWRTY0Iy", SIGN_SECRET_COST }, /* "Sc", no limits */
		{ 0, "RWRBcgIy", SIGN_SECRET_KIND }, /* another function */
		{ 0, "RWQAAEIz", SIGN_SECRET_KIND }, /* "B3" */
		{ 90, "AAAA", SIGN_SECRET_DAMAGED }, /* the seed */
		{ 200, "AQAA", SIGN_SECRET_DAMAGED }, /* the checksum */
		{ 5, "*", SIGN_SECRET_KIND },
		{ 5, "\n", SIGN_SECRET_KIND },
	};
	char text[SIGN_SECKEY_TEXT], *line;
	struct sign_seckey k;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		(void)snprintf(text, sizeof(text), "%s", minisign_secret);
		line = strchr(text, '\n') + 1;
		memcpy(line + t[i].at, t[i].with, strlen(t[i].with));
		ck_assert_msg(open_text(&k, text, NULL) == t[i].why, "%zu: %s",
		    i, sign_reason_text(open_text(&k, text, NULL)));
	}
	ck_assert_int_eq(open_text(&k, minisign_key, NULL), SIGN_SECRET_KIND);
	ck_assert_int_eq(open_text(&k, "", NULL), SIGN_LINES);
}
END_TEST

/* What would take more memory or time than minisign's own keys. */
START_TEST(costs)
{
	static const struct {
		uint64_t ops, memory;
		enum sign_reason why;
	} t[] = {
		{ 33554432, 1073741824, SIGN_OK },
		{ 33554433, 1073741824, SIGN_SECRET_COST },
		{ 33554432, 1073741825, SIGN_SECRET_COST },
		{ 32768, 16777216, SIGN_OK },
		{ 32767, 16777216, SIGN_SECRET_COST },
		{ 32768, 16777215, SIGN_SECRET_COST },
	};
	uint8_t raw[158] = { 'E', 'd', 'S', 'c', 'B', '2' };
	struct sign_seckey_file f;
	char line[256], text[384];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		/* Little-endian, as this test's machines. */
		memcpy(raw + 38, &t[i].ops, 8);
		memcpy(raw + 46, &t[i].memory, 8);
		ck_assert_ptr_nonnull(sodium_bin2base64(line, sizeof(line), raw,
		    sizeof(raw), sodium_base64_VARIANT_ORIGINAL));
		(void)snprintf(
		    text, sizeof(text), "untrusted comment: x\n%s\n", line);
		ck_assert_int_eq(
		    sign_seckey_parse(&f, text, strlen(text)), t[i].why);
	}
}
END_TEST

START_TEST(signs)
{
	char text[SIGN_SIGNATURE_TEXT], comment[SIGN_COMMENT_MAX + 1];
	static struct sign_signature sig;
	uint8_t digest[SIGN_DIGEST_BYTES];
	struct sign_pubkey public;
	struct sign_seckey k;

	ck_assert_int_ge(sodium_init(), 0);
	sign_seckey_make(&k);
	sign_seckey_public(&k, &public);
	(void)crypto_generichash(
	    digest, sizeof(digest), (const uint8_t *)"x", 1, NULL, 0);
	sign_signature_write(text, &k, digest, "file:f\tserial:3");
	ck_assert_int_eq(
	    sign_signature_parse(&sig, text, strlen(text)), SIGN_OK);
	ck_assert_int_eq(sig.kind, SIGN_KIND_PREHASHED);
	ck_assert(sig.has_serial && sig.serial == 3);
	ck_assert_int_eq(sign_signature_check_comment(&sig, &public), SIGN_OK);
	ck_assert_int_eq(
	    sign_signature_check_content(&sig, &public, "x", 1), SIGN_OK);
	/* The longest comment. */
	memset(comment, 'c', SIGN_COMMENT_MAX);
	comment[SIGN_COMMENT_MAX] = '\0';
	sign_signature_write(text, &k, digest, comment);
	ck_assert_int_eq(
	    sign_signature_parse(&sig, text, strlen(text)), SIGN_OK);
	ck_assert_int_eq(sign_signature_check_comment(&sig, &public), SIGN_OK);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("sign_seckey");
	TCase *tc = tcase_create("secret keys");

	tcase_add_test(tc, of_minisign);
	tcase_add_test(tc, with_password);
	tcase_add_test(tc, checksum_needed);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, costs);
	tcase_add_test(tc, signs);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
