/* SPDX-License-Identifier: ISC */
/*
 * The indexes of a configuration, and lookups of interfaces, of this host's
 * addresses and of lines by tag.  host.h has the lookups of dhcp-host lines.
 */
#ifndef DHCPD_CONF_INDEX_H
#define DHCPD_CONF_INDEX_H

#include "dhcpd/conf.h"

/* Builds the indexes, for dhcp_conf_finish(); -1 without memory. */
int dhcp_conf_index(struct dhcp_conf *);

/* NULL for an interface that is not there or on which DHCP is not served. */
const struct conf_iface *
dhcp_conf_find_iface(const struct dhcp_conf *, uint32_t ifindex);

/* Whether this is an address of this host. */
bool dhcp_conf_is_own(const struct dhcp_conf *, uint32_t addr);

/*
 * Calls f for every line of an index that may hold where these tags are set.
 * The lines come in no particular order.
 */
void dhcp_conf_each_line(const struct conf_by_tag *, const struct tagset *,
    void (*f)(void *arg, uint32_t line), void *arg);

#endif
