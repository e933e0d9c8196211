/* SPDX-License-Identifier: ISC */
/* Checks of URLs of boot files. */
#include "confd/check_url.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "confd/builder.h"
#include "confd/diag.h"
#include "confd/value.h"
#include "daemon/record.h"

#define HOST_MAX 255

enum url_fault {
	URL_FAULT_NONE, /* also for what is no URL */
	URL_FAULT_UNREACHABLE, /* of this host only, such as http://0.0.0.0/ */
	URL_FAULT_HOST, /* neither an address nor a name, such as <server> */
	URL_FAULT_SLASHES, /* http:/server/ */
};

/* Whether the host is one that means the client itself, or no host. */
static bool
is_unreachable(const char *host, size_t len)
{
	static const char *const hosts[] = { "0.0.0.0", "127.0.0.1",
		"localhost", "[::]", "[::1]", "" };
	size_t i;

	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (strlen(hosts[i]) == len &&
		    strncasecmp(host, hosts[i], len) == 0)
			return true;
	return false;
}

/* An address with a part above 255, or x.x.x.x of an example. */
static bool
host_is_example(const char *host)
{
	uint32_t addr;
	size_t i, dots = 0;

	for (i = 0; host[i] != '\0'; i++)
		dots += host[i] == '.';
	if (dots != 3)
		return false;
	return strspn(host, "xX.") == i ||
	       (strspn(host, "0123456789.") == i && !value_ip4(host, &addr));
}

/* Names with an underscore do exist. */
static bool
is_host(const char *host, size_t len)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
	char copy[HOST_MAX + 1];

	/* iPXE replaces ${next-server}; [ begins an address of IPv6. */
	if (memchr(host, '$', len) != NULL || host[0] == '[')
		return true;
	if (len > HOST_MAX)
		return false;
	memcpy(copy, host, len);
	copy[len] = '\0';
	return strspn(copy, letters) == len && !host_is_example(copy);
}

/* http:/server/ */
static bool
is_without_slashes(const char *text)
{
	static const char *const schemes[] = { "http:", "https:", "tftp:" };
	size_t i, n;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		n = strlen(schemes[i]);
		if (strncasecmp(text, schemes[i], n) == 0)
			return strncmp(text + n, "//", 2) != 0;
	}
	return false;
}

/*
 * What is wrong with the server of a URL.  *host and *len are set to its place
 * in text for URL_FAULT_HOST.
 */
static enum url_fault
url_fault(const char *text, const char **host, size_t *len)
{
	const char *at;

	if (is_without_slashes(text))
		return URL_FAULT_SLASHES;
	if ((*host = strstr(text, "://")) == NULL)
		return URL_FAULT_NONE;
	*host += 3;
	/* user:password@host */
	at = *host + strcspn(*host, "@/");
	if (*at == '@')
		*host = at + 1;
	*len =
	    (*host)[0] == '[' ? strcspn(*host, "]/") + 1 : strcspn(*host, ":/");
	if ((*host)[0] == '[' && *len > strlen(*host))
		return URL_FAULT_HOST;
	if (is_unreachable(*host, *len))
		return URL_FAULT_UNREACHABLE;
	return is_host(*host, *len) ? URL_FAULT_NONE : URL_FAULT_HOST;
}

void
check_url(struct config *c, const struct config_entry *e, const char *text)
{
	const char *host = NULL;
	char copy[HOST_MAX + 1];
	size_t len = 0;

	switch (url_fault(text, &host, &len)) {
	case URL_FAULT_NONE:
		break;
	case URL_FAULT_UNREACHABLE:
		diag_at(c, LOG_WARNING, &e->place,
		    "no client can reach the server of \"%s\"; write the address that this server has on its network",
		    diag_show(c, text));
		break;
	case URL_FAULT_HOST:
		if (len > HOST_MAX)
			len = HOST_MAX;
		memcpy(copy, host, len);
		copy[len] = '\0';
		diag_at(c, LOG_WARNING, &e->place,
		    "no client can reach \"%s\": \"%s\" is neither an address nor a host name; write that of the server",
		    diag_show(c, text), diag_show(c, copy));
		break;
	case URL_FAULT_SLASHES:
		diag_at(c, LOG_WARNING, &e->place,
		    "\"%s\" is no URL; two slashes follow the colon, as in http://SERVER/FILE",
		    diag_show(c, text));
		break;
	}
}

void
check_url_server(
    struct config *c, const struct config_entry *e, const struct record_boot *b)
{
	if (e->told || strstr(b->sname, "://") == NULL)
		return;
	diag_at(c, LOG_WARNING, &e->place,
	    "\"%s\" is read as the name of a server, and clients ask for \"%s\" by TFTP; write the whole URL as the file, as in dhcp-boot=http://SERVER/FILE",
	    diag_show(c, b->sname), diag_show(c, b->file));
}
