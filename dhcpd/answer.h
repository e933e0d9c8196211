/* SPDX-License-Identifier: ISC */
/* What a reply says: addresses, boot file, options.  Pure. */
#ifndef DHCPD_ANSWER_H
#define DHCPD_ANSWER_H

#include "dhcpd/classify.h"
#include "dhcpd/reply.h"

#define ANSWER_INFINITE UINT32_MAX

struct answer {
	uint8_t type; /* PACKET_OFFER, PACKET_ACK, PACKET_BOOTP */
	const struct conf_net *net; /* NULL: for INFORM from elsewhere */
	uint32_t server; /* server identifier */
	uint32_t yiaddr;
	uint32_t lease_s; /* 0: no times (INFORM, BOOTP) */
};

/* classify_range() was called for the range of the net. */
void answer_build(const struct dhcp_conf *, const struct request *,
    const struct answer *, struct reply *);

void answer_nak(
    const struct request *, uint32_t server, const char *why, struct reply *);

/*
 * The lease time for a request: what the line of the host or the range says,
 * or less if the client asks for less, but not under two minutes.
 */
uint32_t answer_lease_s(const struct request *, const struct conf_range *);

#endif
