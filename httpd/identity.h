/* SPDX-License-Identifier: ISC */
/* The certificate that the server shows in TLS handshakes, with its chain. */
#ifndef HTTPD_IDENTITY_H
#define HTTPD_IDENTITY_H

#include <stdint.h>

#include "daemon/handshake.h"

#define IDENTITY_CHAIN_MAX 8 /* certificates */

struct identity_cert {
	uint8_t *der; /* owned */
	unsigned int len;
};

/* Zeroed: no certificate. */
struct identity {
	unsigned int n;
	struct identity_cert cert[IDENTITY_CHAIN_MAX]; /* the server's first */
	unsigned int pk; /* gnutls_pk_algorithm_t of the server's */
	unsigned int bits;
	uint8_t key[HANDSHAKE_KEY_ID];
};

/*
 * Reads a PEM file, which the caller closes, from its start.  -1 with the
 * reason in why[ROLE_WHY_MAX].
 */
int identity_load(struct identity *, int fd, const char *path, char *why);
void identity_free(struct identity *);

#endif
