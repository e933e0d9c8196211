/* SPDX-License-Identifier: ISC */
/* Finding the dhcp-host line of a client or an address. */
#ifndef DHCPD_HOST_H
#define DHCPD_HOST_H

#include "dhcpd/conf.h"

/* The dhcp-host line that reserves an address, or NULL. */
const struct conf_host *host_find_addr(const struct dhcp_conf *, uint32_t addr);

/*
 * The dhcp-host line of a client: by identifier, hardware address, or the
 * host name that it sends ("" for none), in dnsmasq's order.  nets: the
 * networks of the client; a line whose address is in another network does not
 * count.  If nets is NULL, every line counts.
 */
const struct conf_host *host_find_client(const struct dhcp_conf *,
    const struct client *, const char *name, const struct tagset *,
    const struct conf_net *nets, size_t nnets);

/* Whether a line names this hardware address, without '*'. */
bool host_has_mac(
    const struct conf_host *, uint8_t hwtype, const uint8_t *hw, uint8_t hwlen);

/* The hash for dhcp_conf.by_name; upper and lower case are the same. */
uint32_t host_name_hash(const char *name);

#endif
