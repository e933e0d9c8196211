/* SPDX-License-Identifier: ISC */
/* Finding the ranges that a request or an address is served from. */
#ifndef DHCPD_SUBNET_H
#define DHCPD_SUBNET_H

#include "dhcpd/classify.h"

/* What says where a client is; 0 for what is not known. */
struct subnet_where {
	uint32_t link; /* an address of its subnet (RFC 3527, RFC 3011) */
	uint32_t giaddr;
	uint32_t relay; /* another address of the relay (RFC 5107) */
	uint32_t ciaddr;
	uint32_t local; /* this server's address that the request went to */
};

/*
 * The ranges that a request may be served from, and their number: by the link
 * that the relay names, by the relay's address, by the address that the client
 * has, or by the interface on which the request came (RFC 2131 4.3.1).  The
 * array is valid until the next call.
 */
size_t subnet_find(struct dhcp_conf *, const struct conf_iface *,
    const struct subnet_where *, const struct conf_net **);

/* The first net with such a range that is open to the client, or NULL. */
const struct conf_net *subnet_first(
    const struct dhcp_conf *, const struct request *, enum record_range_mode);

/* Whether all its ranges are of proxies: another server gives the addresses. */
bool subnet_is_proxied(const struct request *);

/*
 * The net of the request whose dynamic range contains addr and is open to
 * the tags of the request, or NULL.
 */
const struct conf_net *subnet_of_dynamic(
    const struct dhcp_conf *, const struct request *, uint32_t addr);

/*
 * The net to serve addr from: what subnet_of_dynamic() finds, else a static
 * range that contains addr, else any net on whose subnet addr is; or NULL.
 */
const struct conf_net *
subnet_of_addr(const struct dhcp_conf *, const struct request *, uint32_t addr);

/* Whether the range of a net is open to the tags of the request. */
bool subnet_is_open(
    const struct dhcp_conf *, const struct request *, const struct conf_net *);

#endif
