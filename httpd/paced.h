/* SPDX-License-Identifier: ISC */
/*
 * Answers whose files are read in pieces, as fast as boot-max-rate allows.
 * Between two pieces the connection is suspended.
 */
#ifndef HTTPD_PACED_H
#define HTTPD_PACED_H

#include "httpd/state.h"

struct event_base;
struct MHD_Response;

/* work: called when the library has something to do.  -1: out of memory. */
int paced_init(struct server *, struct event_base *, void (*work)(void));

/*
 * The response with the bytes of r->answer from r->fd, which r keeps; NULL if
 * out of memory.
 */
struct MHD_Response *paced_response(struct request *);

/* The request has ended; the library may destroy its response later. */
void paced_end(struct request *);

/* Resumes all suspended connections; called before the library is stopped. */
void paced_stop(void);

#endif
