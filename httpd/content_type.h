/* SPDX-License-Identifier: ISC */
/* Content-Type by the name of a file.  Pure. */
#ifndef HTTPD_CONTENT_TYPE_H
#define HTTPD_CONTENT_TYPE_H

#include <stddef.h>

/* Never NULL: "application/octet-stream" for unknown endings. */
const char *content_type_of(const char *name, size_t len);

#endif
