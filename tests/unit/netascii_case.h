/* SPDX-License-Identifier: ISC */
/* Netascii, written in another way than by the server. */
#ifndef TESTS_UNIT_NETASCII_CASE_H
#define TESTS_UNIT_NETASCII_CASE_H

#include <stddef.h>
#include <stdint.h>

/* What RFC 764 makes of n bytes, at most 2 * n; returns how many. */
static inline size_t
netascii_expected(const uint8_t *src, size_t n, uint8_t *dst)
{
	size_t i, len = 0;

	for (i = 0; i < n; i++) {
		if (src[i] == '\n')
			dst[len++] = '\r';
		dst[len++] = src[i];
		if (src[i] == '\r')
			dst[len++] = '\0';
	}
	return len;
}

#endif
