/* SPDX-License-Identifier: ISC */
/*
 * What a request is, by the configuration: its client, its tags, its
 * dhcp-host line, the options that it asks for.  Pure.
 */
#ifndef DHCPD_CLASSIFY_H
#define DHCPD_CLASSIFY_H

#include "dhcpd/conf.h"
#include "dhcpd/packet.h"

struct request {
	const struct packet *p;
	const struct conf_iface *iface;
	uint32_t local; /* this server's address that it was sent to */
	struct client client;
	char name[RECORD_NAME_MAX]; /* what the client calls itself, or "" */
	const struct conf_net *nets; /* what it may be served from */
	size_t nnets;
	const struct conf_host *host; /* its dhcp-host line, or NULL */
	bool ignored; /* by dhcp-ignore or that line */
	/* Three sets, in memory of the configuration: one request at a time. */
	struct tagset set; /* its tags but for those of tag-if */
	struct tagset tags; /* all but those of its range */
	struct tagset all; /* with those, once a range is chosen */
	bool listed; /* it sent a parameter list (option 55) */
	uint8_t wanted[32]; /* a bit for each option; all without a list */
};

/* Fills in all from client on; p, iface, local and nets are set before. */
void classify(const struct dhcp_conf *, struct request *);

/* Adds the tag of the chosen range (NULL: there is none). */
void classify_range(
    const struct dhcp_conf *, struct request *, const struct conf_range *);

/* Whether the option is to be sent, going by the parameter list. */
bool classify_wants(const struct request *, uint8_t code);

#endif
