/* SPDX-License-Identifier: ISC */
/* The relay agent information of a request (option 82, RFC 3046).  Pure. */
#ifndef DHCPD_AGENT_H
#define DHCPD_AGENT_H

#include "dhcpd/packet.h"

enum agent_suboption {
	AGENT_CIRCUIT = 1, /* RFC 3046 2.0 */
	AGENT_REMOTE = 2,
	AGENT_LINK = 5, /* the client's subnet (RFC 3527) */
	AGENT_SUBSCRIBER = 6, /* RFC 3993 */
	AGENT_SERVER_ID = 11 /* the server identifier to use (RFC 5107) */
};

/*
 * The IPv4 address in a sub-option, in host order.  0 if there is none, or if
 * no relay agent has forwarded the request: a client must not choose these.
 */
uint32_t agent_addr(const struct packet *, enum agent_suboption);

/* The bytes of a sub-option and their number; NULL as above. */
const uint8_t *
agent_value(const struct packet *, enum agent_suboption, size_t *len);

#endif
