/* SPDX-License-Identifier: ISC */
/*
 * The policy for requests of roles to the parent.  Pure: decides which requests
 * the configuration allows; the caller carries them out.
 */
#ifndef PRIV_BROKER_H
#define PRIV_BROKER_H

#include "daemon/endpoint.h"
#include "priv/conf.h"

/*
 * Whether a socket for a transfer may be created.  The local address must
 * belong to an interface that serves TFTP, and its port must be 0.  The remote
 * end may be any port of another host, but on this host only a port that a
 * client can use.  The configuration has only the addresses of served
 * interfaces; bind_transfer() asks the kernel about the others.  The scope of
 * an IPv6 link-local address is the interface; other addresses have no scope.
 * conf may be NULL.  Returns 0 or an errno:
 *
 * - ENODEV: no TFTP on this interface
 * - EAFNOSUPPORT: the two families differ, or an address is missing
 * - EADDRNOTAVAIL: TFTP is not served at the local address, or a port is given
 * - EACCES: the remote end is not allowed
 */
int broker_socket(const struct conf *, uint32_t ifindex,
    const struct endpoint *local, const struct endpoint *remote);

/*
 * Whether a client can use this port: it is neither below 1024 nor 4011, nor
 * that of dhcp-alternate-port.
 */
bool broker_port_of_client(const struct record_dhcp *, uint16_t port);

/*
 * Whether a neighbour entry may be created.  The address must be in a DHCP
 * range, or be reserved and in the network of a range, and that network must be
 * on this interface.  It must not be an address of a served interface.  conf
 * may be NULL.  Returns 0 or an errno.
 */
int broker_neigh(const struct conf *, uint32_t ifindex, uint32_t addr,
    uint8_t hwtype, size_t hwlen);

#endif
