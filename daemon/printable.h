/* SPDX-License-Identifier: ISC */
/* Escapes text for a terminal or a log file. */
#ifndef DAEMON_PRINTABLE_H
#define DAEMON_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Copies a line of UTF-8 that may be untrusted.  Invalid UTF-8, control
 * characters, characters that change the direction of text, and invisible
 * characters become \xNN for each byte.  A text that does not fit ends with
 * "...".  Returns dst, always with a NUL.
 */
char *printable(char *dst, size_t dstsz, const char *src);

/*
 * The same for n bytes, with a rule of the caller: it returns how many of the
 * n > 0 bytes at s are copied unchanged; 0: the first becomes \xNN.
 */
typedef size_t printable_shown_fn(const uint8_t *s, size_t n);

char *printable_escape(char *dst, size_t dstsz, const void *src, size_t n,
    printable_shown_fn *shown);

/*
 * Decodes the character at s, of at most n > 0 bytes.  Returns its length, or 0
 * if it is invalid (RFC 3629: not overlong, no surrogate, at most U+10FFFF).
 */
size_t printable_utf8(const uint8_t *s, size_t n, uint32_t *character);

#endif
