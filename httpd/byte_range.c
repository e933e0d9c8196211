/* SPDX-License-Identifier: ISC */
/* Reads a byte range. */
#include "httpd/byte_range.h"

#include <stdbool.h>
#include <strings.h>

#define UNIT "bytes="

/*
 * Digits; a number that is too large becomes UINT64_MAX.  Without any, *v
 * stays.
 */
static bool
number(const char **p, uint64_t *v)
{
	if (**p < '0' || **p > '9')
		return false;
	*v = 0;
	for (; **p >= '0' && **p <= '9'; (*p)++) {
		uint64_t digit = (uint64_t)(**p - '0');

		*v = *v > (UINT64_MAX - digit) / 10 ? UINT64_MAX
						    : *v * 10 + digit;
	}
	return true;
}

static const char *
space_skip(const char *p)
{
	while (*p == ' ' || *p == '\t')
		p++;
	return p;
}

/* "-500": the last bytes. */
static enum range_result
suffix_parse(const char *p, uint64_t size, uint64_t *first, uint64_t *length)
{
	uint64_t n;

	if (!number(&p, &n) || *space_skip(p) != '\0')
		return RANGE_NONE;
	if (n == 0 || size == 0)
		return RANGE_BEYOND;
	*length = n < size ? n : size;
	*first = size - *length;
	return RANGE_OK;
}

enum range_result
byte_range_parse(
    const char *value, uint64_t size, uint64_t *first, uint64_t *length)
{
	const char *p = space_skip(value);
	uint64_t from, to = UINT64_MAX;

	if (strncasecmp(p, UNIT, sizeof(UNIT) - 1) != 0)
		return RANGE_NONE;
	p = space_skip(p + sizeof(UNIT) - 1);
	if (*p == '-')
		return suffix_parse(p + 1, size, first, length);
	if (!number(&p, &from) || *p++ != '-')
		return RANGE_NONE;
	(void)number(&p, &to);
	if (*space_skip(p) != '\0' || to < from)
		return RANGE_NONE;
	if (from >= size)
		return RANGE_BEYOND;
	if (to >= size)
		to = size - 1;
	*first = from;
	*length = to - from + 1;
	return RANGE_OK;
}
