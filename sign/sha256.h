/* SPDX-License-Identifier: ISC */
/*
 * SHA-256 (FIPS 180-4) of content that comes piece by piece.  It is nettle's,
 * which uses the instructions that a processor has for it; libsodium's does
 * not, and takes several times as long.
 */
#ifndef SIGN_SHA256_H
#define SIGN_SHA256_H

#include <nettle/sha2.h>
#include <stddef.h>
#include <stdint.h>

#define SIGN_SHA256_BYTES SHA256_DIGEST_SIZE

struct sign_sha256 {
	struct sha256_ctx of;
};

void sign_sha256_begin(struct sign_sha256 *);
void sign_sha256_add(struct sign_sha256 *, const uint8_t *, size_t);

/* The digest of all pieces; then the next begin. */
void sign_sha256_end(struct sign_sha256 *, uint8_t[SIGN_SHA256_BYTES]);

#endif
