/* SPDX-License-Identifier: ISC */
/* Text that a terminal and a log file show as it is. */
#ifndef DAEMON_PRINTABLE_H
#define DAEMON_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Copies a line of UTF-8 whose bytes may come from outside.  Bytes that are no
 * UTF-8, control characters, characters that change the direction of text,
 * and those that cannot be seen become \xNN, a byte at a time.  What does not
 * fit ends in "...".  Returns dst, which is always ended with a NUL.
 */
char *printable(char *dst, size_t dstsz, const char *src);

/*
 * The same for n bytes, with a rule of the caller's: how many of the n > 0
 * bytes at s are copied as they are; 0: the first becomes \xNN.
 */
typedef size_t printable_shown_fn(const uint8_t *s, size_t n);

char *printable_escape(char *dst, size_t dstsz, const void *src, size_t n,
    printable_shown_fn *shown);

/*
 * The character at s, of at most n > 0 bytes: its length, or 0 where there is
 * none (RFC 3629: not overlong, no surrogate, at most U+10FFFF).
 */
size_t printable_utf8(const uint8_t *s, size_t n, uint32_t *character);

#endif
