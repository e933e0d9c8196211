/* SPDX-License-Identifier: ISC */
/*
 * How the addresses of a dhcp-range lie in networks: for dhcpd, and for the
 * parent, which warns of reservations that are in no network.
 */
#ifndef DAEMON_RANGE_H
#define DAEMON_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/iface.h"
#include "daemon/log.h"

/* The first and the last address, and the netmask; 0: not given. */
struct range {
	uint32_t start;
	uint32_t end;
	uint32_t mask;
};

enum range_fit { RANGE_FIT_NO, RANGE_FIT_PARTLY, RANGE_FIT_YES };

/* How a range lies in the network of an address of this host. */
enum range_fit range_fit(const struct range *, const struct iface_addr *);

/*
 * The mask of the address class, as dnsmasq gives it to a range without a
 * netmask that is on no subnet of an interface.  0: the class has none, or the
 * range lies in two networks.
 */
uint32_t range_class_mask(const struct range *);

/*
 * The addresses of an example of a dhcp-range in a network; false if it has too
 * few.
 */
bool range_example(uint32_t net, uint32_t mask, uint32_t *start, uint32_t *end);

/*
 * Logs that no interface is on the subnet of a range; returns whether that is a
 * warning.  ifname and addr: of an interface in whose network it lies partly;
 * NULL for none.
 */
bool range_log_unserved(const struct range *, struct log_place,
    const char *ifname, const struct iface_addr *addr);

#endif
