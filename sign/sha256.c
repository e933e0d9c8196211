/* SPDX-License-Identifier: ISC */
/* SHA-256, by nettle. */
#include "sign/sha256.h"

void
sign_sha256_begin(struct sign_sha256 *s)
{
	sha256_init(&s->of);
}

void
sign_sha256_add(struct sign_sha256 *s, const uint8_t *piece, size_t len)
{
	sha256_update(&s->of, len, piece);
}

void
sign_sha256_end(struct sign_sha256 *s, uint8_t digest[SIGN_SHA256_BYTES])
{
	sha256_digest(&s->of, SIGN_SHA256_BYTES, digest);
}
