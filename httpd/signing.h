/* SPDX-License-Identifier: ISC */
/*
 * Asks keyd to sign the hashes of TLS handshakes.  GnuTLS needs the signature
 * when its callback returns, so the process waits for it, for a limited time.
 * After a timeout, keyd is not asked again until its answer has arrived or it
 * was replaced.
 */
#ifndef HTTPD_SIGNING_H
#define HTTPD_SIGNING_H

#include "daemon/handshake.h"

#define SIGNING_WAIT_MS 1000

/* Waits for the signature; -1 after logging why there is none. */
int signing_ask(const struct sign_ask *, struct sign_give *);

/* An answer of keyd. */
void signing_given(uint32_t id, const struct sign_give *);

/* keyd was restarted: it is asked again. */
void signing_keyd_up(void);

#endif
