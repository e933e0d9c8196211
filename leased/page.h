/* SPDX-License-Identifier: ISC */
/*
 * Pages of an SQLite file, and the leases in their cells, read without the
 * library.  Pure.  See https://www.sqlite.org/fileformat2.html, 1.6 and 2.1.
 */
#ifndef LEASED_PAGE_H
#define LEASED_PAGE_H

#include "daemon/lease.h"

/*
 * A table with rowids has rows in its leaves only; a table without them has
 * rows in all its pages.
 */
enum page_kind {
	PAGE_OTHER, /* not a page of a table */
	PAGE_TABLE_INTERIOR, /* schema 1 */
	PAGE_TABLE_LEAF,
	PAGE_INDEX_INTERIOR, /* schemas 2 and 3 */
	PAGE_INDEX_LEAF
};

struct page {
	const uint8_t *p;
	size_t size;
	enum page_kind kind;
	size_t ncells;
	size_t pointers; /* offset of the cell pointers */
	uint32_t right; /* interior: the last child */
};

/* first: whether it is page 1, which begins with the file's header. */
void page_parse(struct page *, const uint8_t *, size_t size, bool first);

bool page_is_interior(const struct page *);
bool page_has_rows(const struct page *);

/* Offset of cell i, below ncells; 0 where it is not within the page. */
size_t page_cell_offset(const struct page *, size_t i);

/* Interior: the child before the key of the cell at off. */
uint32_t page_child(const struct page *, size_t off);

/* The lease in the cell at off, of any schema; false when it is invalid. */
bool page_lease(const struct page *, size_t off, struct lease *);

/*
 * The root page of this table, or 0, by sqlite_schema on page 1.  -1 if that
 * page is not of this kind, or not all of its cells are within it.
 */
int page_table_root(const struct page *, const char *table, uint32_t *root);

#endif
