/* SPDX-License-Identifier: ISC */
/*
 * Keys and signatures that minisign 0.11 and signify-openbsd 31 made, and
 * others that a test makes itself.
 */
#ifndef TESTS_UNIT_SIGN_CASE_H
#define TESTS_UNIT_SIGN_CASE_H

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "sign/signature.h"
#include "tests/unit/unit.h"

/* What the signatures below are for: a file "f". */
static const char sign_content[] = "hi\n";
#define SIGN_CONTENT_LEN (sizeof(sign_content) - 1)

/* minisign -G -W */
static const char minisign_key[] =
    "untrusted comment: minisign public key 240A7B915088C527\n"
    "RWQnxYhQkXsKJFcg8+uOotq4Lcs4YA2PgStSkyDfI3WmqNOdqd0ABc3K\n";

/* minisign -S -m f */
static const char minisign_sig[] =
    "untrusted comment: signature from minisign secret key\n"
    "RUQnxYhQkXsKJP515HLi/yDOvXJ7QK1wosDRGBTTJG71n3rVqaQa3c22Gsa6zGZ2csDxYZGJfF9k3Z/t/1QkPsPcdI8rpFtcHw4=\n"
    "trusted comment: timestamp:1796046614\tfile:f\thashed\n"
    "mDgim+2cAHEUMvCOFo/S0uRuJzJOsnnSGz0drW84FnvJfv7O7gC1QkovDhpBdOb9zmKTHaEH/tEo5/oX3B8BDA==\n";

/* minisign -S -l -m f */
static const char minisign_legacy[] =
    "untrusted comment: signature from minisign secret key\n"
    "RWQnxYhQkXsKJBrZOfNIDQoOALZDlvuTFJmK6w7hKOHArQwU81VbPGAFmpIAkb8n0kkuxu4xQBULiOiIIxTnqy7YlJl37lbrogM=\n"
    "trusted comment: timestamp:1796046614\tfile:f\n"
    "gn1dfHoeM18sW/G6wLfQSU5X2k1DJuFxeGdBZK8QzlyI7N4d82PYNNyMqPmGmuaO87oaQ7+NjfZVlVaEIBRVBA==\n";

/* signify-openbsd -G -n */
static const char signify_key[] =
    "untrusted comment: signify public key\n"
    "RWRt+DbnhW1Fya7WmLHzJcS+FV7wbIlZLC3kHj5MIN25q9FiZNlwI7qG\n";

/* signify-openbsd -S -m f */
static const char signify_sig[] =
    "untrusted comment: verify with s.pub\n"
    "RWRt+DbnhW1Fyb+oCifzw41pOFzWfybLqjgMikoyS7j5Xs6R/+XKVh05egxFF2y5DZwikeqxrti9KdeSbr87AXT1cVNdxbFy9QQ=\n";

struct sign_case {
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	struct sign_pubkey key;
};

static inline void
sign_case_key(struct sign_case *c, uint8_t number)
{
	uint8_t seed[crypto_sign_SEEDBYTES] = { number };

	memset(c->key.id, number, sizeof(c->key.id));
	c->key.format = SIGN_MINISIGN;
	ck_assert_int_eq(
	    crypto_sign_seed_keypair(c->key.key, c->secret, seed), 0);
}

static inline void
sign_case_base64(char *dst, size_t dstsz, const char *algorithm,
    const uint8_t *id, const uint8_t *bytes, size_t n)
{
	uint8_t raw[128];
	size_t at = strlen(algorithm);

	memcpy(raw, algorithm, at);
	if (id != NULL) {
		memcpy(raw + at, id, SIGN_ID_BYTES);
		at += SIGN_ID_BYTES;
	}
	memcpy(raw + at, bytes, n);
	ck_assert_ptr_nonnull(sodium_bin2base64(
	    dst, dstsz, raw, at + n, sodium_base64_VARIANT_ORIGINAL));
}

/* The text of a signature of minisign with that trusted comment. */
static inline char *
sign_case_sign(const struct sign_case *c, bool prehashed, const void *content,
    size_t n, const char *comment)
{
	static char text[SIGN_COMMENT_MAX + 1024];
	static uint8_t both[SIGN_SIG_BYTES + SIGN_COMMENT_MAX + 256];
	uint8_t digest[SIGN_DIGEST_BYTES], global[SIGN_SIG_BYTES];
	char first[128], last[128];
	size_t len = strlen(comment);

	(void)crypto_generichash(digest, sizeof(digest), content, n, NULL, 0);
	(void)crypto_sign_detached(both, NULL, prehashed ? digest : content,
	    prehashed ? sizeof(digest) : n, c->secret);
	memcpy(both + SIGN_SIG_BYTES, comment, len);
	(void)crypto_sign_detached(
	    global, NULL, both, SIGN_SIG_BYTES + len, c->secret);
	sign_case_base64(first, sizeof(first), prehashed ? "ED" : "Ed",
	    c->key.id, both, SIGN_SIG_BYTES);
	sign_case_base64(last, sizeof(last), "", NULL, global, sizeof(global));
	(void)snprintf(text, sizeof(text),
	    "untrusted comment: x\n%s\ntrusted comment: %s\n%s\n", first,
	    comment, last);
	return text;
}

#endif
