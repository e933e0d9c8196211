/* SPDX-License-Identifier: ISC */
/* The target of a request line (RFC 9112 3.2) as the name of a file.  Pure. */
#ifndef HTTPD_TARGET_H
#define HTTPD_TARGET_H

#include <stddef.h>

#define TARGET_PATH_MAX 2048 /* bytes of a decoded path */

enum target_reason {
	TARGET_OK,
	TARGET_FORM, /* neither a path nor a URL of HTTP */
	TARGET_ESCAPE, /* '%' without two hexadecimal digits */
	TARGET_LONG, /* more than TARGET_PATH_MAX bytes */
	TARGET_REASON_MAX
};

/*
 * Decodes the path of a target, without its query, to dst and its length to *n.
 * The path may have any bytes; tftp_name_map() checks it.
 */
enum target_reason target_path(
    const char *target, size_t len, char dst[TARGET_PATH_MAX], size_t *n);

#endif
