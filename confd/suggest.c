/* SPDX-License-Identifier: ISC */
/* "Did you mean": finds the directive that is closest to an unknown name. */
#include "confd/suggest.h"

#include <string.h>

#include "confd/directive.h"

#define SUGGEST_MAX 48 /* bytes of a name that is looked at */

struct synonym {
	const char *wrong;
	const char *right;
};

/* Names that people often write, and the directives that they mean. */
static const struct synonym synonyms[] = {
	{ "boot-file", "dhcp-boot" },
	{ "dhcp-bootfile", "dhcp-boot" },
	{ "dhcp-lease-file", "dhcp-leasefile" },
	{ "dhcp-next-server", "dhcp-boot" },
	{ "include", "conf-file" },
	{ "lease-file", "dhcp-leasefile" },
	{ "max-leases", "dhcp-lease-max" },
	{ "next-server", "dhcp-boot" },
	{ "tftp-block-size", "tftp-no-blocksize" },
	{ "tftp-blocksize", "tftp-no-blocksize" },
	{ "tftp-enable", "enable-tftp" },
};

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned int
least(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int m = a < b ? a : b;

	return m < c ? m : c;
}

/*
 * The edit distance of two names: bytes inserted, deleted or replaced.  Case,
 * and '_' for '-', do not count.
 */
static unsigned int
distance(const char *a, const char *b)
{
	unsigned int row[SUGGEST_MAX + 1];
	size_t n = strlen(b), i, j;

	for (j = 0; j <= n; j++)
		row[j] = (unsigned int)j;
	for (i = 0; a[i] != '\0'; i++) {
		unsigned int corner = row[0];

		row[0] = (unsigned int)i + 1;
		for (j = 0; j < n; j++) {
			char x = a[i] == '_' ? '-' : lower(a[i]);
			unsigned int cost = x == lower(b[j]) ? 0 : 1;
			unsigned int above = row[j + 1];

			row[j + 1] =
			    least(above + 1, row[j] + 1, corner + cost);
			corner = above;
		}
	}
	return row[n];
}

const char *
suggest_directive(const char *name)
{
	size_t n = strlen(name), i;
	unsigned int best = n < 6 ? 2 : (unsigned int)n / 3 + 1, d;
	const char *found = NULL;

	if (n < 3 || n > SUGGEST_MAX)
		return NULL;
	for (i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++)
		if (strcmp(synonyms[i].wrong, name) == 0)
			return synonyms[i].right;
	for (i = 0; i < directive_count(); i++) {
		const struct directive *o = directive_at(i);

		if ((d = distance(name, o->name)) < best) {
			best = d;
			found = o->name;
		}
	}
	return found;
}
