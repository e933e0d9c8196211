/* SPDX-License-Identifier: ISC */
/* Keys and certificates for tests, made by GnuTLS in fixtures. */
#ifndef TESTS_UNIT_TLS_CASE_H
#define TESTS_UNIT_TLS_CASE_H

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "tests/unit/unit.h"

/* A key pair with its certificate: files in memory, and the public key. */
struct tls_pair {
	gnutls_x509_privkey_t x509;
	gnutls_x509_crt_t crt;
	gnutls_pubkey_t pub;
	int key_fd;
	int cert_fd;
};

#define TLS_OK(call) ck_assert_int_ge(call, 0)

/* A file in memory; fd -1: a new one, else more is appended. */
static inline int
tls_file(int fd, const void *text, size_t len)
{
	if (fd == -1)
		ck_assert_int_ne(fd = memfd_create("tls", MFD_CLOEXEC), -1);
	ck_assert_int_eq(write(fd, text, len), len);
	return fd;
}

static inline int
tls_cert_append(int fd, const struct tls_pair *p)
{
	gnutls_datum_t pem;

	TLS_OK(gnutls_x509_crt_export2(p->crt, GNUTLS_X509_FMT_PEM, &pem));
	fd = tls_file(fd, pem.data, pem.size);
	gnutls_free(pem.data);
	return fd;
}

/* issuer: NULL if it signs itself. */
static inline void
tls_pair_make(struct tls_pair *p, gnutls_pk_algorithm_t pk, unsigned int bits,
    const char *name, const struct tls_pair *issuer)
{
	gnutls_datum_t pem;

	if (issuer == NULL)
		issuer = p;
	TLS_OK(gnutls_x509_privkey_init(&p->x509));
	TLS_OK(gnutls_x509_privkey_generate(p->x509, pk, bits, 0));
	TLS_OK(gnutls_x509_privkey_export2(p->x509, GNUTLS_X509_FMT_PEM, &pem));
	p->key_fd = tls_file(-1, pem.data, pem.size);
	gnutls_free(pem.data);
	TLS_OK(gnutls_x509_crt_init(&p->crt));
	TLS_OK(gnutls_x509_crt_set_version(p->crt, 3));
	TLS_OK(gnutls_x509_crt_set_serial(p->crt, "\001", 1));
	TLS_OK(gnutls_x509_crt_set_dn(p->crt, name, NULL));
	TLS_OK(gnutls_x509_crt_set_activation_time(p->crt, time(NULL) - 60));
	TLS_OK(gnutls_x509_crt_set_expiration_time(p->crt, time(NULL) + 3600));
	TLS_OK(gnutls_x509_crt_set_key(p->crt, p->x509));
	TLS_OK(gnutls_x509_crt_sign2(
	    p->crt, issuer->crt, issuer->x509, GNUTLS_DIG_SHA256, 0));
	p->cert_fd = tls_cert_append(-1, p);
	TLS_OK(gnutls_pubkey_init(&p->pub));
	TLS_OK(gnutls_pubkey_import_x509(p->pub, p->crt, 0));
}

static inline void
tls_pair_free(struct tls_pair *p)
{
	(void)close(p->key_fd);
	(void)close(p->cert_fd);
	gnutls_pubkey_deinit(p->pub);
	gnutls_x509_crt_deinit(p->crt);
	gnutls_x509_privkey_deinit(p->x509);
}

#endif
