/* SPDX-License-Identifier: ISC */
/* The kernel's table of IPv4 neighbours. */
#ifndef PRIV_NEIGH_H
#define PRIV_NEIGH_H

#include <stddef.h>
#include <stdint.h>

#include "priv/netlink.h"

#define NEIGH_HW_MAX 32

struct neigh_entry {
	uint16_t state; /* NUD_REACHABLE ... */
	uint8_t flags; /* NTF_EXT_LEARNED ... */
	size_t hwlen; /* 0: the hardware address is unknown */
	uint8_t hw[NEIGH_HW_MAX];
};

/* The table, which all interfaces and network namespaces share. */
struct neigh_table {
	uint32_t max; /* net.ipv4.neigh.default.gc_thresh3; 0: unknown */
	uint64_t overflows; /* entries rejected because the table was full */
};

/* Reads an entry.  0, or -1 with errno: ENOENT if there is none. */
int neigh_get(uint32_t ifindex, uint32_t addr, struct neigh_entry *);

/*
 * Sets the hardware address of an IPv4 address (host order) on an interface, in
 * the same state as after an ARP reply; the entry ages like any other.
 * `replace`: the entry must exist; otherwise it must not.  0, or -1 with errno:
 * EEXIST, ENOENT, or ENOBUFS if the table is full.
 */
int neigh_set(uint32_t ifindex, uint32_t addr, const uint8_t *hw, size_t hwlen,
    bool replace);

/* Reads size and counters of the table.  0, or -1 with errno. */
int neigh_table_read(struct neigh_table *);

/* Parse the kernel's answers; false for any other message. */
bool neigh_entry_parse(const struct netlink_msg *, struct neigh_entry *);
bool neigh_table_parse(const struct netlink_msg *, struct neigh_table *);

#endif
