/* SPDX-License-Identifier: ISC */
/* Names the folders of clients. */
#include "daemon/own_folder.h"

#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/record.h"

size_t
own_folder_name(uint8_t unique, const struct addr *client, const uint8_t *hw,
    uint8_t hwlen, char dst[FILE_FOLDER_MAX])
{
	char text[ENDPOINT_TEXT];

	dst[0] = '\0';
	if (unique == RECORD_TFTP_UNIQUE_IP)
		(void)snprintf(
		    dst, FILE_FOLDER_MAX, "%s", addr_text(client, text));
	/* Only Ethernet addresses, in the format that dnsmasq uses. */
	else if (unique == RECORD_TFTP_UNIQUE_MAC && hwlen == 6)
		(void)snprintf(dst, FILE_FOLDER_MAX,
		    "%02x-%02x-%02x-%02x-%02x-%02x", hw[0], hw[1], hw[2], hw[3],
		    hw[4], hw[5]);
	return strlen(dst);
}

size_t
own_folder_prefix(
    const char *own, size_t ownlen, const char *name, size_t namelen)
{
	if (ownlen == 0 || namelen <= ownlen + 1 || name[ownlen] != '/' ||
	    memcmp(name, own, ownlen) != 0)
		return 0;
	return ownlen + 1;
}
