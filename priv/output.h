/* SPDX-License-Identifier: ISC */
/* Text of a role on standard output. */
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

/* Writes all of it; returns the exit status, after logging what went wrong. */
int output_write(const char *text, size_t len);

#endif
