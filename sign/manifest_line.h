/* SPDX-License-Identifier: ISC */
/* One line of a manifest. */
#ifndef SIGN_MANIFEST_LINE_H
#define SIGN_MANIFEST_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sign/manifest.h"

/* The length is 0 if the line lists no file: it is empty, or a comment. */
struct manifest_line {
	uint8_t hash[MANIFEST_HASH_BYTES];
	char name[MANIFEST_LINE_MAX]; /* relative and normalized; no NUL */
	size_t len;
};

/* Parses n bytes without their newline.  Pure. */
enum sign_reason
manifest_line_parse(struct manifest_line *, const uint8_t *p, size_t n);

/*
 * Writes a line as sha256sum does, with its newline, for a name without NUL.
 * dst has room for 2 * n + MANIFEST_LINE_EXTRA bytes.  Returns the length.
 */
#define MANIFEST_LINE_EXTRA (1 + 2 * MANIFEST_HASH_BYTES + 2 + 1)
size_t manifest_line_write(char *dst, const char *name, size_t n,
    const uint8_t hash[MANIFEST_HASH_BYTES]);

#endif
