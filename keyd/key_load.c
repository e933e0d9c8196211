/* SPDX-License-Identifier: ISC */
/* Reads the private key of HTTPS, and compares it with the certificate. */
#include "keyd/key_load.h"

#include <stdio.h>
#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/tls_file.h"

/* Text of the key; overwritten after each use. */
static char text[TLS_FILE_BYTES_MAX];

static bool
text_has(size_t len, const char *s)
{
	return memmem(text, len, s, strlen(s)) != NULL;
}

static int
read_text(const struct key_file *f, const char *directive, char *why)
{
	ssize_t n = tls_file_read(f->fd, text);

	if (n == -1)
		(void)snprintf(why, ROLE_WHY_MAX,
		    "%s %s cannot be read, or is larger than %d KiB", directive,
		    f->path, TLS_FILE_BYTES_MAX / 1024);
	return (int)n;
}

/* -------------------------------------------------------------------- key */

/* Which keys are used, and the public key's id. */
static const char *
key_check(struct tls_key *k)
{
	gnutls_pubkey_t pub;
	size_t len = sizeof(k->id);
	unsigned int bits;
	int pk, r;

	pk = gnutls_privkey_get_pk_algorithm(k->key, &bits);
	k->rsa = pk == GNUTLS_PK_RSA;
	if (k->rsa && (bits < KEY_RSA_BITS_MIN || bits > KEY_RSA_BITS_MAX))
		return "an RSA key must have 2048 to 8192 bits";
	if (!k->rsa && (pk != GNUTLS_PK_ECDSA || (bits != 256 && bits != 384)))
		return "neither RSA nor ECDSA with P-256 or P-384, which firmware understands";
	if (gnutls_pubkey_init(&pub) < 0)
		return "out of memory";
	if ((r = gnutls_pubkey_import_privkey(pub, k->key, 0, 0)) >= 0)
		r = gnutls_pubkey_get_key_id(
		    pub, GNUTLS_KEYID_USE_SHA256, k->id, &len);
	gnutls_pubkey_deinit(pub);
	return r < 0 ? gnutls_strerror(r) : NULL;
}

static const char *
key_parse(struct tls_key *k, size_t len)
{
	const gnutls_datum_t pem = { (unsigned char *)text, (unsigned int)len };
	int r;

	if (text_has(len, "ENCRYPTED"))
		return "it is encrypted with a password; write it without one: openssl pkey -in OLD -out NEW";
	if (!text_has(len, "PRIVATE KEY-----"))
		return "no private key in PEM format";
	if (gnutls_privkey_init(&k->key) < 0) {
		k->key = NULL;
		return "out of memory";
	}
	r = gnutls_privkey_import_x509_raw(
	    k->key, &pem, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN);
	return r < 0 ? gnutls_strerror(r) : key_check(k);
}

/* ------------------------------------------------------------ certificate */

static void
cert_note(gnutls_x509_crt_t crt, const char *path, int64_t now_s)
{
	unsigned int critical, ca = 0;

	if (gnutls_x509_crt_get_expiration_time(crt) < now_s)
		log_warnx(
		    "https-cert %s: the certificate has expired; clients will refuse it",
		    path);
	if (gnutls_x509_crt_get_activation_time(crt) > now_s)
		log_warnx(
		    "https-cert %s: the certificate is not valid yet; clients will refuse it",
		    path);
	if (gnutls_x509_crt_get_basic_constraints(crt, &critical, &ca, NULL) >=
		0 &&
	    ca != 0)
		log_warnx(
		    "https-cert %s: it is the certificate of an authority, whose key should not be on a server; let it sign one for this server",
		    path);
}

static const char *
cert_compare(
    const struct tls_key *k, size_t len, const char *path, int64_t now_s)
{
	const gnutls_datum_t pem = { (unsigned char *)text, (unsigned int)len };
	uint8_t id[HANDSHAKE_KEY_ID];
	size_t idlen = sizeof(id);
	gnutls_x509_crt_t crt;
	int r;

	if (gnutls_x509_crt_init(&crt) < 0)
		return "out of memory";
	if ((r = gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM)) >= 0)
		r = gnutls_x509_crt_get_key_id(
		    crt, GNUTLS_KEYID_USE_SHA256, id, &idlen);
	if (r >= 0 && key_is(k, id))
		cert_note(crt, path, now_s);
	gnutls_x509_crt_deinit(crt);
	if (r == GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR)
		return "no certificate in PEM format";
	if (r < 0)
		return gnutls_strerror(r);
	return key_is(k, id)
		   ? NULL
		   : "the key of https-key does not belong to this certificate; name the key that it was made for";
}

int
key_load(struct tls_key *k, const struct key_file *key,
    const struct key_file *cert, int64_t now_s, char *why)
{
	const char *bad;
	int n;

	memset(k, 0, sizeof(*k));
	if ((n = read_text(key, "https-key", why)) == -1)
		return -1;
	bad = key_parse(k, (size_t)n);
	explicit_bzero(text, sizeof(text));
	if (bad != NULL) {
		(void)snprintf(
		    why, ROLE_WHY_MAX, "https-key %s: %s", key->path, bad);
		key_free(k);
		return -1;
	}
	if ((n = read_text(cert, "https-cert", why)) == -1) {
		key_free(k);
		return -1;
	}
	bad = cert_compare(k, (size_t)n, cert->path, now_s);
	if (bad == NULL)
		return 0;
	(void)snprintf(why, ROLE_WHY_MAX, "https-cert %s: %s", cert->path, bad);
	key_free(k);
	return -1;
}
