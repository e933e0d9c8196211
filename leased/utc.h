/* SPDX-License-Identifier: ISC */
/*
 * Dates of the calendar.  gmtime(3) opens the time zone file, which is outside
 * of the sandbox.
 */
#ifndef LEASED_UTC_H
#define LEASED_UTC_H

#include <stdint.h>

struct utc {
	uint32_t year, month, day; /* from 1 on */
	uint32_t hour, minute, second;
};

#define UTC_TEXT 24
#define UTC_LAST_S UINT64_C(253402300799) /* the last second of 9999 */

/* The date of a time in seconds since 1970; later than 9999: its last second.
 */
void utc_split(uint64_t time_s, struct utc *);

/* As ISO 8601: 2024-01-31T23:59:59Z; returns dst. */
const char *utc_text(uint64_t time_s, char dst[UTC_TEXT]);

#endif
