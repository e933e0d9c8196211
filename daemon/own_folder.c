/* SPDX-License-Identifier: ISC */
/* Names the folders of clients. */
#include "daemon/own_folder.h"

#include <stdio.h>
#include <string.h>

size_t
own_folder_name(uint8_t unique, const struct addr *client,
    const struct host_id *host, char dst[FILE_FOLDER_MAX])
{
	char text[ADDR_TEXT];

	dst[0] = '\0';
	if (unique == RECORD_TFTP_UNIQUE_IP)
		(void)snprintf(
		    dst, FILE_FOLDER_MAX, "%s", addr_text(client, text));
	/* Only Ethernet addresses, in the format that dnsmasq uses. */
	else if (unique == RECORD_TFTP_UNIQUE_MAC && host->hwlen == 6)
		(void)snprintf(dst, FILE_FOLDER_MAX,
		    "%02x-%02x-%02x-%02x-%02x-%02x", host->hw[0], host->hw[1],
		    host->hw[2], host->hw[3], host->hw[4], host->hw[5]);
	return strlen(dst);
}

size_t
own_folder_strip(uint8_t unique, const struct addr *client,
    const struct host_id *host, char *name, size_t len)
{
	char own[FILE_FOLDER_MAX];
	size_t n = own_folder_name(unique, client, host, own);

	if (n == 0 || len <= n + 1 || name[n] != '/' ||
	    memcmp(name, own, n) != 0)
		return len;
	memmove(name, name + n + 1, len - n - 1);
	return len - n - 1;
}
