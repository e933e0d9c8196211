/* SPDX-License-Identifier: ISC */
/* Lists the host's interfaces and watches them for changes. */
#ifndef PRIV_NET_H
#define PRIV_NET_H

#include "priv/conf.h"

struct event_base;

/*
 * Fills c->ifaces with all interfaces of the host, those that are served first.
 * Returns -1 after logging the reason.  It logs nothing otherwise, because
 * hosts on the link can trigger it at any rate.
 */
int net_find(struct conf *c);

/*
 * Calls changed() when interfaces or addresses may have changed: after 300 ms;
 * under continuous changes at intervals that grow to 4.8 s.  Returns -1 with
 * errno.
 */
int net_watch(struct event_base *, void (*changed)(void));

#endif
