/* SPDX-License-Identifier: ISC */
/* Translates octets to netascii. */
#include "tftpd/netascii.h"

size_t
netascii_put(struct netascii_at *at, const uint8_t *src, size_t srclen,
    uint8_t *dst, size_t dstlen)
{
	size_t i = 0, n = 0;

	while (n < dstlen) {
		if (at->pair) {
			dst[n++] = at->second;
			at->pair = false;
			continue;
		}
		if (i == srclen)
			break;
		dst[n] = src[i++];
		if (dst[n] == '\r') {
			at->pair = true;
			at->second = '\0';
		} else if (dst[n] == '\n') {
			dst[n] = '\r';
			at->pair = true;
			at->second = '\n';
		}
		n++;
	}
	at->offset += i;
	return n;
}
