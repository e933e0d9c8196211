/* SPDX-License-Identifier: ISC */
/*
 * The policy for what roles ask of the parent.  Pure: who may have what,
 * given the configuration; carrying it out is the caller's.
 */
#ifndef PRIV_BROKER_H
#define PRIV_BROKER_H

#include "daemon/endpoint.h"
#include "priv/conf.h"

/*
 * A transfer's socket: from an address of an interface that serves TFTP, no
 * port named, to any port of another host, or to one of this host that a
 * client can have.  Which addresses are this host's, the configuration knows
 * of served interfaces alone; bind_transfer() asks the kernel about the rest.
 * A link-local address of IPv6 has the interface for a scope, all others have
 * none.  conf may be NULL.  0, or an errno:
 *
 * ENODEV		no TFTP on this interface
 * EAFNOSUPPORT		not both of one family, or no address
 * EADDRNOTAVAIL	the local address does not serve TFTP, or has a port
 * EACCES		the remote one is not to be sent to
 */
int broker_socket(const struct conf *, uint32_t ifindex,
    const struct endpoint *local, const struct endpoint *remote);

/* Whether a client may have this port: not those of services. */
bool broker_port_of_client(uint16_t port);

/*
 * A neighbour entry: for an address of a DHCP range, or a reserved one in the
 * net of a range, on the interface that is attached to that net, and not one
 * of a served interface.  conf may be NULL.  0, or an errno.
 */
int broker_neigh(const struct conf *, uint32_t ifindex, uint32_t addr,
    uint8_t hwtype, size_t hwlen);

#endif
