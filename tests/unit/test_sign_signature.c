/* SPDX-License-Identifier: ISC */
/* Signatures: those of minisign and signify, and changed ones. */
#include "sign/signature.h"

#include <string.h>

#include "sign/text.h"
#include "tests/unit/sign_case.h"

static struct sign_signature sig;

static enum sign_reason
parse(const char *text)
{
	return sign_signature_parse(&sig, text, strlen(text));
}

static struct sign_pubkey
key_of(const char *text)
{
	struct sign_pubkey k;

	ck_assert_int_eq(sign_pubkey_parse(&k, text, strlen(text)), SIGN_OK);
	return k;
}

/* All checks in their order. */
static enum sign_reason
check(const struct sign_pubkey *k, const char *name, const void *p, size_t n)
{
	enum sign_reason r;

	if ((r = sign_signature_check_comment(&sig, k)) != SIGN_OK ||
	    (r = sign_signature_check_name(&sig, name, strlen(name))) !=
		SIGN_OK)
		return r;
	return sign_signature_check_content(&sig, k, p, n);
}

START_TEST(of_tools)
{
	static const struct {
		const char *key, *text;
		enum sign_kind kind;
	} t[] = {
		{ minisign_key, minisign_sig, SIGN_KIND_PREHASHED },
		{ minisign_key, minisign_legacy, SIGN_KIND_PURE },
		{ signify_key, signify_sig, SIGN_KIND_SIGNIFY },
	};
	const bool pure = t[_i].kind != SIGN_KIND_PREHASHED;
	uint8_t digest[SIGN_DIGEST_BYTES];
	struct sign_pubkey k = key_of(t[_i].key);

	ck_assert_int_eq(parse(t[_i].text), SIGN_OK);
	ck_assert_int_eq(sig.kind, t[_i].kind);
	ck_assert_int_eq(sign_signature_is_pure(&sig), pure);
	ck_assert_ptr_eq(sign_pubkey_find(&k, 1, sig.id), &k);
	ck_assert(!sig.has_serial);
	ck_assert_int_eq(
	    check(&k, "a/f", sign_content, SIGN_CONTENT_LEN), SIGN_OK);
	ck_assert_int_eq(check(&k, "f", "hj\n", 3), SIGN_BAD_CONTENT);
	ck_assert_int_eq(check(&k, "f", "hi", 2), SIGN_BAD_CONTENT);
	(void)crypto_generichash(digest, sizeof(digest),
	    (const uint8_t *)sign_content, SIGN_CONTENT_LEN, NULL, 0);
	ck_assert_int_eq(sign_signature_check_digest(&sig, &k, digest),
	    pure ? SIGN_BAD_CONTENT : SIGN_OK);
	digest[63] ^= 1;
	ck_assert_int_eq(
	    sign_signature_check_digest(&sig, &k, digest), SIGN_BAD_CONTENT);
}
END_TEST

/* With the file's name in the comment, swapped files do not pass. */
START_TEST(another_name)
{
	struct sign_pubkey k = key_of(minisign_key);

	ck_assert_int_eq(parse(minisign_sig), SIGN_OK);
	ck_assert_int_eq(
	    check(&k, "g", sign_content, SIGN_CONTENT_LEN), SIGN_NAME);
	ck_assert_int_eq(
	    check(&k, "f/g", sign_content, SIGN_CONTENT_LEN), SIGN_NAME);
	ck_assert_int_eq(
	    check(&k, "xf", sign_content, SIGN_CONTENT_LEN), SIGN_NAME);
	ck_assert_int_eq(
	    check(&k, "f\thashed", sign_content, SIGN_CONTENT_LEN), SIGN_NAME);
	ck_assert_int_eq(
	    check(&k, "", sign_content, SIGN_CONTENT_LEN), SIGN_NAME);
}
END_TEST

/*
 * Without its trusted comment, a legacy signature of minisign looks like one of
 * signify.
 */
START_TEST(comment_removed)
{
	const char *third = strstr(minisign_legacy, "trusted comment: t");
	struct sign_pubkey k = key_of(minisign_key);

	ck_assert_int_eq(sign_signature_parse(&sig, minisign_legacy,
			     (size_t)(third - minisign_legacy)),
	    SIGN_OK);
	ck_assert_int_eq(sig.kind, SIGN_KIND_SIGNIFY);
	ck_assert_int_eq(
	    check(&k, "f", sign_content, SIGN_CONTENT_LEN), SIGN_KEY_FORMAT);
	third = strstr(minisign_sig, "trusted comment: t");
	ck_assert_int_eq(sign_signature_parse(&sig, minisign_sig,
			     (size_t)(third - minisign_sig)),
	    SIGN_LINES);
}
END_TEST

START_TEST(another_key)
{
	struct sign_pubkey k = key_of(signify_key);

	ck_assert_int_eq(parse(minisign_sig), SIGN_OK);
	ck_assert_int_eq(
	    check(&k, "f", sign_content, SIGN_CONTENT_LEN), SIGN_KEY_UNKNOWN);
	ck_assert_int_eq(
	    sign_signature_check_digest(&sig, &k, (const uint8_t[64]){ 0 }),
	    SIGN_KEY_UNKNOWN);
	ck_assert_int_eq(parse(minisign_legacy), SIGN_OK);
	ck_assert_int_eq(sign_signature_check_content(
			     &sig, &k, sign_content, SIGN_CONTENT_LEN),
	    SIGN_KEY_UNKNOWN);
	/* The same id does not help. */
	memcpy(k.id, sig.id, sizeof(k.id));
	ck_assert_int_eq(
	    check(&k, "f", sign_content, SIGN_CONTENT_LEN), SIGN_BAD_COMMENT);
	ck_assert_int_eq(sign_signature_check_content(
			     &sig, &k, sign_content, SIGN_CONTENT_LEN),
	    SIGN_BAD_CONTENT);
}
END_TEST

/* No bit of a signature file can be changed, outside the first comment. */
START_TEST(every_bit)
{
	static const char *const texts[] = { minisign_sig, minisign_legacy,
		signify_sig };
	struct sign_pubkey k = key_of(_i == 2 ? signify_key : minisign_key);
	size_t n = strlen(texts[_i]), at, bit, accepted = 0;
	char text[512];

	for (at = (size_t)(strchr(texts[_i], '\n') - texts[_i]) + 1; at < n;
	     at++)
		for (bit = 0; bit < 8; bit++) {
			memcpy(text, texts[_i], n);
			text[at] = (char)(text[at] ^ (1 << bit));
			if (sign_signature_parse(&sig, text, n) == SIGN_OK &&
			    check(&k, "f", sign_content, SIGN_CONTENT_LEN) ==
				SIGN_OK)
				accepted++;
		}
	ck_assert_uint_eq(accepted, 0);
}
END_TEST

START_TEST(cut_short)
{
	size_t n = strlen(minisign_sig), i;

	/* Without the last newline it is complete. */
	for (i = 0; i < n - 1; i++)
		ck_assert_int_ne(
		    sign_signature_parse(&sig, minisign_sig, i), SIGN_OK);
	ck_assert_int_eq(
	    sign_signature_parse(&sig, minisign_sig, n - 1), SIGN_OK);
}
END_TEST

START_TEST(fields)
{
	static const struct {
		const char *comment;
		enum sign_reason why;
		bool has_serial;
		uint64_t serial;
		const char *file;
	} t[] = {
		{ "", SIGN_OK, false, 0, "" },
		{ "serial:0", SIGN_OK, true, 0, "" },
		{ "serial:42", SIGN_OK, true, 42, "" },
		{ "timestamp:1\tfile:a b\thashed\tserial:7", SIGN_OK, true, 7,
		    "a b" },
		{ "serial:9223372036854775807", SIGN_OK, true, SIGN_SERIAL_MAX,
		    "" },
		{ "file:serial:1", SIGN_OK, false, 0, "serial:1" },
		{ "\t\t", SIGN_OK, false, 0, "" },
		{ "serial:9223372036854775808", SIGN_SERIAL_FIELD, false, 0,
		    NULL },
		{ "serial:99999999999999999999", SIGN_SERIAL_FIELD, false, 0,
		    NULL },
		{ "serial:", SIGN_SERIAL_FIELD, false, 0, NULL },
		{ "serial:-1", SIGN_SERIAL_FIELD, false, 0, NULL },
		{ "serial:1 of Monday", SIGN_SERIAL_FIELD, false, 0, NULL },
		{ "serial:1\tserial:1", SIGN_SERIAL_FIELD, false, 0, NULL },
		{ "Monday's, serial:1", SIGN_SERIAL_FIELD, false, 0, NULL },
		{ "file:a\tfile:a", SIGN_FILE_FIELD, false, 0, NULL },
		{ "file:", SIGN_FILE_FIELD, false, 0, NULL },
	};
	struct sign_case c;
	size_t i;

	sign_case_key(&c, 1);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_msg(parse(sign_case_sign(
				  &c, true, "x", 1, t[i].comment)) == t[i].why,
		    "%s", t[i].comment);
		if (t[i].why != SIGN_OK)
			continue;
		ck_assert_int_eq(sig.has_serial, t[i].has_serial);
		ck_assert_uint_eq(sig.serial, t[i].serial);
		ck_assert_uint_eq(sig.file_len, strlen(t[i].file));
		ck_assert_int_eq(check(&c.key, t[i].file, "x", 1), SIGN_OK);
	}
}
END_TEST

/* The comment belongs to one signature: another one's does not fit. */
START_TEST(comments_swapped)
{
	struct sign_signature old;
	struct sign_case c;

	sign_case_key(&c, 1);
	ck_assert_int_eq(
	    parse(sign_case_sign(&c, true, "old", 3, "serial:1")), SIGN_OK);
	old = sig;
	ck_assert_int_eq(
	    parse(sign_case_sign(&c, true, "new", 3, "serial:2")), SIGN_OK);
	memcpy(sig.sig, old.sig, sizeof(sig.sig));
	ck_assert_int_eq(check(&c.key, "f", "old", 3), SIGN_BAD_COMMENT);
	memcpy(sig.global, old.global, sizeof(sig.global));
	ck_assert_int_eq(check(&c.key, "f", "old", 3), SIGN_BAD_COMMENT);
	old.kind = SIGN_KIND_PURE;
	sig = old;
	ck_assert_int_eq(check(&c.key, "f", "old", 3), SIGN_BAD_CONTENT);
}
END_TEST

/*
 * A signature of a file that is a digest is none of the file with that digest:
 * the algorithm says which it is.
 */
START_TEST(digest_as_content)
{
	uint8_t digest[SIGN_DIGEST_BYTES];
	struct sign_case c;

	sign_case_key(&c, 1);
	(void)crypto_generichash(
	    digest, sizeof(digest), (const uint8_t *)"x", 1, NULL, 0);
	ck_assert_int_eq(
	    parse(sign_case_sign(&c, false, digest, sizeof(digest), "")),
	    SIGN_OK);
	ck_assert_int_eq(check(&c.key, "f", "x", 1), SIGN_BAD_CONTENT);
	ck_assert_int_eq(sign_signature_check_digest(&sig, &c.key, digest),
	    SIGN_BAD_CONTENT);
}
END_TEST

START_TEST(refused)
{
	static const struct {
		const char *text;
		enum sign_reason why;
	} t[] = {
		{ "", SIGN_LINES },
		{ "untrusted comment: x\n", SIGN_LINES },
		{ "comment: x\n", SIGN_COMMENT },
		{ "untrusted comment: x\nRUQn\n", SIGN_BASE64 },
	};
	static char text[1024];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_int_eq(parse(t[i].text), t[i].why);
	/* signify -e: the message follows. */
	(void)snprintf(text, sizeof(text), "%s%s", signify_sig, "hi\n");
	ck_assert_int_eq(parse(text), SIGN_TRUSTED);
	(void)snprintf(text, sizeof(text), "%s%s", minisign_sig, "hi\n");
	ck_assert_int_eq(parse(text), SIGN_LINES);
	(void)snprintf(text, sizeof(text), "%s", minisign_sig);
	text[strcspn(text, "\n") + 2] = 'V'; /* "EU" */
	ck_assert_int_eq(parse(text), SIGN_ALGORITHM);
}
END_TEST

START_TEST(long_comment)
{
	static char comment[SIGN_COMMENT_MAX + 2];
	struct sign_case c;

	sign_case_key(&c, 1);
	memset(comment, 'c', SIGN_COMMENT_MAX);
	ck_assert_int_eq(
	    parse(sign_case_sign(&c, false, "x", 1, comment)), SIGN_OK);
	ck_assert_int_eq(check(&c.key, "f", "x", 1), SIGN_OK);
	comment[SIGN_COMMENT_MAX] = 'c';
	ck_assert_int_eq(
	    parse(sign_case_sign(&c, false, "x", 1, comment)), SIGN_LONG);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("sign_signature");
	TCase *tc = tcase_create("signatures");

	tcase_add_loop_test(tc, of_tools, 0, 3);
	tcase_add_test(tc, another_name);
	tcase_add_test(tc, comment_removed);
	tcase_add_test(tc, another_key);
	tcase_add_loop_test(tc, every_bit, 0, 3);
	tcase_add_test(tc, cut_short);
	tcase_add_test(tc, fields);
	tcase_add_test(tc, comments_swapped);
	tcase_add_test(tc, digest_as_content);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, long_comment);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
