/* SPDX-License-Identifier: ISC */
/* "Did you mean": finds the name that is closest to an unknown one. */
#include "confd/suggest.h"

#include <string.h>
#include <strings.h>

#include "confd/directive.h"
#include "daemon/dhcp_option.h"
#include "daemon/suggest.h"

struct synonym {
	const char *wrong;
	const char *right;
};

/* Names that people often write, and the directives that they mean. */
static const struct synonym directive_synonyms[] = {
	{ "boot", "dhcp-boot" },
	{ "boot-file", "dhcp-boot" },
	{ "dhcp-bootfile", "dhcp-boot" },
	{ "dhcp-lease-file", "dhcp-leasefile" },
	{ "dhcp-filename", "dhcp-boot" },
	{ "filename", "dhcp-boot" },
	{ "host", "dhcp-host" },
	{ "include", "conf-file" },
	{ "lease-file", "dhcp-leasefile" },
	{ "max-leases", "dhcp-lease-max" },
	{ "match", "dhcp-match" },
	{ "netboot", "dhcp-boot" },
	{ "option", "dhcp-option" },
	{ "pxe-boot", "dhcp-boot" },
	{ "range", "dhcp-range" },
	{ "tftp", "enable-tftp" },
	{ "tftp-dir", "tftp-root" },
	{ "tftp-directory", "tftp-root" },
	{ "tftp-enable", "enable-tftp" },
	{ "tftp-folder", "tftp-root" },
	{ "tftp-path", "tftp-root" },
	{ "userclass", "dhcp-userclass" },
	{ "vendorclass", "dhcp-vendorclass" },
};

#define NEXT_SERVER                                                        \
	"the next server is the third part of dhcp-boot, as in dhcp-boot=" \
	"FILE,,ADDRESS"
#define BLOCK_SIZE                                                          \
	"clients choose the size of blocks; tftp-client=0.0.0.0/0,blksize=" \
	"NUMBER limits it"
#define TIMEOUT "clients choose the timeout of a transfer; remove the line"
#define ROUTER "write dhcp-option=option:router,ADDRESS"
#define DNS_SERVER "write dhcp-option=option:dns-server,ADDRESS"
#define LEASE_TIME \
	"the lease time is the last part of dhcp-range, as in START,END,12h"
#define NETMASK                                                             \
	"the netmask follows the addresses of dhcp-range, as in START,END," \
	"255.255.255.0"

#define ENABLE_DHCP "DHCP is served where there is a dhcp-range; write one"
#define ENABLE_PXE                                                 \
	"what machines boot is set by dhcp-boot, as in dhcp-boot=" \
	"FILE, or by pxe-service"

/* Names for which the one of a directive alone would say too little. */
static const struct synonym directive_advice[] = {
	{ "default-lease-time", LEASE_TIME },
	{ "dhcp", ENABLE_DHCP },
	{ "dhcp-dns", DNS_SERVER },
	{ "dhcp-dns-server", DNS_SERVER },
	{ "dhcp-enable", ENABLE_DHCP },
	{ "dhcp-end", ENABLE_DHCP },
	{ "dhcp-gateway", ROUTER },
	{ "dhcp-lease-time", LEASE_TIME },
	{ "dhcp-netmask", NETMASK },
	{ "dhcp-next-server", NEXT_SERVER },
	{ "dhcp-router", ROUTER },
	{ "dhcp-server", NEXT_SERVER },
	{ "dhcp-start", ENABLE_DHCP },
	{ "dhcp-subnet", NETMASK },
	{ "dhcp-tftp-server", NEXT_SERVER },
	{ "dns", DNS_SERVER },
	{ "dns-server", DNS_SERVER },
	{ "enable-dhcp", ENABLE_DHCP },
	{ "enable-pxe", ENABLE_PXE },
	{ "gateway", ROUTER },
	{ "lease-time", LEASE_TIME },
	{ "max-lease-time", LEASE_TIME },
	{ "netmask", NETMASK },
	{ "next-server", NEXT_SERVER },
	{ "pxe", ENABLE_PXE },
	{ "pxe-enable", ENABLE_PXE },
	{ "router", ROUTER },
	{ "subnet", NETMASK },
	{ "subnet-mask", NETMASK },
	{ "tftp-block-size", BLOCK_SIZE },
	{ "tftp-blksize", BLOCK_SIZE },
	{ "tftp-blocksize", BLOCK_SIZE },
	{ "tftp-max-blksize", BLOCK_SIZE },
	{ "tftp-max-failures", TIMEOUT },
	{ "tftp-port", "TFTP is served at port 69; remove the line" },
	{ "tftp-retries", TIMEOUT },
	{ "tftp-retry", TIMEOUT },
	{ "tftp-server", NEXT_SERVER },
	{ "tftp-timeout", TIMEOUT },
	{ "tftp-window-size",
	    "clients choose the window; tftp-client=0.0.0.0/0,windowsize=NUMBER limits it" },
	{ "tftp-windowsize",
	    "clients choose the window; tftp-client=0.0.0.0/0,windowsize=NUMBER limits it" },
};

/* Names of options in other servers and in the RFCs. */
static const struct synonym option_synonyms[] = {
	{ "arch", "client-arch" },
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

	if (limit == 0 || (d = suggest_distance(name, candidate)) >= limit)
		return false;
	*best = d == 0 ? 1 : d;
	return true;
}

const char *
suggest_instead(const char *name)
{
	return synonym_of(directive_advice,
	    sizeof(directive_advice) / sizeof(directive_advice[0]), name);
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
