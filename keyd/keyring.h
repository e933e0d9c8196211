/* SPDX-License-Identifier: ISC */
/*
 * The keys of the running configuration, of the one before it and of the one
 * that is being received: at a reload, httpd may change its certificate a
 * moment before or after.  Pure: the caller passes the time, in milliseconds of
 * a monotonic clock.
 */
#ifndef KEYD_KEYRING_H
#define KEYD_KEYRING_H

#include "keyd/key.h"

#define KEYRING_OLD_MS 10000 /* the key before is kept so long */
#define KEYRING_SIGNATURES_MAX 500 /* a second */

struct keyring {
	struct tls_key next;
	struct tls_key now;
	struct tls_key before;
	uint64_t second_ms; /* when the present second began */
	uint32_t signatures; /* in it */
};

/* The next key becomes the present one. */
void keyring_commit(struct keyring *);

/* Forgets the key before, or the next one. */
void keyring_drop_before(struct keyring *);
void keyring_drop_next(struct keyring *);

/* Signs, or says why not; sets all of *give. */
void keyring_sign(struct keyring *, const struct sign_ask *, uint64_t now_ms,
    struct sign_give *give);

#endif
