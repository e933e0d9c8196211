/* SPDX-License-Identifier: ISC */
/* The packets of a client that pxeguard --explain is asked about.  Pure. */
#ifndef DHCPD_EXPLAIN_PACKET_H
#define DHCPD_EXPLAIN_PACKET_H

#include "dhcpd/explain_words.h"
#include "dhcpd/packet.h"

/* What is special about a packet of the client. */
struct explain_packet {
	uint8_t type; /* enum packet_type */
	uint32_t ciaddr;
	uint32_t server; /* option 54; 0: none */
	uint32_t requested; /* option 50; 0: none */
	bool item; /* it asks for an entry of the menu */
	uint16_t item_type;
};

/* Writes the packet to dst[PACKET_IN_MAX]; returns its length. */
size_t explain_packet(
    const struct explain_client *, const struct explain_packet *, uint8_t *dst);

#endif
