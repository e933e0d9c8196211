/* SPDX-License-Identifier: ISC */
/* Makes URLs of boot files. */
#include "dhcpd/http_boot.h"

#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/http.h"
#include "dhcpd/conf_index.h"
#include "dhcpd/pxe_client.h"

#define IPXE_HTTP 19 /* the feature in option 175 */

bool
http_boot_client(const struct request *rq)
{
	size_t len;
	const uint8_t *class = packet_option(rq->p, OPT_VENDOR_CLASS, &len);

	return class != NULL && len >= sizeof(HTTP_BOOT_CLASS) - 1 &&
	       memcmp(class, HTTP_BOOT_CLASS, sizeof(HTTP_BOOT_CLASS) - 1) == 0;
}

/* An iPXE that lists its features in option 175, and HTTP is none of them. */
static bool
ipxe_lacks_http(const struct request *rq)
{
	size_t len, i;
	const uint8_t *o = packet_option(rq->p, OPT_IPXE, &len);

	if (o == NULL)
		return false;
	for (i = 0; i + 2 <= len; i += 2U + o[i + 1])
		if (o[i] == IPXE_HTTP)
			return i + 2 < len && o[i + 1] > 0 && o[i + 2] == 0;
	return true;
}

static bool
wants_http(const struct dhcp_conf *c, const struct request *rq)
{
	if (http_boot_client(rq))
		return true;
	return c->http.prefer && pxe_is_loader(rq->p) && !ipxe_lacks_http(rq);
}

/* RFC 3986 2.3, and the slash. */
static bool
url_keeps(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || strchr("-._~/", c) != NULL;
}

/* "http://192.168.1.1/" or "http://192.168.1.1:8080/"; its length. */
static size_t
prefix_put(const struct dhcp_conf *c, uint32_t local, char *dst, size_t size)
{
	char ip[ADDR_TEXT];

	(void)ip4_text(local, ip);
	if (c->http.port == HTTP_PORT)
		return (size_t)snprintf(dst, size, "http://%s/", ip);
	return (size_t)snprintf(dst, size, "http://%s:%u/", ip, c->http.port);
}

bool
http_boot_url(const struct dhcp_conf *c, const struct request *rq,
    uint32_t local, uint32_t siaddr, const char *file, size_t len,
    char dst[HTTP_BOOT_URL_MAX])
{
	size_t n, i;

	if (!c->http.enabled || !rq->iface->i.http || len == 0 ||
	    len >= RECORD_FILE_MAX || memmem(file, len, "://", 3) != NULL ||
	    !dhcp_conf_is_own(c, siaddr) || !wants_http(c, rq))
		return false;
	while (len > 0 && *file == '/') {
		file++;
		len--;
	}
	n = prefix_put(c, local, dst, HTTP_BOOT_URL_MAX);
	for (i = 0; i < len; i++) {
		/* A backslash is a slash in names of files here. */
		char byte = file[i] == '\\' ? '/' : file[i];

		n += (size_t)snprintf(dst + n, HTTP_BOOT_URL_MAX - n,
		    url_keeps(byte) ? "%c" : "%%%02X", (unsigned char)byte);
	}
	return true;
}

static int
url_digit(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	return p == NULL ? -1 : (int)(p - digits);
}

bool
http_boot_file(const struct dhcp_conf *c, const char *url, uint32_t local,
    char dst[RECORD_FILE_MAX])
{
	char prefix[32];
	size_t n = prefix_put(c, local, prefix, sizeof(prefix)), i;
	int high, low;

	if (strncmp(url, prefix, n) != 0)
		return false;
	for (i = 0, url += n; *url != '\0' && i < RECORD_FILE_MAX - 1; i++) {
		if (*url != '%') {
			dst[i] = *url++;
			continue;
		}
		if ((high = url_digit(url[1])) == -1 ||
		    (low = url_digit(url[2])) == -1)
			return false;
		dst[i] = (char)(high << 4 | low);
		url += 3;
	}
	dst[i] = '\0';
	return *url == '\0';
}
