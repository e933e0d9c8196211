/* SPDX-License-Identifier: ISC */
/*
 * Finds transfers that stand still because of their file.  At the end of a file
 * that has become shorter, sendfile(2) sends nothing, and the library waits
 * for room in the socket, which has room already.
 */
#ifndef HTTPD_STALL_H
#define HTTPD_STALL_H

#include "httpd/state.h"

#define STALL_TICKS 2 /* seconds without progress */

/* The library begins to send the file of a request, or has ended. */
void stall_watch(struct server *, struct request *);
void stall_end(struct server *, struct request *);

/*
 * Called every second.  `found` is called for each request that stands still:
 * its client has acknowledged all that was sent, and nothing follows.  Its
 * fault is set; the caller closes the connection.
 */
void stall_check(struct server *, void (*found)(struct request *));

#endif
