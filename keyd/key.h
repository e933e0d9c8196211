/* SPDX-License-Identifier: ISC */
/* The private key of HTTPS, and what is signed with it. */
#ifndef KEYD_KEY_H
#define KEYD_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/handshake.h"

#define KEY_RSA_BITS_MIN 2048
#define KEY_RSA_BITS_MAX 8192

struct gnutls_privkey_st;

/* Zeroed: no key. */
struct tls_key {
	struct gnutls_privkey_st *key;
	bool rsa; /* otherwise ECDSA */
	uint8_t id[HANDSHAKE_KEY_ID];
};

void key_free(struct tls_key *);

/* Whether it is the key with this id. */
bool key_is(const struct tls_key *, const uint8_t id[HANDSHAKE_KEY_ID]);

/* Signs; sets all of *give. */
void key_sign(
    const struct tls_key *, const struct sign_ask *, struct sign_give *give);

#endif
