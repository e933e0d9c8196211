/* SPDX-License-Identifier: ISC */
/* The destination of a reply (RFC 2131 section 4.1).  Pure. */
#ifndef DHCPD_DEST_H
#define DHCPD_DEST_H

#include "dhcpd/classify.h"

struct dest {
	uint32_t ifindex; /* the interface that the request came from */
	bool pxe; /* from port 4011 */
	bool direct; /* out of that interface, whatever the routes say */
	uint32_t src; /* this server's address */
	uint32_t addr;
	uint16_t port;
	/*
	 * The client may not answer ARP: before the reply is sent, a neighbour
	 * entry must map addr to this hardware address.
	 */
	bool neigh;
	bool in_use; /* the client uses addr already */
	uint8_t hwtype;
	uint8_t hwlen;
	uint8_t hw[PACKET_HW_MAX];
};

/*
 * conf: has the ports of relays and of clients.  local: this server's address.
 * from: where the request came from.  type: enum packet_type of the reply.
 */
void dest_choose(struct dest *, const struct dhcp_conf *conf,
    const struct request *, uint8_t type, uint32_t yiaddr, uint32_t local,
    uint32_t from, uint16_t from_port);

/*
 * Whether a NAK goes to the client's address (ciaddr): a client that renews
 * across a router never sees what is broadcast on the link of this host.
 * RFC 2131 section 4.1 has no such exception.
 */
bool dest_nak_routed(const struct request *);

/*
 * Whether ciaddr is an address for a host on a network that is served (RFC 2131
 * section 4.3.5).  Without that, anybody could have replies sent to anybody.
 */
bool dest_ciaddr_ok(const struct dhcp_conf *, const struct request *);

/* Of a reply from port 4011: to where the request came from. */
void dest_choose_pxe(struct dest *, const struct dhcp_conf *conf,
    const struct request *, uint32_t local, uint32_t from, uint16_t from_port);

/*
 * There is no neighbour entry: changes the destination to a broadcast, or, if
 * the client uses its address already, leaves it to ARP.
 */
void dest_without_neigh(struct dest *);

#endif
