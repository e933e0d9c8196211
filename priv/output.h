/* SPDX-License-Identifier: ISC */
/* Text on standard output and standard error, of --test and the like. */
#ifndef PRIV_OUTPUT_H
#define PRIV_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether all characters are printable ASCII or ends of lines; a terminal
 * interprets others.  cr: lines may end with CR and LF, as those of CSV do.
 */
bool output_is_plain(const uint8_t *text, size_t len, bool cr);

/*
 * Writes all of it, and waits without a limit while a pager does not read:
 * no client is served meanwhile.  -1 with errno.
 */
int output_all(int fd, const char *text, size_t len);

/*
 * The same on standard output; returns the exit status, after logging what
 * went wrong.
 */
int output_write(const char *text, size_t len);

#endif
