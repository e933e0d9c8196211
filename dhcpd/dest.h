/* SPDX-License-Identifier: ISC */
/* Where a reply goes (RFC 2131 section 4.1).  Pure. */
#ifndef DHCPD_DEST_H
#define DHCPD_DEST_H

#include "dhcpd/classify.h"

#define DEST_SERVER_PORT 67
#define DEST_CLIENT_PORT 68

struct dest {
	uint32_t ifindex; /* the interface that the request came from */
	bool direct; /* out of that interface, whatever the routes say */
	uint32_t src; /* this server's address */
	uint32_t addr;
	uint16_t port;
	/*
	 * The client has no address yet: a neighbour entry for addr must
	 * lead to this hardware address before the reply leaves.
	 */
	bool neigh;
	uint8_t hwtype;
	uint8_t hwlen;
	uint8_t hw[PACKET_HW_MAX];
};

/* from: where the request came from.  type: enum packet_type of the reply. */
void dest_choose(struct dest *, const struct request *, uint8_t type,
    uint32_t yiaddr, uint32_t server, uint32_t from, uint16_t from_port);

/* Gives up the neighbour entry, and reaches the client by broadcast. */
void dest_broadcast(struct dest *);

#endif
