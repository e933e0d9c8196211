/* SPDX-License-Identifier: ISC */
/* Public keys of minisign and of OpenBSD's signify: Ed25519 (RFC 8032). */
#ifndef SIGN_PUBKEY_H
#define SIGN_PUBKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sign/reason.h"

#define SIGN_ID_BYTES 8
#define SIGN_KEY_BYTES 32

#define SIGN_ID_TEXT (2 * SIGN_ID_BYTES + 1) /* with its NUL */

/*
 * The two formats have the same bytes, and differ in the comment: signify's
 * ends with " public key".  Any other key is taken for one of minisign.  It
 * matters because the trusted comment can be removed from a signature of
 * minisign, which leaves one of signify, without its serial and file name.
 */
enum sign_format { SIGN_MINISIGN, SIGN_SIGNIFY };

struct sign_pubkey {
	uint8_t id[SIGN_ID_BYTES];
	uint8_t key[SIGN_KEY_BYTES];
	enum sign_format format;
};

/*
 * Parses the text of a key file: a comment, and base64 of "Ed", the id and the
 * key.  On failure the key is zeroed.
 */
enum sign_reason
sign_pubkey_parse(struct sign_pubkey *, const void *text, size_t n);

/*
 * The key with that id, or NULL.  Keys of a list should have distinct ids: of
 * two with one id the first is found.
 */
const struct sign_pubkey *sign_pubkey_find(
    const struct sign_pubkey *, size_t n, const uint8_t id[SIGN_ID_BYTES]);

/* The id as minisign shows it: 16 hexadecimal digits.  Returns dst. */
char *sign_id_text(char dst[SIGN_ID_TEXT], const uint8_t id[SIGN_ID_BYTES]);

#endif
