/* SPDX-License-Identifier: ISC */
/* The table of content types. */
#include "httpd/content_type.h"

#include <string.h>
#include <strings.h>

/*
 * UEFI decides by the type, or by the ending of the name, how to boot an image
 * (UEFI 2.10, 24.7.3.1).  The types of texts are for browsers.
 */
static const struct {
	const char *ending;
	const char *type;
} types[] = {
	{ ".efi", "application/efi" },
	{ ".iso", "application/vnd.efi-iso" },
	{ ".img", "application/vnd.efi-img" },
	{ ".ipxe", "text/plain" },
	{ ".cfg", "text/plain" },
	{ ".conf", "text/plain" },
	{ ".ks", "text/plain" },
	{ ".txt", "text/plain" },
	{ ".json", "application/json" },
	{ ".xml", "application/xml" },
	{ ".yaml", "application/yaml" },
	{ ".yml", "application/yaml" },
	{ ".gz", "application/gzip" },
	{ ".deb", "application/vnd.debian.binary-package" },
	{ ".rpm", "application/x-rpm" },
};

const char *
content_type_of(const char *name, size_t len)
{
	size_t i, n;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		n = strlen(types[i].ending);
		if (len > n &&
		    strncasecmp(name + len - n, types[i].ending, n) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}
