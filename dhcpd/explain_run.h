/* SPDX-License-Identifier: ISC */
/*
 * Runs the engine for a packet that nobody sent, and keeps the reply and what
 * decided about it.  Leases are durable at once, neighbour entries are set.
 */
#ifndef DHCPD_EXPLAIN_RUN_H
#define DHCPD_EXPLAIN_RUN_H

#include "daemon/explain.h"
#include "dhcpd/engine.h"
#include "dhcpd/explain_words.h"

/* A boot file that the parent has looked for. */
struct explain_known {
	uint8_t root;
	uint8_t state; /* enum explain_file */
	uint8_t kind; /* enum arch_kind: what it is a program for */
	const char *name;
};

struct explain {
	struct engine *e;
	struct engine_time now;
	struct trace trace;
	struct arena arena; /* of the names */
	CONF_LIST(struct explain_known) files;
	bool json; /* it is answered in JSON */

	/* The answer to the last packet. */
	bool sent;
	struct packet reply; /* of PACKET_OFFER, _ACK, _NAK, or _BOOTP */
	uint32_t delay_s; /* by dhcp-reply-delay */
	char why[256]; /* why nothing was sent */
};

/* The packet's way to this server. */
struct explain_way {
	const struct conf_iface *iface;
	bool port; /* to port 4011 */
	uint32_t from; /* its source; 0: none */
};

/* -1 without memory.  The engine has its configuration. */
int explain_begin(struct explain *, struct engine *, uint64_t wall_s);

/* Forgets offers and leases of earlier packets. */
void explain_forget(struct explain *);

void explain_step(struct explain *, const struct explain_way *,
    const uint8_t *packet, size_t len);

#endif
