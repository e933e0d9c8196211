/* SPDX-License-Identifier: ISC */
/*
 * Serves dhcpd's requests for neighbour entries: checks the request with
 * broker_neigh(), keeps or replaces an existing entry, limits the rate of new
 * ones, and logs when the kernel's table is full.
 */
#ifndef PRIV_NEIGH_ASK_H
#define PRIV_NEIGH_ASK_H

#include "priv/conf.h"
#include "priv/neigh.h"

/* What to do if the client's address has this entry. */
enum neigh_action {
	NEIGH_KEEP, /* the entry is correct */
	NEIGH_CREATE,
	NEIGH_REPLACE,
	NEIGH_FIXED, /* a permanent entry has another hardware address */
};

/* e: NULL if there is no entry. */
enum neigh_action
neigh_decide(const struct neigh_entry *e, const uint8_t *hw, size_t hwlen);

/*
 * Limits new entries to a quarter of the table's size in five seconds.  The
 * kernel evicts only entries older than that, so more of them would leave no
 * room for other users of the table.
 */
struct neigh_limit {
	uint64_t since_ms;
	uint32_t used;
};

#define NEIGH_LIMIT_MS 5000
#define NEIGH_TABLE_DEFAULT 1024 /* the kernel's own gc_thresh3 */

bool neigh_limit_ok(struct neigh_limit *, uint64_t now_ms, uint32_t table_max);

/*
 * Serves a request.  Returns 0, or an errno after a rate-limited log message;
 * dhcpd then broadcasts.
 */
int neigh_ask(const struct conf *, uint32_t ifindex, uint32_t addr,
    uint8_t hwtype, const uint8_t *hw, size_t hwlen);

/* Logs if the table has overflowed since the last call. */
void neigh_watch(const struct neigh_table *, uint64_t now_ms);

#endif
