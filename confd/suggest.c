/* SPDX-License-Identifier: ISC */
/* "Did you mean": finds the name that is closest to an unknown one. */
#include "confd/suggest.h"

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

const char *
suggest_directive(const char *name)
{
	const char *found = synonym_of(directive_synonyms,
	    sizeof(directive_synonyms) / sizeof(directive_synonyms[0]), name);
	unsigned int best = limit_of(name), d;
	size_t i;

	if (found != NULL || best == 0)
		return found;
	for (i = 0; i < directive_count(); i++) {
		const struct directive *o = directive_at(i);

		if ((d = distance(name, o->name)) < best) {
			best = d;
			found = o->name;
		}
	}
	return found;
}

const struct dhcp_option *
suggest_option(const char *name)
{
	const char *right = synonym_of(option_synonyms,
	    sizeof(option_synonyms) / sizeof(option_synonyms[0]), name);
	const struct dhcp_option *found = NULL, *o;
	unsigned int best = limit_of(name), d;
	size_t i;

	if (right != NULL)
		return dhcp_option_find_name(right);
	for (i = 0; best > 0 && (o = dhcp_option_row(i)) != NULL; i++)
		if ((d = distance(name, o->name)) < best) {
			best = d;
			found = o;
		}
	return found;
}
