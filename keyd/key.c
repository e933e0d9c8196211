/* SPDX-License-Identifier: ISC */
/* Signs with the private key of HTTPS, by GnuTLS. */
#include "keyd/key.h"

#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

static gnutls_sign_algorithm_t
algorithm_of(const struct sign_ask *a)
{
	static const gnutls_sign_algorithm_t table[HANDSHAKE_KIND_MAX][3] = {
		[HANDSHAKE_RSA_PKCS1] = { GNUTLS_SIGN_RSA_SHA256,
		    GNUTLS_SIGN_RSA_SHA384, GNUTLS_SIGN_RSA_SHA512 },
		[HANDSHAKE_RSA_PSS] = { GNUTLS_SIGN_RSA_PSS_RSAE_SHA256,
		    GNUTLS_SIGN_RSA_PSS_RSAE_SHA384,
		    GNUTLS_SIGN_RSA_PSS_RSAE_SHA512 },
		[HANDSHAKE_ECDSA] = { GNUTLS_SIGN_ECDSA_SHA256,
		    GNUTLS_SIGN_ECDSA_SHA384, GNUTLS_SIGN_ECDSA_SHA512 },
	};

	return table[a->kind][a->hashlen / 16 - 2];
}

bool
key_is(const struct tls_key *k, const uint8_t id[HANDSHAKE_KEY_ID])
{
	return k->key != NULL && memcmp(k->id, id, sizeof(k->id)) == 0;
}

void
key_sign(const struct tls_key *k, const struct sign_ask *a, struct sign_give *g)
{
	unsigned char hash[HANDSHAKE_HASH_MAX];
	const gnutls_datum_t in = { hash, a->hashlen };
	gnutls_datum_t sig = { NULL, 0 };

	memset(g, 0, sizeof(*g));
	if (!handshake_hash_ok(a->hashlen) || a->kind >= HANDSHAKE_KIND_MAX ||
	    k->rsa != (a->kind != HANDSHAKE_ECDSA)) {
		g->status = SIGN_KIND;
		return;
	}
	memcpy(hash, a->hash, a->hashlen);
	g->status = SIGN_FAILED;
	if (gnutls_privkey_sign_hash2(k->key, algorithm_of(a), 0, &in, &sig) <
	    0)
		return;
	if (sig.size > 0 && sig.size <= sizeof(g->sig)) {
		memcpy(g->sig, sig.data, sig.size);
		g->siglen = (uint16_t)sig.size;
		g->status = SIGN_OK;
	}
	gnutls_free(sig.data);
}

void
key_free(struct tls_key *k)
{
	if (k->key != NULL)
		gnutls_privkey_deinit(k->key);
	memset(k, 0, sizeof(*k));
}
