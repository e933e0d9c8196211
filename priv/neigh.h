/* SPDX-License-Identifier: ISC */
/* Neighbour entries: how a client without an address is reached. */
#ifndef PRIV_NEIGH_H
#define PRIV_NEIGH_H

#include <stddef.h>
#include <stdint.h>

/*
 * Tells the kernel which hardware address an IPv4 address (host order) has
 * on an interface, as if ARP had just found out; the entry ages like any
 * other.  0 or -1 with errno.
 */
int neigh_set(uint32_t ifindex, uint32_t addr, const uint8_t *hw, size_t hwlen);

#endif
