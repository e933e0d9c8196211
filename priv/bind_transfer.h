/* SPDX-License-Identifier: ISC */
/* Creates the connected socket of a transfer. */
#ifndef PRIV_BIND_TRANSFER_H
#define PRIV_BIND_TRANSFER_H

#include "daemon/endpoint.h"
#include "daemon/record.h"

/*
 * Returns a non-blocking UDP socket bound to local and connected to remote, and
 * the MTU of the path.  Its port is any, one of tftp-port-range, or that of the
 * listeners (tftp-single-port).  With the latter, it may receive packets of
 * other clients between bind and connect, so the reader must check the source.
 * Returns -1 with errno.  EADDRINUSE: no free port of the range was found by
 * 1,024 attempts, or another server uses that of the listeners.  EACCES: the
 * remote end is a service of this host.
 */
int bind_transfer(const struct record_tftp *, const struct record_dhcp *,
    const struct endpoint *local, const struct endpoint *remote, uint32_t *mtu);

#endif
