/* SPDX-License-Identifier: ISC */
/*
 * The keys of the running configuration, of the previous one and of the one
 * that is being received, because httpd may change its certificate shortly
 * before or after keyd.  Pure: the caller passes the time, in milliseconds of a
 * monotonic clock.
 */
#ifndef KEYD_KEYRING_H
#define KEYD_KEYRING_H

#include "keyd/key.h"

#define KEYRING_OLD_MS 10000 /* how long the previous key is kept */
#define KEYRING_SIGNATURES_MAX 500 /* per second */

struct keyring {
	struct tls_key next;
	struct tls_key now;
	struct tls_key before;
	uint64_t second_ms; /* start of the current second */
	uint32_t signatures; /* in that second */
};

/* The next key becomes the current one. */
void keyring_commit(struct keyring *);

/* Forgets the previous key, or the next one. */
void keyring_drop_before(struct keyring *);
void keyring_drop_next(struct keyring *);

/* Signs, or says why not; sets all of *give. */
void keyring_sign(struct keyring *, const struct sign_ask *, uint64_t now_ms,
    struct sign_give *give);

#endif
