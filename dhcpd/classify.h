/* SPDX-License-Identifier: ISC */
/*
 * Classifies a request by the configuration: client, tags, dhcp-host line and
 * requested options.  Pure.
 */
#ifndef DHCPD_CLASSIFY_H
#define DHCPD_CLASSIFY_H

#include "dhcpd/client_name.h"
#include "dhcpd/conf.h"
#include "dhcpd/trace.h"

/* "52-54-00-12-34-56", of the longest hardware address. */
#define CLASSIFY_MADE_NAME (PACKET_HW_MAX * 3)

struct request {
	struct trace *trace; /* NULL while clients are served */
	const struct packet *p;
	const struct conf_iface *iface;
	uint32_t local; /* this server's address that it was sent to */
	bool unicast; /* it was not sent by broadcast */
	/*
	 * The address that the client uses now, or 0.  Only messages from
	 * clients that have an address count: firmware leaves stale addresses
	 * in the ciaddr of others (RFC 2131 table 5).
	 */
	uint32_t ciaddr;
	uint32_t server_id; /* for its relay (RFC 5107, dhcp-proxy), or 0 */
	struct client client;
	struct client_name name; /* that the client sent */
	const struct conf_net *nets; /* the ranges that may serve it */
	size_t nnets;
	const struct conf_host *host; /* its dhcp-host line, or NULL */
	const char *ignored; /* by which line; NULL: it is served */
	/* Three sets, in the memory of the configuration. */
	struct tagset set; /* without the tags of tag-if */
	struct tagset tags; /* with them, without the tag of its range */
	struct tagset all; /* all, once a range is chosen */
	const char *pxe_class; /* dhcp-pxe-vendor, PXEClient; NULL: no PXE */
	bool broadcast; /* it, or dhcp-broadcast, wants replies broadcast */
	bool listed; /* it sent a parameter list (option 55) */
	/*
	 * The name that it has with a lease; "": none.  Known once a range is
	 * chosen.
	 */
	const char *lease_name;
	char made_name[CLASSIFY_MADE_NAME]; /* by dhcp-generate-names */
	uint8_t wanted[32]; /* a bit for each option; all without a list */
};

/*
 * Fills in the fields from client on, except nets; the caller sets p, iface,
 * local, ciaddr, server_id and nets before.
 */
void classify(const struct dhcp_conf *, struct request *);

/*
 * Adds the tag of the chosen range (NULL: there is none), and chooses the
 * client's name.
 */
void classify_range(
    const struct dhcp_conf *, struct request *, const struct conf_range *);

/* Whether the client is treated in this way, by its tags and its range's. */
bool classify_chosen(
    const struct dhcp_conf *, const struct request *, enum record_choice_of);

/* The server identifier of a reply: local, unless the relay sets it. */
uint32_t classify_server_id(const struct request *, uint32_t local);

/* Whether the option is to be sent, going by the parameter list. */
bool classify_wants(const struct request *, uint8_t code);

#endif
