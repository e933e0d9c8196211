/* SPDX-License-Identifier: ISC */
/* The response of libmicrohttpd for an answer: its headers and its body. */
#ifndef HTTPD_RESPONSE_H
#define HTTPD_RESPONSE_H

#include "httpd/state.h"

struct MHD_Response;

/*
 * The response for r->answer; NULL if out of memory.  It takes over r->fd, and
 * sets it to -1, unless the file is read in pieces (httpd/paced.h).
 */
struct MHD_Response *response_new(const struct server_conf *, struct request *);

#endif
