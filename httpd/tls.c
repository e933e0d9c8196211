/* SPDX-License-Identifier: ISC */
/* TLS of HTTPS: what libmicrohttpd and GnuTLS ask for in a handshake. */
#include "httpd/tls.h"

#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "daemon/log.h"
#include "httpd/identity.h"
#include "httpd/signing.h"

/*
 * TLS 1.2 is what EDK2 speaks; its builds without elliptic curves need DHE and
 * AES-CBC with SHA-256.  RSA key exchange would need decryption by keyd.
 */
const char tls_priorities[] =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:+DHE-RSA:+SHA256:+SHA384";

static struct identity current;

/* ------------------------------------------------------------ signatures */

/* The kind of a signature; -1 for kinds that keyd does not make. */
static int
signature_kind(gnutls_sign_algorithm_t algorithm)
{
	switch (algorithm) {
	case GNUTLS_SIGN_RSA_SHA256:
	case GNUTLS_SIGN_RSA_SHA384:
	case GNUTLS_SIGN_RSA_SHA512:
		return HANDSHAKE_RSA_PKCS1;
	case GNUTLS_SIGN_RSA_PSS_RSAE_SHA256:
	case GNUTLS_SIGN_RSA_PSS_RSAE_SHA384:
	case GNUTLS_SIGN_RSA_PSS_RSAE_SHA512:
		return HANDSHAKE_RSA_PSS;
	case GNUTLS_SIGN_ECDSA_SHA256:
	case GNUTLS_SIGN_ECDSA_SHA384:
	case GNUTLS_SIGN_ECDSA_SHA512:
	case GNUTLS_SIGN_ECDSA_SECP256R1_SHA256:
	case GNUTLS_SIGN_ECDSA_SECP384R1_SHA384:
		return HANDSHAKE_ECDSA;
	default:
		return -1;
	}
}

/* For PKCS #1, GnuTLS puts the hash into a DigestInfo (RFC 8017 9.2). */
static int
digest_take(const gnutls_datum_t *info, struct sign_ask *a)
{
	gnutls_digest_algorithm_t which;
	unsigned int len = sizeof(a->hash);

	if (gnutls_decode_ber_digest_info(info, &which, a->hash, &len) < 0 ||
	    (which != GNUTLS_DIG_SHA256 && which != GNUTLS_DIG_SHA384 &&
		which != GNUTLS_DIG_SHA512))
		return -1;
	a->kind = HANDSHAKE_RSA_PKCS1;
	a->hashlen = (uint8_t)len;
	return 0;
}

static int
hash_take(gnutls_sign_algorithm_t algorithm, const gnutls_datum_t *hash,
    struct sign_ask *a)
{
	int kind = signature_kind(algorithm);

	if (algorithm == GNUTLS_SIGN_RSA_RAW)
		return digest_take(hash, a);
	if (kind == -1 || !handshake_hash_ok(hash->size))
		return -1;
	a->kind = (uint8_t)kind;
	a->hashlen = (uint8_t)hash->size;
	memcpy(a->hash, hash->data, hash->size);
	return 0;
}

static int
tls_sign(gnutls_privkey_t key, gnutls_sign_algorithm_t algorithm, void *arg,
    unsigned int flags, const gnutls_datum_t *hash, gnutls_datum_t *signature)
{
	struct sign_ask a = { .kind = 0 };
	static struct sign_give g;

	(void)key;
	(void)flags;
	memcpy(a.key, arg, sizeof(a.key));
	if (hash_take(algorithm, hash, &a) == -1)
		return GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM;
	if (signing_ask(&a, &g) == -1)
		return GNUTLS_E_PK_SIGN_FAILED;
	if ((signature->data = gnutls_malloc(g.siglen)) == NULL)
		return GNUTLS_E_MEMORY_ERROR;
	memcpy(signature->data, g.sig, g.siglen);
	signature->size = g.siglen;
	return 0;
}

static int
tls_key_info(gnutls_privkey_t key, unsigned int flags, void *arg)
{
	gnutls_sign_algorithm_t a;

	(void)key;
	(void)arg;
	if ((flags & GNUTLS_PRIVKEY_INFO_PK_ALGO) != 0)
		return (int)current.pk;
	if ((flags & GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS) != 0)
		return (int)current.bits;
	if ((flags & GNUTLS_PRIVKEY_INFO_HAVE_SIGN_ALGO) == 0)
		return -1;
	a = GNUTLS_FLAGS_TO_SIGN_ALGO(flags);
	return signature_kind(a) != -1 &&
	       gnutls_sign_supports_pk_algorithm(
		   a, (gnutls_pk_algorithm_t)current.pk) != 0;
}

static void
tls_key_free(gnutls_privkey_t key, void *arg)
{
	(void)key;
	gnutls_free(arg);
}

/* ------------------------------------------------------------ certificates */

/* A key object whose signatures are made by keyd. */
static int
key_new(gnutls_privkey_t *key)
{
	uint8_t *id = gnutls_malloc(HANDSHAKE_KEY_ID);
	int r;

	if (id == NULL)
		return -1;
	memcpy(id, current.key, HANDSHAKE_KEY_ID);
	if (gnutls_privkey_init(key) < 0) {
		gnutls_free(id);
		return -1;
	}
	r = gnutls_privkey_import_ext4(
	    *key, id, NULL, tls_sign, NULL, tls_key_free, tls_key_info, 0);
	if (r >= 0)
		return 0;
	gnutls_privkey_deinit(*key);
	gnutls_free(id);
	return -1;
}

static int
chain_fill(gnutls_pcert_st *chain)
{
	unsigned int i;

	for (i = 0; i < current.n; i++) {
		const gnutls_datum_t der = { current.cert[i].der,
			current.cert[i].len };

		if (gnutls_pcert_import_x509_raw(
			&chain[i], &der, GNUTLS_X509_FMT_DER, 0) < 0)
			break;
	}
	if (i == current.n)
		return 0;
	while (i-- > 0)
		gnutls_pcert_deinit(&chain[i]);
	return -1;
}

int
tls_certificate(gnutls_session_t session,
    const struct gnutls_cert_retr_st *info, gnutls_pcert_st **chain,
    unsigned int *n, gnutls_ocsp_data_st **ocsp, unsigned int *nocsp,
    gnutls_privkey_t *key, unsigned int *flags)
{
	(void)session;
	(void)info;
	*ocsp = NULL;
	*nocsp = 0;
	if (current.n == 0 ||
	    (*chain = gnutls_calloc(current.n, sizeof(**chain))) == NULL)
		return -1;
	if (chain_fill(*chain) == -1 || key_new(key) == -1) {
		gnutls_free(*chain);
		*chain = NULL;
		return -1;
	}
	*n = current.n;
	*flags = GNUTLS_CERT_RETR_DEINIT_ALL;
	return 0;
}

void
tls_commit(struct identity *next)
{
	identity_free(&current);
	current = *next;
	memset(next, 0, sizeof(*next));
}

const char *
tls_group(void)
{
	static gnutls_datum_t pem;
	gnutls_dh_params_t dh;

	if (gnutls_dh_params_init(&dh) < 0 ||
	    gnutls_dh_params_import_raw(dh, &gnutls_ffdhe_2048_group_prime,
		&gnutls_ffdhe_2048_group_generator) < 0 ||
	    gnutls_dh_params_export2_pkcs3(dh, GNUTLS_X509_FMT_PEM, &pem) < 0)
		fatalx("GnuTLS: no memory for a group");
	gnutls_dh_params_deinit(dh);
	return (const char *)pem.data;
}
