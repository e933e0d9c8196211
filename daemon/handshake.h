/* SPDX-License-Identifier: ISC */
/*
 * What httpd and keyd say to each other about a TLS handshake.  httpd has the
 * certificate, keyd the private key: httpd asks it to sign the hash of one
 * handshake.
 */
#ifndef DAEMON_HANDSHAKE_H
#define DAEMON_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader;
struct writer;

#define HANDSHAKE_KEY_ID 32 /* bytes: SHA-256 of the public key's encoding */
#define HANDSHAKE_HASH_MAX 64
#define HANDSHAKE_SIGNATURE_MAX 1024 /* bytes: RSA with 8,192 bits */

/* Kinds of signatures. */
enum handshake_kind {
	HANDSHAKE_RSA_PKCS1, /* RFC 8017 8.2; TLS 1.2 only */
	HANDSHAKE_RSA_PSS, /* RFC 8017 8.1 */
	HANDSHAKE_ECDSA,
	HANDSHAKE_KIND_MAX
};

/* httpd asks; body of SIGN_ASK. */
struct sign_ask {
	uint8_t key[HANDSHAKE_KEY_ID];
	uint8_t kind; /* enum handshake_kind */
	uint8_t hashlen; /* 32, 48, 64: SHA-256, SHA-384, SHA-512 */
	uint8_t hash[HANDSHAKE_HASH_MAX];
};

enum sign_status {
	SIGN_OK,
	SIGN_NO_KEY, /* keyd has no key with this id */
	SIGN_KIND, /* the key does not make such signatures */
	SIGN_BUSY, /* more than the limit of a second */
	SIGN_FAILED,
	SIGN_STATUS_MAX
};

/* The answer; body of SIGN_GIVE.  siglen is 0 unless the status is SIGN_OK. */
struct sign_give {
	uint8_t status; /* enum sign_status */
	uint16_t siglen;
	uint8_t sig[HANDSHAKE_SIGNATURE_MAX];
};

#define SIGN_ASK_MIN (HANDSHAKE_KEY_ID + 1 + 2 + 32)
#define SIGN_ASK_MAX (HANDSHAKE_KEY_ID + 1 + 2 + HANDSHAKE_HASH_MAX)
#define SIGN_GIVE_MAX (1 + 2 + HANDSHAKE_SIGNATURE_MAX)

void sign_ask_encode(const struct sign_ask *, struct writer *);
void sign_give_encode(const struct sign_give *, struct writer *);

/* Decode a whole body; -1 for a value out of range or a wrong length. */
int sign_ask_decode(struct reader *, struct sign_ask *);
int sign_give_decode(struct reader *, struct sign_give *);

/* Whether a hash of this length exists. */
bool handshake_hash_ok(size_t len);

/* Why there is no signature, for the log. */
const char *sign_status_text(enum sign_status);

#endif
