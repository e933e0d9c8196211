/* SPDX-License-Identifier: ISC */
/*
 * Secret keys in minisign's format, and signatures made with them.  Only
 * pxeguard-sign uses this; call sodium_init() first.
 */
#ifndef SIGN_SECKEY_H
#define SIGN_SECKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sign/pubkey.h"
#include "sign/reason.h"
#include "sign/signature.h"

#define SIGN_SECRET_BYTES 64 /* seed and public key */
#define SIGN_SALT_BYTES 32
#define SIGN_PRIVATE_BYTES (SIGN_ID_BYTES + SIGN_SECRET_BYTES + 32)

/* Bytes of the texts below, with their NUL. */
#define SIGN_SECKEY_TEXT 384
#define SIGN_PUBKEY_TEXT 192
#define SIGN_SIGNATURE_TEXT (SIGN_COMMENT_MAX + 512)

/* To be wiped by sodium_memzero(). */
struct sign_seckey {
	uint8_t id[SIGN_ID_BYTES];
	uint8_t secret[SIGN_SECRET_BYTES];
};

/* A secret key file, before its password is known. */
struct sign_seckey_file {
	bool encrypted;
	uint8_t salt[SIGN_SALT_BYTES];
	uint64_t opslimit, memlimit; /* of scrypt, as libsodium takes them */
	uint8_t body[SIGN_PRIVATE_BYTES]; /* id, secret, checksum */
};

/* A new random key. */
void sign_seckey_make(struct sign_seckey *);

/*
 * Parses the text of a secret key file.  SIGN_SECRET_COST if it asks for more
 * than minisign's own files do: 1 GiB of memory.
 */
enum sign_reason
sign_seckey_parse(struct sign_seckey_file *, const void *text, size_t n);

/*
 * Decrypts the key, which takes seconds.  The password does not matter unless
 * the file is encrypted.
 */
enum sign_reason sign_seckey_open(struct sign_seckey *,
    const struct sign_seckey_file *, const char *password, size_t n);

/*
 * Writes the text of a secret key file.  password: NULL to leave it
 * unencrypted.  memlimit: memory of scrypt in bytes, 0 for minisign's; it is
 * halved until there is as much.  -1 without memory.
 */
int sign_seckey_write(char dst[SIGN_SECKEY_TEXT], const struct sign_seckey *,
    const char *password, size_t n, size_t memlimit);

/* The public key, and the text of its file. */
void sign_seckey_public(const struct sign_seckey *, struct sign_pubkey *);
void sign_pubkey_write(char dst[SIGN_PUBKEY_TEXT], const struct sign_pubkey *);

/*
 * Writes a pre-hashed signature.  The trusted comment has no newline, and at
 * most SIGN_COMMENT_MAX bytes.
 */
void
sign_signature_write(char dst[SIGN_SIGNATURE_TEXT], const struct sign_seckey *,
    const uint8_t digest[SIGN_DIGEST_BYTES], const char *comment);

#endif
