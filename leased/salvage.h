/* SPDX-License-Identifier: ISC */
/*
 * Finds the leases in a damaged database, without SQLite: along the tree of
 * the table as far as it leads, and where that has holes, in every page that
 * holds leases.
 */
#ifndef LEASED_SALVAGE_H
#define LEASED_SALVAGE_H

#include "daemon/lease.h"
#include "leased/pages.h"

#define SALVAGE_GAPS_MAX 8 /* gaps that are kept; all are counted */

/* Where a lease lies. */
struct salvage_row {
	uint32_t addr;
	uint32_t page;
	uint32_t off;
	uint64_t start_s;
	uint64_t expiry_s;
};

/* Leases with addresses between these two may be lost.  0: no bound. */
struct salvage_gap {
	uint32_t after;
	uint32_t before;
};

struct salvage {
	struct pages pages;
	struct salvage_row *v; /* ascending by address once found */
	size_t n;
	size_t cap;
	uint8_t *seen; /* a bit for each page that the tree led to */

	uint64_t bad_pages; /* of the tree: lost, or without their contents */
	uint64_t bad_rows; /* no leases, or out of order */
	uint64_t outside; /* rows that the tree did not lead to */
	struct salvage_gap gap[SALVAGE_GAPS_MAX];
	uint64_t ngaps;
};

/* The descriptors stay the caller's; -1 without memory. */
int salvage_find(struct salvage *, int db, int wal);
void salvage_done(struct salvage *);

/* Lease i of n; false where it cannot be read any more. */
bool salvage_lease(struct salvage *, size_t i, struct lease *);

#endif
