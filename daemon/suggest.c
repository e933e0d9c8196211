/* SPDX-License-Identifier: ISC */
/* "Did you mean": how much two names differ. */
#include "daemon/suggest.h"

#include <string.h>

static char
plain(char c)
{
	if (c == '_')
		return '-';
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned int
least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

unsigned int
suggest_distance(const char *a, const char *b)
{
	/* Of three rows of the table: this one and the two above. */
	unsigned int row[3][SUGGEST_MAX + 1], *above, *now, *top;
	size_t na = strlen(a), nb = strlen(b), i, j;

	if (na > SUGGEST_MAX || nb > SUGGEST_MAX)
		return SUGGEST_MAX;
	for (j = 0; j <= nb; j++)
		row[0][j] = (unsigned int)j;
	for (i = 1; i <= na; i++) {
		now = row[i % 3];
		above = row[(i + 2) % 3];
		top = row[(i + 1) % 3];
		now[0] = (unsigned int)i;
		for (j = 1; j <= nb; j++) {
			char x = plain(a[i - 1]), y = plain(b[j - 1]);

			now[j] = least(least(above[j], now[j - 1]) + 1,
			    above[j - 1] + (x == y ? 0 : 1));
			if (i > 1 && j > 1 && x == plain(b[j - 2]) &&
			    y == plain(a[i - 2]))
				now[j] = least(now[j], top[j - 2] + 1);
		}
	}
	return row[na % 3][nb];
}
