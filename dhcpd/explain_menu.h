/* SPDX-License-Identifier: ISC */
/*
 * What a client does after its first answer: it asks port 4011, or chooses from
 * the menu in option 43 (PXE 2.1, 2.4).
 */
#ifndef DHCPD_EXPLAIN_MENU_H
#define DHCPD_EXPLAIN_MENU_H

#include "dhcpd/explain_run.h"

#define EXPLAIN_ENTRIES_MAX 64

/* A network that clients may be in. */
struct explain_net {
	const struct conf_iface *iface;
	uint32_t via; /* the relay by which it is reached; 0: none */
	uint32_t net; /* of a relayed network */
	uint32_t mask;
};

struct explain_entry {
	uint16_t type;
	char text[RECORD_MENU_MAX];
};

/* The entries of the menu in the last reply; at most EXPLAIN_ENTRIES_MAX. */
size_t explain_menu(const struct explain *, struct explain_entry *);

/*
 * Whether the client asks port 4011 for its file after this reply: the port is
 * served, option 60 is PXEClient, and there is no menu, nor does discovery
 * control tell it to use the file of the reply.
 */
bool explain_asks_port(const struct explain *);

/*
 * Asks port 4011, for an entry of the menu or, if it is NULL, for the file.
 * addr: of the client.
 */
void explain_ask_port(struct explain *, const struct explain_client *,
    const struct explain_net *, uint32_t addr, const struct explain_entry *);

/* Sends the first packet of a client on a network. */
void explain_ask(struct explain *, const struct explain_client *,
    const struct explain_net *);

/*
 * The address of the client: of the last reply, or one on the network, as
 * another server would give it; 0: none.
 */
uint32_t explain_addr(const struct explain *, const struct explain_net *);

#endif
