/* SPDX-License-Identifier: ISC */
/* TLS of HTTPS: certificate, signatures by keyd, versions and ciphers. */
#ifndef HTTPD_TLS_H
#define HTTPD_TLS_H

#include <gnutls/abstract.h>

struct identity;

/* Versions and ciphers, as gnutls_priority_init() takes them. */
extern const char tls_priorities[];

/*
 * The group ffdhe2048 (RFC 7919) in PEM, for clients that name no group.  Ends
 * the process if there is no memory.
 */
const char *tls_group(void);

/*
 * GnuTLS calls this for the certificate of a handshake, as
 * gnutls_certificate_retrieve_function3.  Each handshake gets a copy of its
 * own, so that a reload can replace ours at any time.
 */
int tls_certificate(gnutls_session_t, const struct gnutls_cert_retr_st *,
    gnutls_pcert_st **chain, unsigned int *n, gnutls_ocsp_data_st **ocsp,
    unsigned int *nocsp, gnutls_privkey_t *, unsigned int *flags);

/*
 * Sets the certificate of all further handshakes; takes it over and zeroes
 * *next.  Existing connections keep theirs.
 */
void tls_commit(struct identity *next);

#endif
