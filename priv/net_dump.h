/* SPDX-License-Identifier: ISC */
/* Lists the kernel's links and addresses. */
#ifndef PRIV_NET_DUMP_H
#define PRIV_NET_DUMP_H

#include "daemon/iface.h"
#include "priv/netlink.h"

/* An address and its link. */
struct net_addr {
	uint32_t ifindex;
	uint8_t family; /* 4 or 6 */
	struct iface_addr addr4;
	struct iface_addr6 addr6;
};

/*
 * All links, in the kernel's order, without addresses; the caller frees
 * *ifaces.  0, or -1 with errno.
 */
int net_dump_links(struct iface **ifaces, size_t *n);

/* Calls take() for each address.  0, or -1 with errno. */
int net_dump_addrs(void (*take)(const struct net_addr *, void *), void *arg);

/* Parse the kernel's answers; false for any other message. */
bool net_link_parse(const struct netlink_msg *, struct iface *);
bool net_addr_parse(const struct netlink_msg *, struct net_addr *);

#endif
