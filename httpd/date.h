/* SPDX-License-Identifier: ISC */
/* Dates in headers (RFC 9110 5.6.7).  Pure. */
#ifndef HTTPD_DATE_H
#define HTTPD_DATE_H

#include <stdbool.h>
#include <stdint.h>

#define DATE_TEXT 30 /* "Sun, 06 Nov 1994 08:49:37 GMT" with its NUL */
#define DATE_MAX_S 253402300799 /* the end of the year 9999 */

/* Seconds since 1970, at most DATE_MAX_S; returns dst. */
const char *date_text(uint64_t s, char dst[DATE_TEXT]);

/*
 * Reads any of the three formats; false for anything else, and for years before
 * 1970.
 */
bool date_parse(const char *, uint64_t *s);

#endif
