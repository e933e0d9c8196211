/* SPDX-License-Identifier: ISC */
/* Reads the private key of HTTPS, and compares it with the certificate. */
#ifndef KEYD_KEY_LOAD_H
#define KEYD_KEY_LOAD_H

#include "keyd/key.h"

/* An open file, which the caller closes, and its path for messages. */
struct key_file {
	int fd;
	const char *path;
};

/*
 * Reads a private key, and compares it with the first certificate of a file.
 * Logs what is unusual about the certificate at the time now_s.  -1 with the
 * reason in why[ROLE_WHY_MAX].
 */
int key_load(struct tls_key *, const struct key_file *key,
    const struct key_file *cert, int64_t now_s, char *why);

#endif
