/* SPDX-License-Identifier: ISC */
/*
 * Opens the public keys of verify-key for imaged.  A key decides what machines
 * boot, so only root may be able to change its file, or to add one to a folder.
 */
#ifndef PRIV_VERIFY_KEYS_H
#define PRIV_VERIFY_KEYS_H

#include "priv/conf.h"

#define VERIFY_KEYS_MAX 256 /* files, in all folders */

/*
 * Opens the keys of a configuration that checks signatures, into c->keys.
 * Returns -1 after logging what is wrong with each that cannot be used.
 */
int verify_keys_open(struct conf *, int limit_ms);

/* Notes that --test does not look at signatures. */
void verify_keys_advise(const struct conf *);

/* Shares the keys that another configuration has opened.  -1 with errno. */
int verify_keys_share(struct conf *, const struct conf *from);

/* Closes them. */
void verify_keys_free(struct conf *);

#endif
