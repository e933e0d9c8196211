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
	size_t hwlen; /* 0: the hardware address is not known */
	uint8_t hw[NEIGH_HW_MAX];
};

/* The table of all interfaces and namespaces together. */
struct neigh_table {
	uint32_t entries;
	uint32_t max; /* net.ipv4.neigh.default.gc_thresh3; 0: not known */
	uint64_t overflows; /* entries that were refused for want of room */
};

/* 0, or -1 with errno: ENOENT where there is no entry. */
int neigh_get(uint32_t ifindex, uint32_t addr, struct neigh_entry *);

/*
 * Tells the kernel which hardware address an IPv4 address (host order) has on
 * an interface, as if ARP had just found out; the entry ages like any other.
 * `replace`: there is one already; else there must be none.  0, or -1 with
 * errno: EEXIST, ENOENT, ENOBUFS where the table is full.
 */
int neigh_set(uint32_t ifindex, uint32_t addr, const uint8_t *hw, size_t hwlen,
    bool replace);

/* 0, or -1 with errno. */
int neigh_table_read(struct neigh_table *);

/* The parsers of the kernel's answers; false where there is no answer. */
bool neigh_entry_parse(const struct netlink_msg *, struct neigh_entry *);
bool neigh_table_parse(const struct netlink_msg *, struct neigh_table *);

#endif
