/* SPDX-License-Identifier: ISC */
/*
 * The URL of a boot file on this server, for clients that boot by HTTP.  Pure.
 *
 * Firmware whose vendor class is HTTPClient takes nothing but a URL, and only
 * with option 60 in the reply (UEFI 2.10, 24.7.3.2).
 */
#ifndef DHCPD_HTTP_BOOT_H
#define DHCPD_HTTP_BOOT_H

#include "dhcpd/classify.h"

#define HTTP_BOOT_CLASS "HTTPClient"
/* "http://255.255.255.255:65535/", a file with all bytes escaped, a NUL */
#define HTTP_BOOT_URL_MAX (32 + 3 * RECORD_FILE_MAX)

/* Whether option 60 begins with HTTPClient. */
bool http_boot_client(const struct request *);

/*
 * Writes the URL of a plain file name to dst, if this client is to fetch it by
 * HTTP: HTTP is served on its interface, the next server is this host, and it
 * is an HTTP client, or iPXE where boot-prefer says http.  False otherwise.
 */
bool
http_boot_url(const struct dhcp_conf *, const struct request *, uint32_t local,
    uint32_t siaddr, const char *file, size_t len, char dst[HTTP_BOOT_URL_MAX]);

/*
 * The file name in a URL that http_boot_url() has made for this address, which
 * dst gets; false for any other text.
 */
bool http_boot_file(const struct dhcp_conf *, const char *url, uint32_t local,
    char dst[RECORD_FILE_MAX]);

#endif
