/* SPDX-License-Identifier: ISC */
/*
 * Answers that are read in pieces, as boot-max-rate allows.  Their connections
 * are suspended for the time between.
 */
#ifndef HTTPD_PACED_H
#define HTTPD_PACED_H

#include "httpd/state.h"

struct event_base;
struct MHD_Response;

/* work: called when the library has something to do.  -1: out of memory. */
int paced_init(struct server *, struct event_base *, void (*work)(void));

/*
 * The response with the bytes of r->answer from r->fd, which stays
 * with r; NULL if out of memory.
 */
struct MHD_Response *paced_response(struct request *);

/* The request was ended; its response may live on for a moment. */
void paced_end(struct request *);

/* Lets all suspended connections go on, before the library is stopped. */
void paced_stop(void);

#endif
