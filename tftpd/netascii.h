/* SPDX-License-Identifier: ISC */
/*
 * Translates a file to netascii (RFC 764, RFC 1350): LF becomes CR LF, and CR
 * becomes CR NUL.  Pure.
 */
#ifndef TFTPD_NETASCII_H
#define TFTPD_NETASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A position in a translated file; all zero is its beginning. */
struct netascii_at {
	uint64_t offset; /* of the next byte in the file */
	bool pair; /* the CR of a pair was written; `second` comes next */
	uint8_t second; /* LF or NUL */
};

/*
 * Translates src, which begins at at->offset of the file, until the end of src
 * or dst, and advances *at.  Returns the number of bytes written.
 */
size_t netascii_put(struct netascii_at *at, const uint8_t *src, size_t srclen,
    uint8_t *dst, size_t dstlen);

#endif
