/* SPDX-License-Identifier: ISC */
/*
 * Signatures of minisign and of OpenBSD's signify: Ed25519 (RFC 8032) over the
 * content or, pre-hashed, over its BLAKE2b-512 digest (RFC 7693).
 *
 * A caller parses a signature, finds its key, and checks the comment, then the
 * name of the signed file, and then its content.
 */
#ifndef SIGN_SIGNATURE_H
#define SIGN_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sign/pubkey.h"
#include "sign/reason.h"

#define SIGN_SIG_BYTES 64
#define SIGN_DIGEST_BYTES 64 /* BLAKE2b-512 */
#define SIGN_COMMENT_MAX 4096 /* bytes of a trusted comment */
#define SIGN_SERIAL_MAX INT64_MAX

enum sign_kind {
	SIGN_KIND_PURE, /* minisign -l: over the content */
	SIGN_KIND_PREHASHED, /* minisign: over the digest */
	SIGN_KIND_SIGNIFY /* over the content; no trusted comment */
};

struct sign_signature {
	enum sign_kind kind;
	uint8_t id[SIGN_ID_BYTES]; /* of the key */
	uint8_t sig[SIGN_SIG_BYTES];
	/* The rest is empty with signify. */
	uint8_t global[SIGN_SIG_BYTES]; /* over sig and the comment */
	char comment[SIGN_COMMENT_MAX + 1]; /* trusted; ends with a NUL */
	uint16_t comment_len;
	/* Fields of the comment, not to be trusted before its check. */
	bool has_serial;
	uint64_t serial; /* at most SIGN_SERIAL_MAX */
	uint16_t file_at, file_len; /* "file:" in comment; length 0: none */
};

/*
 * Parses the text of a signature file.  The fields of a trusted comment are
 * separated by tabs, as minisign writes them.  A comment with "serial:" at
 * another place or with an invalid number fails, as a tree whose serial is
 * overlooked could be replaced by an older one.
 */
enum sign_reason
sign_signature_parse(struct sign_signature *, const void *text, size_t n);

/* Whether the check needs the content itself, and not its digest. */
bool sign_signature_is_pure(const struct sign_signature *);

/*
 * Checks the key's signature of the trusted comment, not of the content.
 * SIGN_KEY_FORMAT if it has no trusted comment and the key is not of signify.
 */
enum sign_reason sign_signature_check_comment(
    const struct sign_signature *, const struct sign_pubkey *);

/*
 * SIGN_NAME if the trusted comment has "file:" with another base name than
 * that of the path.
 */
enum sign_reason sign_signature_check_name(
    const struct sign_signature *, const char *path, size_t n);

/*
 * Checks the signature of the content; of any kind, as it makes the digest
 * itself.
 */
enum sign_reason sign_signature_check_content(const struct sign_signature *,
    const struct sign_pubkey *, const void *bytes, size_t n);

/* The same by the digest of the content; fails unless it is pre-hashed. */
enum sign_reason sign_signature_check_digest(const struct sign_signature *,
    const struct sign_pubkey *, const uint8_t digest[SIGN_DIGEST_BYTES]);

#endif
