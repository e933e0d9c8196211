/* SPDX-License-Identifier: ISC */
/* Formats and reads dates of HTTP. */
#include "httpd/date.h"

#include <stdio.h>
#include <string.h>

#define DAY_S 86400
#define YEARS_400 146097 /* days */

static const char days[7][10] = { "Thursday", "Friday", "Saturday", "Sunday",
	"Monday", "Tuesday", "Wednesday" }; /* from 1 January 1970 */
static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

struct date {
	unsigned int year;
	unsigned int month; /* 1 to 12 */
	unsigned int day; /* 1 to 31 */
};

/* Days since 1970 of a date in the Gregorian calendar. */
static int64_t
days_of(const struct date *d)
{
	/* Years begin in March here, so that a leap day is the last day. */
	unsigned int y = d->month <= 2 ? d->year - 1 : d->year;
	unsigned int m = (d->month + 9) % 12;

	return (int64_t)y * 365 + y / 4 - y / 100 + y / 400 +
	       (153 * m + 2) / 5 + d->day - 1 - 719468;
}

static void
date_of(int64_t day, struct date *d)
{
	unsigned int n = (unsigned int)(day + 719468);
	unsigned int era = n / YEARS_400, doe = n % YEARS_400, yoe, doy, m;

	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	m = (5 * doy + 2) / 153;
	d->day = doy - (153 * m + 2) / 5 + 1;
	d->month = m < 10 ? m + 3 : m - 9;
	d->year = yoe + era * 400 + (d->month <= 2);
}

const char *
date_text(uint64_t s, char dst[DATE_TEXT])
{
	unsigned int rest;
	struct date d;

	if (s > DATE_MAX_S)
		s = DATE_MAX_S;
	date_of((int64_t)(s / DAY_S), &d);
	rest = (unsigned int)(s % DAY_S);
	(void)snprintf(dst, DATE_TEXT,
	    "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT", days[s / DAY_S % 7],
	    d.day % 100, months[d.month - 1], d.year % 10000, rest / 3600,
	    rest / 60 % 60, rest % 60);
	return dst;
}

static bool
word_is(const char **p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*p, word, n) != 0)
		return false;
	*p += n;
	return true;
}

/* A number of exactly n digits; with `padded`, a space may be the first. */
static bool
number_is(const char **p, int n, bool padded, unsigned int *v)
{
	*v = 0;
	for (; n > 0; n--, (*p)++) {
		if (padded && **p == ' ') {
			padded = false;
			continue;
		}
		padded = false;
		if (**p < '0' || **p > '9')
			return false;
		*v = *v * 10 + (unsigned int)(**p - '0');
	}
	return true;
}

static bool
month_is(const char **p, unsigned int *month)
{
	for (*month = 1; *month <= 12; (*month)++)
		if (word_is(p, months[*month - 1]))
			return true;
	return false;
}

static bool
time_is(const char **p, unsigned int *s)
{
	unsigned int hour, minute, second;

	if (!number_is(p, 2, false, &hour) || !word_is(p, ":") ||
	    !number_is(p, 2, false, &minute) || !word_is(p, ":") ||
	    !number_is(p, 2, false, &second) || hour > 23 || minute > 59 ||
	    second > 60)
		return false;
	*s = hour * 3600 + minute * 60 + second;
	return true;
}

/* "06 Nov 1994 08:49:37 GMT", after the day of the week */
static bool
imf_is(const char *p, struct date *d, unsigned int *s)
{
	return number_is(&p, 2, false, &d->day) && word_is(&p, " ") &&
	       month_is(&p, &d->month) && word_is(&p, " ") &&
	       number_is(&p, 4, false, &d->year) && word_is(&p, " ") &&
	       time_is(&p, s) && word_is(&p, " GMT") && *p == '\0';
}

/* "06-Nov-94 08:49:37 GMT" */
static bool
rfc850_is(const char *p, struct date *d, unsigned int *s)
{
	if (!number_is(&p, 2, false, &d->day) || !word_is(&p, "-") ||
	    !month_is(&p, &d->month) || !word_is(&p, "-") ||
	    !number_is(&p, 2, false, &d->year) || !word_is(&p, " ") ||
	    !time_is(&p, s) || !word_is(&p, " GMT") || *p != '\0')
		return false;
	d->year += d->year < 70 ? 2000 : 1900;
	return true;
}

/* "Nov  6 08:49:37 1994" */
static bool
asctime_is(const char *p, struct date *d, unsigned int *s)
{
	return month_is(&p, &d->month) && word_is(&p, " ") &&
	       number_is(&p, 2, true, &d->day) && word_is(&p, " ") &&
	       time_is(&p, s) && word_is(&p, " ") &&
	       number_is(&p, 4, false, &d->year) && *p == '\0';
}

bool
date_parse(const char *p, uint64_t *out)
{
	char name[4] = "";
	unsigned int s, i;
	struct date d, same;

	for (i = 0; i < 7; i++) {
		(void)snprintf(name, sizeof(name), "%.3s", days[i]);
		if (strncmp(p, name, 3) == 0)
			break;
	}
	if (i == 7)
		return false;
	if (strncmp(p + 3, ", ", 2) == 0) {
		if (!imf_is(p + 5, &d, &s))
			return false;
	} else if (p[3] == ' ') {
		if (!asctime_is(p + 4, &d, &s))
			return false;
	} else if (!word_is(&p, days[i]) || !word_is(&p, ", ") ||
		   !rfc850_is(p, &d, &s)) {
		return false;
	}
	if (d.year < 1970 || d.day == 0)
		return false;
	/* 31 February is another day. */
	date_of(days_of(&d), &same);
	if (same.day != d.day || same.month != d.month)
		return false;
	*out = (uint64_t)days_of(&d) * DAY_S + s;
	return true;
}
