/* SPDX-License-Identifier: ISC */
/* Parses public keys. */
#include "sign/pubkey.h"

#include <string.h>

#include "sign/text.h"

static bool
comment_is_signify(const struct sign_line *comment)
{
	static const char end[] = " public key";
	const size_t n = sizeof(end) - 1;

	return comment->len > n &&
	       memcmp(comment->p + comment->len - n, end, n) == 0;
}

enum sign_reason
sign_pubkey_parse(struct sign_pubkey *k, const void *text, size_t n)
{
	uint8_t raw[2 + SIGN_ID_BYTES + SIGN_KEY_BYTES];
	struct sign_line comment;
	struct sign_text t;
	enum sign_reason r;

	memset(k, 0, sizeof(*k));
	if ((r = sign_text_init(&t, text, n)) != SIGN_OK ||
	    (r = sign_text_comment(
		 &t, SIGN_UNTRUSTED, SIGN_COMMENT, &comment)) != SIGN_OK ||
	    (r = sign_text_base64(&t, raw, sizeof(raw))) != SIGN_OK ||
	    (r = sign_text_end(&t)) != SIGN_OK)
		return r;
	if (raw[0] != 'E' || raw[1] != 'd')
		return SIGN_ALGORITHM;
	memcpy(k->id, raw + 2, sizeof(k->id));
	memcpy(k->key, raw + 2 + sizeof(k->id), sizeof(k->key));
	k->format = comment_is_signify(&comment) ? SIGN_SIGNIFY : SIGN_MINISIGN;
	return SIGN_OK;
}

const struct sign_pubkey *
sign_pubkey_find(
    const struct sign_pubkey *k, size_t n, const uint8_t id[SIGN_ID_BYTES])
{
	size_t i;

	for (i = 0; i < n; i++)
		if (memcmp(k[i].id, id, SIGN_ID_BYTES) == 0)
			return &k[i];
	return NULL;
}

char *
sign_id_text(char dst[SIGN_ID_TEXT], const uint8_t id[SIGN_ID_BYTES])
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i;

	/* A little-endian number. */
	for (i = 0; i < SIGN_ID_BYTES; i++) {
		dst[2 * i] = hex[id[SIGN_ID_BYTES - 1 - i] >> 4];
		dst[2 * i + 1] = hex[id[SIGN_ID_BYTES - 1 - i] & 15];
	}
	dst[2 * SIGN_ID_BYTES] = '\0';
	return dst;
}
