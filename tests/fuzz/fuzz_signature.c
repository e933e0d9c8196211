/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as the text of a signature.  Its fields lie within its comment, and
 * only the signature that the key's owner made is good.
 */
#include <stdlib.h>
#include <string.h>

#include "sign/signature.h"
#include "tests/fuzz/target.h"

/* tests/corpus/signature has two signatures of "hi\n" by this key. */
static const char key_text[] =
    "untrusted comment: minisign public key 240A7B915088C527\n"
    "RWQnxYhQkXsKJFcg8+uOotq4Lcs4YA2PgStSkyDfI3WmqNOdqd0ABc3K\n";
static const char comment_begin[] = "timestamp:1796046614\tfile:f";

static void
check_fields(const struct sign_signature *s)
{
	check(s->comment_len <= SIGN_COMMENT_MAX);
	check(strlen(s->comment) == s->comment_len);
	check(memchr(s->comment, '\n', s->comment_len) == NULL);
	check(s->serial <= SIGN_SERIAL_MAX);
	check(s->has_serial || s->serial == 0);
	check(!s->has_serial || strstr(s->comment, "serial:") != NULL);
	check(s->file_at + s->file_len <= s->comment_len);
	if (s->file_len > 0) {
		check(s->file_at >= 5);
		check(memcmp(s->comment + s->file_at - 5, "file:", 5) == 0);
		check(
		    memchr(s->comment + s->file_at, '\t', s->file_len) == NULL);
	}
	if (s->kind == SIGN_KIND_SIGNIFY)
		check(s->comment_len == 0 && !s->has_serial);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sign_signature s;
	struct sign_pubkey k;

	check(sign_pubkey_parse(&k, key_text, strlen(key_text)) == SIGN_OK);
	if (sign_signature_parse(&s, data, size) != SIGN_OK)
		return 0;
	check_fields(&s);
	check(sign_signature_check_content(&s, &k, "hj\n", 3) != SIGN_OK);
	if (sign_signature_check_comment(&s, &k) != SIGN_OK)
		return 0;
	check(s.kind != SIGN_KIND_SIGNIFY);
	check(strncmp(s.comment, comment_begin, strlen(comment_begin)) == 0);
	check(sign_signature_check_name(&s, "x/f", 3) == SIGN_OK);
	check(sign_signature_check_name(&s, "x/g", 3) == SIGN_NAME);
	return 0;
}
