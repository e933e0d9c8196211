/* SPDX-License-Identifier: ISC */
/* Converts seconds since 1970 to a date.  Pure. */
#include "leased/utc.h"

#include <stdio.h>

void
utc_split(uint64_t time_s, struct utc *u)
{
	uint64_t s = time_s > UTC_LAST_S ? UTC_LAST_S : time_s;
	/* Days since 0000-03-01, the first day of years with a leap day last.
	 */
	uint64_t days = s / 86400 + 719468;
	uint64_t era = days / 146097, doe = days % 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint64_t mp = (5 * doy + 2) / 153;

	u->month = (uint32_t)(mp < 10 ? mp + 3 : mp - 9);
	u->year = (uint32_t)(yoe + era * 400 + (u->month <= 2 ? 1 : 0));
	u->day = (uint32_t)(doy - (153 * mp + 2) / 5 + 1);
	u->hour = (uint32_t)(s / 3600 % 24);
	u->minute = (uint32_t)(s / 60 % 60);
	u->second = (uint32_t)(s % 60);
}

const char *
utc_text(uint64_t time_s, char dst[UTC_TEXT])
{
	struct utc u;

	utc_split(time_s, &u);
	(void)snprintf(dst, UTC_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ",
	    u.year % 10000, u.month % 100, u.day % 100, u.hour % 100,
	    u.minute % 100, u.second % 100);
	return dst;
}
