/* SPDX-License-Identifier: ISC */
/* The table of client kinds, for each network that is served. */
#ifndef DHCPD_EXPLAIN_KINDS_H
#define DHCPD_EXPLAIN_KINDS_H

#include "dhcpd/explain_menu.h"
#include "dhcpd/explain_text.h"

#define EXPLAIN_NETS_MAX 64 /* networks in the table; more are counted */

void explain_kinds(struct explain *, struct text *);

/*
 * Fills in at most `max` networks: each served interface, then those that only
 * relays can reach.  Returns how many there are.
 */
size_t explain_nets(const struct dhcp_conf *, struct explain_net *, size_t max);

#endif
