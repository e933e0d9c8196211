/* SPDX-License-Identifier: ISC */
/*
 * Finds the leases in a damaged database, without SQLite: by the tree of the
 * table, and if that has holes, in every page that holds leases.
 */
#ifndef LEASED_SALVAGE_H
#define LEASED_SALVAGE_H

#include "daemon/lease.h"
#include "leased/page_file.h"

/* The position of a lease. */
struct salvage_row {
	struct addr addr; /* none: nothing could be read here */
	uint32_t page;
	uint32_t off;
	uint64_t start_s;
	uint64_t expiry_s;
};

/* Leases with addresses between these two may be lost.  None: no bound. */
struct salvage_gap {
	struct addr after;
	struct addr before;
};

struct salvage {
	struct page_file file;
	struct salvage_row *v; /* ascending by address once found */
	size_t n;
	size_t cap;
	uint8_t *seen; /* a bit for each page that the tree led to */
	bool guessed; /* the root page was not found, but assumed */

	uint64_t bad_pages; /* of the tree: missing or unreadable */
	uint64_t bad_rows; /* invalid, or out of order */
	struct salvage_gap *gap; /* ascending */
	size_t ngaps;
	size_t gapcap;
};

/* The descriptors stay the caller's; -1 without memory. */
int salvage_find(struct salvage *, int db, int wal);
void salvage_done(struct salvage *);

/* Lease i of n; false where it cannot be read any more. */
bool salvage_lease(struct salvage *, size_t i, struct lease *);

#endif
