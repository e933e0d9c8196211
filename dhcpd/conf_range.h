/* SPDX-License-Identifier: ISC */
/*
 * What ranges need once all records and interfaces are known.  These return
 * -1 without memory.
 */
#ifndef DHCPD_CONF_RANGE_H
#define DHCPD_CONF_RANGE_H

#include "dhcpd/conf.h"

/* Finds the ranges on the subnets of each interface, and their masks. */
int conf_range_nets(struct dhcp_conf *);

/* Whether the whole range is on the network of an address. */
bool conf_range_on_net(const struct conf_range *, uint32_t addr);

/*
 * Makes the bitmaps of each dynamic range.  Fixed are reserved addresses,
 * those of this host, and those that no client should have.  The hosts must
 * be indexed and the masks known.
 */
int conf_range_bitmaps(struct dhcp_conf *);

#endif
