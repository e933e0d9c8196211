/* SPDX-License-Identifier: ISC */
/* The handler of the REQUEST message (RFC 2131 4.3.2). */
#ifndef DHCPD_REQUEST_H
#define DHCPD_REQUEST_H

#include "dhcpd/state.h"

/* The message is in e->packet, and e->rq says what it is. */
void request_serve(struct engine *);

#endif
