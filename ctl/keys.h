/* SPDX-License-Identifier: ISC */
/* Key files. */
#ifndef CTL_KEYS_H
#define CTL_KEYS_H

#include <stddef.h>

#include "sign/pubkey.h"
#include "sign/seckey.h"

#define KEYS_MAX 256
#define KEYS_PUBLIC "sign.pub" /* names in the default folder */
#define KEYS_SECRET "sign.key"

struct keys {
	struct sign_pubkey key[KEYS_MAX];
	size_t n;
};

/*
 * The path of a file in the default folder, ~/.pxeguard; from malloc().  NULL
 * after a message.  make: creates the folder.
 */
char *keys_default(const char *name, bool make);

/*
 * Adds the key of a file, or the keys of all files in a folder that are not
 * hidden.  -1 after a message.
 */
int keys_add(struct keys *, const char *path);

/* Reads a secret key, with its password; see password_get(). */
int
keys_secret(struct sign_seckey *, const char *path, const char *password_file);

#endif
