/* SPDX-License-Identifier: ISC */
/* The search for an address for a client that has none. */
#ifndef DHCPD_ALLOC_H
#define DHCPD_ALLOC_H

#include "dhcpd/classify.h"
#include "dhcpd/pool.h"

/*
 * A free address for a new client: the first at or above a hash of its hardware
 * address or, with dhcp-sequential-ip, above the highest address in use.
 * Where no address is free, one that has been idle for long.  0: there is none.
 */
uint32_t alloc_addr(const struct pool *, const struct request *);

#endif
