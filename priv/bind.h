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
 * Once a configuration is in force: lets transfers have the port of the
 * listeners, or no longer, as tftp-single-port says.
 */
void bind_apply(const struct conf *);

/*
 * A UDP socket bound to local and connected to remote, non-blocking, and the
 * MTU of the path between them.  Its port is any, one of tftp-port-range, or
 * that of the listeners (tftp-single-port).  In the moment between bind and
 * connect, the latter may catch packets of other clients: who reads it looks
 * at their source.  -1 with errno; EADDRINUSE: no port of the range is free,
 * or another server has that of the listeners; EACCES: the remote end is a
 * service of this host.
 */
int bind_transfer(const struct record_tftp *, const struct endpoint *local,
    const struct endpoint *remote, uint32_t *mtu);

#endif
