/* SPDX-License-Identifier: ISC */
/* Collects the readable leases of a damaged database. */
#include "leased/salvage.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/grow.h"
#include "daemon/role.h"
#include "daemon/sort.h"
#include "leased/page.h"

#define TABLE "lease"
#define ROOT_USUAL 2 /* where the only table of a new database begins */
#define DEPTH_MAX 12 /* 2^32 rows fit into a tree of 5 */

/* A row or a hole is appended. */
static struct salvage_row *
salvage_add(struct salvage *s)
{
	if (grow_array(&s->v, &s->cap, s->n + 1, sizeof(*s->v)) == -1)
		return NULL;
	memset(&s->v[s->n], 0, sizeof(s->v[0]));
	return &s->v[s->n++];
}

/* Appends a row without an address, which marks an unreadable part. */
static int
salvage_hole(struct salvage *s)
{
	s->bad_pages++;
	return salvage_add(s) == NULL ? -1 : 0;
}

static bool
salvage_seen(struct salvage *s, uint32_t number)
{
	uint8_t bit = (uint8_t)(1U << (number % 8));
	bool seen = (s->seen[number / 8] & bit) != 0;

	s->seen[number / 8] |= bit;
	return seen;
}

/* Cell i of a page; false when it holds no lease. */
static bool
salvage_row_read(
    struct salvage_row *row, const struct page *g, uint32_t number, size_t i)
{
	size_t off = page_cell_offset(g, i);
	struct lease l;

	memset(row, 0, sizeof(*row));
	if (off == 0 || !page_lease(g, off, &l))
		return false;
	row->addr = l.addr;
	row->page = number;
	row->off = (uint32_t)off;
	row->start_s = l.start_s;
	row->expiry_s = l.expiry_s;
	return true;
}

/* Appends the rows of a page; holes: an invalid row is marked as a hole. */
static int
salvage_page(
    struct salvage *s, const struct page *g, uint32_t number, bool holes)
{
	struct salvage_row row, *new;
	bool ok;
	size_t i;

	role_alive();
	for (i = 0; i < g->ncells; i++) {
		ok = salvage_row_read(&row, g, number, i);
		if (!ok)
			s->bad_rows++;
		if (!ok && !holes)
			continue;
		if ((new = salvage_add(s)) == NULL)
			return -1;
		*new = row;
	}
	return 0;
}

/*
 * The children of an interior page, and the rows between them.  They are
 * copied, because the buffer of the page is used for the children.
 */
struct salvage_interior {
	size_t n; /* children; a row follows each but the last */
	uint32_t *child; /* 0: not readable */
	struct salvage_row *row; /* NULL: this kind has none */
};

static int
salvage_interior_read(
    struct salvage_interior *in, const struct page *g, uint32_t number)
{
	size_t i, off;

	in->n = g->ncells + 1;
	in->child = calloc(in->n, sizeof(*in->child));
	in->row = page_has_rows(g) ? calloc(in->n, sizeof(*in->row)) : NULL;
	if (in->child == NULL || (page_has_rows(g) && in->row == NULL)) {
		free(in->child);
		free(in->row);
		return -1;
	}
	for (i = 0; i < g->ncells; i++) {
		if ((off = page_cell_offset(g, i)) != 0)
			in->child[i] = page_child(g, off);
		if (in->row != NULL)
			(void)salvage_row_read(&in->row[i], g, number, i);
	}
	in->child[i] = g->right;
	return 0;
}

/* All rows below a page, in the order of the tree. */
static int
salvage_walk(struct salvage *s, uint32_t number, int depth)
{
	struct salvage_interior in;
	struct salvage_row *row;
	const uint8_t *p;
	struct page g;
	size_t i;
	int r = 0;

	if (number < ROOT_USUAL || number > s->file.n || depth > DEPTH_MAX ||
	    salvage_seen(s, number) ||
	    (p = page_file_read(&s->file, number)) == NULL)
		return salvage_hole(s);
	page_parse(&g, p, s->file.size, false);
	if (!page_is_interior(&g))
		return page_has_rows(&g) ? salvage_page(s, &g, number, true)
					 : salvage_hole(s);
	if (salvage_interior_read(&in, &g, number) == -1)
		return -1;
	for (i = 0; i < in.n && r == 0; i++) {
		r = salvage_walk(s, in.child[i], depth + 1);
		if (r == -1 || in.row == NULL || i == in.n - 1)
			continue;
		if (in.row[i].addr.family == 0)
			s->bad_rows++;
		if ((row = salvage_add(s)) == NULL)
			r = -1;
		else
			*row = in.row[i];
	}
	free(in.child);
	free(in.row);
	return r;
}

static uint32_t
salvage_root(struct salvage *s)
{
	const uint8_t *p = page_file_read(&s->file, 1);
	uint32_t root;
	struct page g;

	if (p != NULL) {
		page_parse(&g, p, s->file.size, true);
		(void)page_table_root(&g, TABLE, &root);
		if (root != 0)
			return root;
	}
	s->guessed = true;
	return ROOT_USUAL;
}

static int
salvage_gap_add(
    struct salvage *s, const struct addr *after, const struct addr *before)
{
	if (grow_array(&s->gap, &s->gapcap, s->ngaps + 1, sizeof(*s->gap)) ==
	    -1)
		return -1;
	s->gap[s->ngaps].after = *after;
	s->gap[s->ngaps++].before = *before;
	return 0;
}

/* Removes the rows that are not kept; each run of them is a gap. */
static int
salvage_drop(struct salvage *s, const uint8_t *keep)
{
	const struct addr none = { .family = 0 };
	size_t i, next, len = 0;

	for (i = 0; i < s->n; i = next) {
		next = i + 1;
		if (keep[i]) {
			s->v[len++] = s->v[i];
			continue;
		}
		for (next = i; next < s->n && !keep[next]; next++)
			if (s->v[next].addr.family != 0)
				s->bad_rows++;
		if (salvage_gap_add(s, len > 0 ? &s->v[len - 1].addr : &none,
			next < s->n ? &s->v[next].addr : &none) == -1)
			return -1;
	}
	s->n = len;
	return 0;
}

/*
 * Keeps the longest ascending run of rows, so that a wrong key loses one row
 * and not the rows before or after it.  chain: for each row the one before
 * it in the longest run that ends with it; end: the last row of the best run
 * of each length so far.
 */
static int
salvage_order(struct salvage *s)
{
	size_t i, lo, hi, mid, len = 0, at;
	size_t *end, *chain;
	uint8_t *keep;
	int r;

	if (s->n == 0)
		return 0;
	end = calloc(s->n + 1, sizeof(*end));
	chain = calloc(s->n, sizeof(*chain));
	keep = calloc(s->n, 1);
	if (end == NULL || chain == NULL || keep == NULL) {
		free(end);
		free(chain);
		free(keep);
		return -1;
	}
	for (i = 0; i < s->n; i++) {
		if (s->v[i].addr.family == 0)
			continue;
		for (lo = 0, hi = len; lo < hi;) {
			mid = (lo + hi) / 2;
			if (addr_compare(&s->v[end[mid]].addr, &s->v[i].addr) <
			    0)
				lo = mid + 1;
			else
				hi = mid;
		}
		chain[i] = lo > 0 ? end[lo - 1] : i;
		end[lo] = i;
		if (lo == len)
			len++;
	}
	for (i = len, at = len > 0 ? end[len - 1] : 0; i > 0; i--) {
		keep[at] = 1;
		at = chain[at];
	}
	r = salvage_drop(s, keep);
	free(end);
	free(chain);
	free(keep);
	return r;
}

/* The newer of two rows for an address comes first. */
static int
salvage_row_compare(const void *left, const void *right)
{
	const struct salvage_row *a = left, *b = right;

	int order = addr_compare(&a->addr, &b->addr);

	if (order != 0)
		return order;
	if (a->start_s != b->start_s)
		return a->start_s > b->start_s ? -1 : 1;
	return a->expiry_s > b->expiry_s ? -1 : 1;
}

/* Removes gaps that rows from outside the tree fill. */
static void
salvage_gaps_check(struct salvage *s)
{
	size_t i, n = 0, lo, hi, mid;

	for (i = 0; i < s->ngaps; i++) {
		const struct salvage_gap g = s->gap[i];

		/* The first row above g.after. */
		for (lo = 0, hi = s->n; lo < hi;) {
			mid = (lo + hi) / 2;
			if (addr_compare(&s->v[mid].addr, &g.after) <= 0)
				lo = mid + 1;
			else
				hi = mid;
		}
		if (lo == s->n ||
		    (g.before.family != 0 &&
			addr_compare(&s->v[lo].addr, &g.before) >= 0))
			s->gap[n++] = g;
	}
	s->ngaps = n;
}

/*
 * Rows of pages that the tree no longer refers to.  Such a page may be an old
 * copy, so a row of the tree, or a newer one, replaces its row.
 */
static int
salvage_outside(struct salvage *s)
{
	size_t tree = s->n, i, j, n;
	uint64_t bad = s->bad_rows;
	struct salvage_row *merged;
	uint32_t number;

	for (number = ROOT_USUAL; number <= s->file.n; number++) {
		const uint8_t *p;
		struct page g;

		role_alive();
		if (salvage_seen(s, number) ||
		    (p = page_file_read(&s->file, number)) == NULL)
			continue;
		page_parse(&g, p, s->file.size, false);
		if (page_has_rows(&g) &&
		    salvage_page(s, &g, number, false) == -1)
			return -1;
	}
	s->bad_rows = bad;
	if (s->n == tree)
		return 0;
	sort_array(
	    s->v + tree, s->n - tree, sizeof(s->v[0]), salvage_row_compare);
	if ((merged = calloc(s->n, sizeof(*merged))) == NULL)
		return -1;
	for (i = n = 0, j = tree; i < tree || j < s->n;) {
		bool from_tree =
		    j == s->n || (i < tree && addr_compare(&s->v[i].addr,
						  &s->v[j].addr) <= 0);
		const struct salvage_row *row =
		    from_tree ? &s->v[i++] : &s->v[j++];

		if (n > 0 && addr_compare(&merged[n - 1].addr, &row->addr) == 0)
			continue;
		merged[n++] = *row;
	}
	free(s->v);
	s->v = merged;
	s->n = s->cap = n;
	salvage_gaps_check(s);
	return 0;
}

static int
salvage_with(struct salvage *s, int db, int wal, uint32_t size)
{
	memset(s, 0, sizeof(*s));
	if (page_file_init(&s->file, db, wal, size) == -1)
		return -1;
	s->seen = calloc((size_t)s->file.n / 8 + 1, 1);
	if (s->seen == NULL || salvage_walk(s, salvage_root(s), 0) == -1 ||
	    salvage_order(s) == -1 ||
	    ((s->bad_pages > 0 || s->guessed) && salvage_outside(s) == -1)) {
		salvage_done(s);
		return -1;
	}
	return 0;
}

int
salvage_find(struct salvage *s, int db, int wal)
{
	struct salvage usual;

	if (salvage_with(s, db, wal, 0) == -1)
		return -1;
	if (s->file.size == PAGE_FILE_SIZE_USUAL)
		return 0;
	/* The page size itself may be damaged. */
	if (salvage_with(&usual, db, wal, PAGE_FILE_SIZE_USUAL) == -1) {
		salvage_done(s);
		return -1;
	}
	if (usual.n < s->n) {
		salvage_done(&usual);
		return 0;
	}
	salvage_done(s);
	*s = usual;
	return 0;
}

void
salvage_done(struct salvage *s)
{
	page_file_free(&s->file);
	free(s->v);
	free(s->seen);
	free(s->gap);
	s->v = NULL;
	s->seen = NULL;
	s->gap = NULL;
	s->n = s->cap = s->ngaps = s->gapcap = 0;
}

bool
salvage_lease(struct salvage *s, size_t i, struct lease *l)
{
	const struct salvage_row *row = &s->v[i];
	const uint8_t *p = page_file_read(&s->file, row->page);
	struct page g;

	if (p == NULL)
		return false;
	page_parse(&g, p, s->file.size, false);
	return row->off < g.size && page_lease(&g, row->off, l) &&
	       addr_compare(&l->addr, &row->addr) == 0;
}
