/* SPDX-License-Identifier: ISC */
/* Reads the certificate of the server. */
#include "httpd/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "daemon/role.h"
#include "daemon/tls_file.h"

void
identity_free(struct identity *id)
{
	unsigned int i;

	for (i = 0; i < id->n; i++)
		free(id->cert[i].der);
	memset(id, 0, sizeof(*id));
}

static int
identity_add(struct identity *id, gnutls_x509_crt_t crt)
{
	struct identity_cert *c = &id->cert[id->n];
	gnutls_datum_t der;
	int r;

	if ((r = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der)) < 0)
		return r;
	if ((c->der = malloc(der.size)) == NULL) {
		gnutls_free(der.data);
		return GNUTLS_E_MEMORY_ERROR;
	}
	memcpy(c->der, der.data, der.size);
	c->len = der.size;
	id->n++;
	gnutls_free(der.data);
	return 0;
}

static int
identity_take(struct identity *id, const gnutls_x509_crt_t *crt, unsigned int n)
{
	size_t len = sizeof(id->key);
	unsigned int i;
	int r;

	r = gnutls_x509_crt_get_pk_algorithm(crt[0], &id->bits);
	if (r < 0)
		return r;
	id->pk = (unsigned int)r;
	r = gnutls_x509_crt_get_key_id(
	    crt[0], GNUTLS_KEYID_USE_SHA256, id->key, &len);
	for (i = 0; i < n && r >= 0; i++)
		r = identity_add(id, crt[i]);
	return r;
}

static int
identity_parse(struct identity *id, const char *text, size_t len)
{
	const gnutls_datum_t pem = { (unsigned char *)(uintptr_t)text,
		(unsigned int)len };
	gnutls_x509_crt_t crt[IDENTITY_CHAIN_MAX];
	unsigned int i, n = IDENTITY_CHAIN_MAX;
	int r;

	r = gnutls_x509_crt_list_import(crt, &n, &pem, GNUTLS_X509_FMT_PEM,
	    GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED |
		GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED);
	if (r < 0)
		return r;
	n = (unsigned int)r;
	r = n == 0 ? GNUTLS_E_NO_CERTIFICATE_FOUND : identity_take(id, crt, n);
	for (i = 0; i < n; i++)
		gnutls_x509_crt_deinit(crt[i]);
	return r;
}

static const char *
identity_reason(int error)
{
	switch (error) {
	case GNUTLS_E_NO_CERTIFICATE_FOUND:
	case GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR:
		return "no certificate in PEM format";
	case GNUTLS_E_CERTIFICATE_LIST_UNSORTED:
		return "the certificates are not in order: the server's first, then its issuer's, and so on";
	case GNUTLS_E_SHORT_MEMORY_BUFFER:
		return "more than 8 certificates";
	default:
		return gnutls_strerror(error);
	}
}

int
identity_load(struct identity *id, int fd, const char *path, char *why)
{
	static char text[TLS_FILE_BYTES_MAX];
	ssize_t n = tls_file_read(fd, text);
	int r;

	memset(id, 0, sizeof(*id));
	if (n == -1) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "https-cert %s cannot be read, or is larger than %d KiB",
		    path, TLS_FILE_BYTES_MAX / 1024);
		return -1;
	}
	if ((r = identity_parse(id, text, (size_t)n)) >= 0)
		return 0;
	identity_free(id);
	(void)snprintf(
	    why, ROLE_WHY_MAX, "https-cert %s: %s", path, identity_reason(r));
	return -1;
}
