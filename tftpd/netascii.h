/* SPDX-License-Identifier: ISC */
/*
 * The translation of a file to netascii (RFC 764, RFC 1350): LF becomes
 * CR LF, and CR becomes CR NUL.  Pure.
 */
#ifndef TFTPD_NETASCII_H
#define TFTPD_NETASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A place in a translated file; all zero is its beginning. */
struct netascii_at {
	uint64_t offset; /* of the next byte in the file */
	bool pair; /* the second byte of a pair comes before that */
	uint8_t second; /* that byte: LF or NUL */
};

/*
 * Translates src, which begins at at->offset of the file, to dst until
 * either is used up, and moves *at.  Returns the number of bytes written.
 */
size_t netascii_put(struct netascii_at *at, const uint8_t *src, size_t srclen,
    uint8_t *dst, size_t dstlen);

#endif
