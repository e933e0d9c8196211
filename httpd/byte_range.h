/* SPDX-License-Identifier: ISC */
/* The Range header (RFC 9110 14.2).  Pure. */
#ifndef HTTPD_BYTE_RANGE_H
#define HTTPD_BYTE_RANGE_H

#include <stdint.h>

enum range_result {
	RANGE_NONE, /* malformed, not in bytes, or several: ignored */
	RANGE_OK,
	RANGE_BEYOND, /* no byte of it is in the file */
};

/* Sets *first and *length if the result is RANGE_OK; length is never 0. */
enum range_result byte_range_parse(
    const char *value, uint64_t size, uint64_t *first, uint64_t *length);

#endif
