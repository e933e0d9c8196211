/* SPDX-License-Identifier: ISC */
/* Entity tags (RFC 9110 8.8.3).  Pure. */
#ifndef HTTPD_ETAG_H
#define HTTPD_ETAG_H

#include <stdbool.h>
#include <stdint.h>

#define ETAG_TEXT 40

/* The strong tag of a file, by size and time; returns dst. */
const char *etag_text(uint64_t size, uint64_t mtime_ns, char dst[ETAG_TEXT]);

/*
 * Whether the value of If-Match or If-None-Match has the tag; "*" matches any
 * tag.  weak: weak tags, which begin with W/, match as well.
 */
bool etag_listed(const char *list, const char *etag, bool weak);

#endif
