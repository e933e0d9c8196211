/* SPDX-License-Identifier: ISC */
/* Public keys: those of minisign and signify, and what is none. */
#include "sign/pubkey.h"

#include <string.h>

#include "sign/text.h"
#include "tests/unit/sign_case.h"

START_TEST(minisign)
{
	struct sign_pubkey k;
	char id[SIGN_ID_TEXT];

	ck_assert_int_eq(
	    sign_pubkey_parse(&k, minisign_key, strlen(minisign_key)), SIGN_OK);
	ck_assert_str_eq(sign_id_text(id, k.id), "240A7B915088C527");
	ck_assert_int_eq(k.format, SIGN_MINISIGN);
	ck_assert_int_eq(k.key[0], 0x57);
}
END_TEST

START_TEST(signify)
{
	struct sign_pubkey k;

	ck_assert_int_eq(
	    sign_pubkey_parse(&k, signify_key, strlen(signify_key)), SIGN_OK);
	ck_assert_int_eq(k.format, SIGN_SIGNIFY);
	ck_assert_int_eq(k.id[0], 0x6d);
}
END_TEST

/* The base64 text of a valid key. */
#define B64 "RWQnxYhQkXsKJFcg8+uOotq4Lcs4YA2PgStSkyDfI3WmqNOdqd0ABc3K"
#define HEAD "untrusted comment: "

START_TEST(accepted)
{
	static const struct {
		const char *text;
		enum sign_format format;
	} t[] = {
		{ HEAD "\n" B64, SIGN_MINISIGN },
		{ HEAD "x\r\n" B64 "\r\n", SIGN_MINISIGN },
		{ HEAD "x\n" B64 "\n\n\n", SIGN_MINISIGN },
		{ HEAD "openbsd 7.4 base public key\n" B64 "\n", SIGN_SIGNIFY },
		{ HEAD "my public key 1\n" B64 "\n", SIGN_MINISIGN },
		{ HEAD " public key\n" B64 "\n", SIGN_MINISIGN },
		{ HEAD "a public key\r\n" B64 "\n", SIGN_SIGNIFY },
		{ HEAD "x\r\n" B64 "\r", SIGN_MINISIGN },
	};
	struct sign_pubkey k;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_msg(sign_pubkey_parse(
				  &k, t[i].text, strlen(t[i].text)) == SIGN_OK,
		    "%s", t[i].text);
		ck_assert_msg(k.format == t[i].format, "%s", t[i].text);
	}
}
END_TEST

START_TEST(refused)
{
	static const struct sign_pubkey zero;
	static const struct {
		const char *text;
		enum sign_reason why;
	} t[] = {
		{ "", SIGN_LINES },
		{ HEAD "x", SIGN_LINES },
		{ HEAD "x\n", SIGN_LINES },
		{ B64 "\n", SIGN_COMMENT },
		{ "Untrusted comment: x\n" B64 "\n", SIGN_COMMENT },
		{ "untrusted comment:\n" B64 "\n", SIGN_COMMENT },
		{ HEAD "x\n" B64 "\n" B64 "\n", SIGN_LINES },
		{ HEAD "x\n" B64 "\n\nx", SIGN_LINES },
		{ HEAD "x\n\n" B64 "\n", SIGN_BASE64 },
		{ HEAD "x\n " B64 "\n", SIGN_BASE64 },
		{ HEAD "x\n" B64 " \n", SIGN_BASE64 },
		{ HEAD "x\n" B64 "AAAA\n", SIGN_BASE64 },
		{ HEAD "x\nRWQnxYhQkXsKJFcg8+uOotq4\n", SIGN_BASE64 },
		{ HEAD "x\nRWQnx*hQkXsKJFcg8+uOotq4Lcs4YA2PgStSkyDfI3WmqNOd"
		       "qd0ABc3K\n",
		    SIGN_BASE64 },
		/* "ED": only signatures have it. */
		{ HEAD "x\nRUQnxYhQkXsKJFcg8+uOotq4Lcs4YA2PgStSkyDfI3WmqNOd"
		       "qd0ABc3K\n",
		    SIGN_ALGORITHM },
		{ HEAD "x\rx\n" B64 "\n", SIGN_CONTROL },
	};
	struct sign_pubkey k;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_msg(sign_pubkey_parse(
				  &k, t[i].text, strlen(t[i].text)) == t[i].why,
		    "%s: %d", t[i].text, (int)t[i].why);
		ck_assert(memcmp(&k, &zero, sizeof(k)) == 0);
	}
	/* A NUL. */
	ck_assert_int_eq(
	    sign_pubkey_parse(&k, minisign_key, sizeof(minisign_key)),
	    SIGN_CONTROL);
}
END_TEST

START_TEST(bounded)
{
	static char text[SIGN_TEXT_MAX + 2];
	struct sign_pubkey k;

	memset(text, '\n', sizeof(text));
	memcpy(text, minisign_key, strlen(minisign_key));
	ck_assert_int_eq(sign_pubkey_parse(&k, text, SIGN_TEXT_MAX), SIGN_OK);
	ck_assert_int_eq(
	    sign_pubkey_parse(&k, text, SIGN_TEXT_MAX + 1), SIGN_LONG);
}
END_TEST

START_TEST(found_by_id)
{
	struct sign_pubkey k[3] = { { .id = { 1 } }, { .id = { 2 } },
		{ .id = { 2 }, .key = { 9 } } };
	static const uint8_t three[SIGN_ID_BYTES] = { 3 };

	ck_assert_ptr_eq(sign_pubkey_find(k, 3, k[0].id), &k[0]);
	ck_assert_ptr_eq(sign_pubkey_find(k, 3, k[2].id), &k[1]);
	ck_assert_ptr_null(sign_pubkey_find(k, 3, three));
	ck_assert_ptr_null(sign_pubkey_find(k, 0, k[0].id));
}
END_TEST

START_TEST(texts)
{
	int i, j;

	for (i = 0; i < SIGN_REASON_MAX; i++) {
		ck_assert_str_ne(
		    sign_reason_text((enum sign_reason)i), "unknown reason");
		for (j = 0; j < i; j++)
			ck_assert_str_ne(sign_reason_text((enum sign_reason)i),
			    sign_reason_text((enum sign_reason)j));
	}
	ck_assert_str_eq(sign_reason_text(SIGN_REASON_MAX), "unknown reason");
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("sign_pubkey");
	TCase *tc = tcase_create("keys");

	tcase_add_test(tc, minisign);
	tcase_add_test(tc, signify);
	tcase_add_test(tc, accepted);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, bounded);
	tcase_add_test(tc, found_by_id);
	tcase_add_test(tc, texts);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
