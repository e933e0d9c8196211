/* SPDX-License-Identifier: ISC */
/* Table b-tree pages of an SQLite file, and leases in their cells.  Pure. */
#ifndef LEASED_CELL_H
#define LEASED_CELL_H

#include "daemon/lease.h"

#define CELL_COLUMNS 8 /* of the lease table */

enum page_kind {
	PAGE_OTHER, /* nothing that a table consists of */
	PAGE_INTERIOR,
	PAGE_LEAF
};

/* A page of a table. */
struct page {
	const uint8_t *p;
	size_t size;
	enum page_kind kind;
	size_t ncells;
	size_t pointers; /* offset of the cell pointers */
	uint32_t right; /* INTERIOR: the last child */
};

/* first: whether it is page 1, which begins with the file's header. */
void page_read(struct page *, const uint8_t *, size_t size, bool first);

/* Offset of cell i, below ncells; 0 where it is not within the page. */
size_t page_cell(const struct page *, size_t i);

/* The child that the cell at off leads to. */
uint32_t page_child(const struct page *, size_t off);

/*
 * The lease in the cell of a leaf.  False when it is none; addr is then what
 * the cell has for its key, or 0 where that is no address.
 */
bool cell_lease(const struct page *, size_t off, struct lease *);

/* Page of the root of this table, by the cell of sqlite_schema; or 0. */
uint32_t cell_root(const struct page *, size_t off, const char *table);

#endif
