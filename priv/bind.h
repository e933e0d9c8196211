/* SPDX-License-Identifier: ISC */
/* The sockets on the well-known ports, and those for single transfers. */
#ifndef PRIV_BIND_H
#define PRIV_BIND_H

#include "daemon/endpoint.h"
#include "priv/conf.h"

/*
 * Fills c->listeners for c->ifaces: a socket for each use and interface,
 * bound to the device, so that nothing comes from or goes to another.  Those
 * that `before` (may be NULL) has already are shared.  -1 after a log line
 * that names port, interface and reason.
 */
int bind_listeners(struct conf *c, const struct conf *before);

/*
 * Settles who owns the sockets: those that `to` shares with `from` pass to
 * `to`, so that freeing `from` leaves them open.
 */
void bind_hand_over(struct conf *from, struct conf *to);

/*
 * A UDP socket bound to local and connected to remote, non-blocking.  -1
 * with errno.
 */
int bind_transfer(const struct endpoint *local, const struct endpoint *remote);

#endif
