/* SPDX-License-Identifier: ISC */
/*
 * What the parent does about dhcpd's request for a neighbour entry: whether
 * there may be one (broker_neigh() has looked at the address), what becomes
 * of an entry that exists, how many new ones there may be, and what the log
 * says of a full table.
 */
#ifndef PRIV_NEIGH_ASK_H
#define PRIV_NEIGH_ASK_H

#include "priv/conf.h"
#include "priv/neigh.h"

/* What is to be done for a client, given the entry that its address has. */
enum neigh_deed {
	NEIGH_KEEP, /* it says so already */
	NEIGH_CREATE,
	NEIGH_REPLACE,
	NEIGH_FIXED, /* set by the administrator to something else */
};

/* e: NULL where there is no entry. */
enum neigh_deed
neigh_decide(const struct neigh_entry *e, const uint8_t *hw, size_t hwlen);

/*
 * How many new entries there may be: a quarter of the table's size in five
 * seconds.  The kernel makes room by dropping entries, but none younger than
 * that, so more would shut out whoever else uses the table.
 */
struct neigh_limit {
	uint64_t since_ms;
	uint32_t used;
};

#define NEIGH_LIMIT_MS 5000
#define NEIGH_TABLE_DEFAULT 1024 /* the kernel's own gc_thresh3 */

uint32_t neigh_limit_new(uint32_t table_max);
bool neigh_limit_ok(struct neigh_limit *, uint64_t now_ms, uint32_t table_max);

/* 0, or an errno after a limited log line: the client gets a broadcast. */
int neigh_ask(const struct conf *, uint32_t ifindex, uint32_t addr,
    uint8_t hwtype, const uint8_t *hw, size_t hwlen);

/* Logs that the table has overflowed since the last look at it. */
void neigh_watch(const struct neigh_table *, uint64_t now_ms);

#endif
