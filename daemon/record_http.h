/* SPDX-License-Identifier: ISC */
/* Encoding of the record of HTTP, for record.c. */
#ifndef DAEMON_RECORD_HTTP_H
#define DAEMON_RECORD_HTTP_H

#include "daemon/record.h"

void record_http_encode(const struct record *, struct writer *);
void record_http_decode(struct reader *, struct record *);

#endif
