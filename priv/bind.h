/* SPDX-License-Identifier: ISC */
/* The sockets on the well-known ports. */
#ifndef PRIV_BIND_H
#define PRIV_BIND_H

#include "priv/conf.h"

/*
 * Fills c->listeners for c->ifaces: a socket for each service and interface,
 * bound to the device.  Sockets that `before` (may be NULL) already has are
 * shared.  Returns -1 after logging port, interface and reason.
 */
int bind_listeners(struct conf *c, const struct conf *before);

/*
 * For --test: logs what keeps bind_listeners() from success, and leaves no
 * socket.  Ports of a pxeguard that runs, and of processes of root that cannot
 * be found, count as free.  Returns -1 after logging the reasons.
 */
int bind_test(struct conf *c);

/*
 * Makes `to` the owner of the sockets that it shares with `from`, so that
 * freeing `from` does not close them.
 */
void bind_hand_over(struct conf *from, struct conf *to);

/*
 * Called when a process of a role has ended: undoes what it may have done to
 * the listeners, as the next process gets the same.  c may be NULL.
 */
void bind_repair(const struct conf *c, enum role);

/*
 * Called when a configuration is in force: sets or clears SO_REUSEADDR of the
 * listeners, so that transfers can use their port with tftp-single-port.
 */
void bind_apply(const struct conf *);

#endif
