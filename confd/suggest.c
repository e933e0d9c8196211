/* SPDX-License-Identifier: ISC */
/* "Did you mean": finds the name that is closest to an unknown one. */
#include "confd/suggest.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include "confd/directive.h"
#include "daemon/dhcp_option.h"

#define SUGGEST_MAX 48 /* bytes of a name that is looked at */

struct synonym {
	const char *wrong;
	const char *right;
};

/* Names that people often write, and the directives that they mean. */
static const struct synonym directive_synonyms[] = {
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

/* Names of options in other servers and in the RFCs. */
static const struct synonym option_synonyms[] = {
	{ "architecture", "client-arch" },
	{ "boot-file", "bootfile-name" },
	{ "boot-filename", "bootfile-name" },
	{ "bootfile", "bootfile-name" },
	{ "broadcast-address", "broadcast" },
	{ "class-id", "vendor-class" },
	{ "class-identifier", "vendor-class" },
	{ "classless-routes", "classless-static-route" },
	{ "client-architecture", "client-arch" },
	{ "default-gateway", "router" },
	{ "default-router", "router" },
	{ "dhcp-lease-time", "lease-time" },
	{ "dns", "dns-server" },
	{ "domain", "domain-name" },
	{ "domain-name-server", "dns-server" },
	{ "domain-name-servers", "dns-server" },
	{ "file-name", "bootfile-name" },
	{ "filename", "bootfile-name" },
	{ "gateway", "router" },
	{ "gateways", "router" },
	{ "interface-mtu", "mtu" },
	{ "name-server", "dns-server" },
	{ "name-servers", "dns-server" },
	{ "nameserver", "dns-server" },
	{ "nameservers", "dns-server" },
	{ "netbios-name-server", "netbios-ns" },
	{ "netbios-name-servers", "netbios-ns" },
	{ "next-server", "server-ip-address" },
	{ "ntp", "ntp-server" },
	{ "pxe-arch", "client-arch" },
	{ "rebinding-time", "T2" },
	{ "renewal-time", "T1" },
	{ "rfc3442-classless-static-routes", "classless-static-route" },
	{ "search", "domain-search" },
	{ "search-domain", "domain-search" },
	{ "subnet-mask", "netmask" },
	{ "syslog-server", "log-server" },
	{ "tftp", "tftp-server" },
	{ "tftp-server-ip", "tftp-server-address" },
	{ "tftp-server-name", "tftp-server" },
	{ "time-server", "ntp-server" },
	{ "time-servers", "ntp-server" },
	{ "vendor-class-identifier", "vendor-class" },
	{ "vendor-encapsulated-options", "vendor-encap" },
	{ "wins", "netbios-ns" },
	{ "wins-server", "netbios-ns" },
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

/* Case, and '_' for '-', do not count. */
static bool
same(char a, char b)
{
	return (a == '_' ? '-' : lower(a)) == (b == '_' ? '-' : lower(b));
}

/*
 * The edit distance of two names: bytes inserted, deleted or replaced, and
 * neighbours exchanged.  Neither has more than SUGGEST_MAX bytes.
 */
static unsigned int
distance(const char *a, const char *b)
{
	unsigned int rows[3][SUGGEST_MAX + 1];
	size_t n = strlen(b), i, j;

	for (j = 0; j <= n; j++)
		rows[0][j] = (unsigned int)j;
	for (i = 0; a[i] != '\0'; i++) {
		const unsigned int *before = rows[(i + 2) % 3];
		const unsigned int *above = rows[i % 3];
		unsigned int *row = rows[(i + 1) % 3];

		row[0] = (unsigned int)i + 1;
		for (j = 0; j < n; j++) {
			row[j + 1] = least(above[j + 1] + 1, row[j] + 1,
			    above[j] + (same(a[i], b[j]) ? 0 : 1));
			if (i > 0 && j > 0 && same(a[i], b[j - 1]) &&
			    same(a[i - 1], b[j]))
				row[j + 1] = least(
				    row[j + 1], before[j - 1] + 1, UINT_MAX);
		}
	}
	return rows[i % 3][n];
}

/* The name that is meant by one that is often written for it, or NULL. */
static const char *
synonym_of(const struct synonym *list, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcasecmp(list[i].wrong, name) == 0)
			return list[i].right;
	return NULL;
}

/* The distance that a name must be below to be close; 0: none is. */
static unsigned int
limit_of(const char *name)
{
	size_t n = strlen(name);

	if (n < 3 || n > SUGGEST_MAX)
		return 0;
	return n < 6 ? 2 : (unsigned int)n / 3 + 1;
}

bool
suggest_closer(const char *name, const char *candidate, unsigned int *best)
{
	unsigned int limit = *best == 0 ? limit_of(name) : *best, d;

	if (limit == 0 || strlen(candidate) > SUGGEST_MAX)
		return false;
	if ((d = distance(name, candidate)) >= limit)
		return false;
	*best = d == 0 ? 1 : d;
	return true;
}

const char *
suggest_directive(const char *name)
{
	const char *found = synonym_of(directive_synonyms,
	    sizeof(directive_synonyms) / sizeof(directive_synonyms[0]), name);
	unsigned int best = 0;
	size_t i;

	if (found != NULL)
		return found;
	for (i = 0; i < directive_count(); i++)
		if (suggest_closer(name, directive_at(i)->name, &best))
			found = directive_at(i)->name;
	return found;
}

const struct dhcp_option *
suggest_option(const char *name)
{
	const char *right = synonym_of(option_synonyms,
	    sizeof(option_synonyms) / sizeof(option_synonyms[0]), name);
	const struct dhcp_option *found = NULL, *o;
	unsigned int best = 0;
	size_t i;

	if (right != NULL)
		return dhcp_option_find_name(right);
	for (i = 0; (o = dhcp_option_row(i)) != NULL; i++)
		if (suggest_closer(name, o->name, &best))
			found = o;
	return found;
}
