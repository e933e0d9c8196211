/* SPDX-License-Identifier: ISC */
/*
 * The lines of key and signature files, as minisign and signify write them:
 * comments, and base64 of fixed lengths.
 */
#ifndef SIGN_TEXT_H
#define SIGN_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "sign/reason.h"

#define SIGN_TEXT_MAX 16384 /* bytes of a file */

#define SIGN_UNTRUSTED "untrusted comment: "
#define SIGN_TRUSTED_PREFIX "trusted comment: "

/* A cursor; the bytes stay the caller's. */
struct sign_text {
	const char *p;
	size_t left;
};

/* A line without its end, which may be "\r\n": minisign on Windows. */
struct sign_line {
	const char *p;
	size_t len;
};

/* SIGN_LONG or SIGN_CONTROL if the text cannot be one of such a file. */
enum sign_reason sign_text_init(struct sign_text *, const void *, size_t);

/* A line that begins with prefix; the line is what follows.  Else `why`. */
enum sign_reason sign_text_comment(struct sign_text *, const char *prefix,
    enum sign_reason why, struct sign_line *);

/* A line of base64 of exactly n bytes. */
enum sign_reason sign_text_base64(struct sign_text *, uint8_t *dst, size_t n);

/* SIGN_LINES unless nothing but empty lines is left. */
enum sign_reason sign_text_end(struct sign_text *);

#endif
