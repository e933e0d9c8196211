/* SPDX-License-Identifier: ISC */
/*
 * Has keyd sign the hashes of TLS handshakes.  GnuTLS needs the signature
 * before its function returns, so the process waits, for a limited time.  If
 * keyd did not answer in time, it is not asked again until it has.
 */
#ifndef HTTPD_SIGNING_H
#define HTTPD_SIGNING_H

#include "daemon/handshake.h"

#define SIGNING_WAIT_MS 1000

/* Waits for the signature; -1 after logging why there is none. */
int signing_ask(const struct sign_ask *, struct sign_give *);

/* An answer of keyd. */
void signing_given(uint32_t id, const struct sign_give *);

/* A new keyd is there: it is asked. */
void signing_keyd_up(void);

#endif
