/* SPDX-License-Identifier: ISC */
/* Collects what is left of the leases in a damaged database. */
#include "leased/salvage.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/role.h"
#include "daemon/sort.h"
#include "leased/cell.h"

#define TABLE "lease"
#define ROOT_USUAL 2 /* where the only table of a database begins */
#define DEPTH_MAX 12 /* 2^32 rows fit into a tree of 5 */
#define CHILDREN_MAX (PAGES_SIZE_MAX / 4)

/* A row or a hole is appended. */
static struct salvage_row *
salvage_add(struct salvage *s)
{
	struct salvage_row *more;
	size_t cap;

	if (s->n == s->cap) {
		cap = s->cap == 0 ? 1024 : s->cap * 2;
		if ((more = realloc(s->v, cap * sizeof(*more))) == NULL)
			return NULL;
		s->v = more;
		s->cap = cap;
	}
	memset(&s->v[s->n], 0, sizeof(s->v[0]));
	return &s->v[s->n++];
}

/* Where the tree breaks off, a row without an address takes the place. */
static int
salvage_hole(struct salvage *s)
{
	s->bad_pages++;
	return salvage_add(s) == NULL ? -1 : 0;
}

static bool
seen_before(struct salvage *s, uint32_t number)
{
	uint8_t bit = (uint8_t)(1U << (number % 8));
	bool seen = (s->seen[number / 8] & bit) != 0;

	s->seen[number / 8] |= bit;
	return seen;
}

/* holes: what is no lease is a row without an address. */
static int
leaf_rows(struct salvage *s, const struct page *g, uint32_t number, bool holes)
{
	struct salvage_row *row;
	struct lease l;
	size_t i, off;

	role_alive();
	for (i = 0; i < g->ncells; i++) {
		if ((off = page_cell(g, i)) == 0 || !cell_lease(g, off, &l)) {
			s->bad_rows++;
			if (holes && salvage_add(s) == NULL)
				return -1;
			continue;
		}
		if ((row = salvage_add(s)) == NULL)
			return -1;
		row->addr = l.addr;
		row->page = number;
		row->off = (uint32_t)off;
		row->start_s = l.start_s;
		row->expiry_s = l.expiry_s;
	}
	return 0;
}

/* The children of an interior page; 0 for one that is not readable. */
static uint32_t *
children(const struct page *g, size_t *n)
{
	uint32_t *child = calloc(g->ncells + 1, sizeof(*child));
	size_t i, off;

	if (child == NULL)
		return NULL;
	for (i = 0; i < g->ncells; i++)
		if ((off = page_cell(g, i)) != 0)
			child[i] = page_child(g, off);
	child[i] = g->right;
	*n = g->ncells + 1;
	return child;
}

/* All rows below a page, in the order of the tree. */
static int
salvage_walk(struct salvage *s, uint32_t number, int depth)
{
	const uint8_t *p;
	struct page g;
	uint32_t *child;
	size_t i, n;
	int r = 0;

	if (number < ROOT_USUAL || number > s->pages.n || depth > DEPTH_MAX ||
	    seen_before(s, number) ||
	    (p = pages_get(&s->pages, number)) == NULL)
		return salvage_hole(s);
	page_read(&g, p, s->pages.size, false);
	if (g.kind == PAGE_LEAF)
		return leaf_rows(s, &g, number, true);
	if (g.kind != PAGE_INTERIOR)
		return salvage_hole(s);
	if ((child = children(&g, &n)) == NULL)
		return -1;
	for (i = 0; i < n && r == 0; i++)
		r = salvage_walk(s, child[i], depth + 1);
	free(child);
	return r;
}

static uint32_t
root_find(struct salvage *s)
{
	const uint8_t *p = pages_get(&s->pages, 1);
	uint32_t root;
	struct page g;
	size_t i, off;

	if (p == NULL)
		return ROOT_USUAL;
	page_read(&g, p, s->pages.size, true);
	if (g.kind != PAGE_LEAF)
		return ROOT_USUAL;
	for (i = 0; i < g.ncells; i++)
		if ((off = page_cell(&g, i)) != 0 &&
		    (root = cell_root(&g, off, TABLE)) != 0)
			return root;
	return ROOT_USUAL;
}

static void
gap_note(struct salvage *s, uint32_t after, uint32_t before)
{
	if (s->ngaps > 0 && s->ngaps <= SALVAGE_GAPS_MAX &&
	    s->gap[s->ngaps - 1].after == after)
		return;
	if (s->ngaps < SALVAGE_GAPS_MAX) {
		s->gap[s->ngaps].after = after;
		s->gap[s->ngaps].before = before;
	}
	s->ngaps++;
}

/*
 * Keeps the longest ascending run of rows, so that one wrong key costs one
 * row and not those before or after it.  chain: for each row the one before
 * it in the longest run that ends with it; end: the last row of the best run
 * of each length so far.
 */
static int
salvage_order(struct salvage *s)
{
	size_t i, lo, hi, mid, len = 0, at;
	size_t *end, *chain;
	uint8_t *keep;

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
		if (s->v[i].addr == 0)
			continue;
		for (lo = 0, hi = len; lo < hi;) {
			mid = (lo + hi) / 2;
			if (s->v[end[mid]].addr < s->v[i].addr)
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
	for (i = len = 0; i < s->n; i++) {
		uint32_t after = len > 0 ? s->v[len - 1].addr : 0;

		if (keep[i]) {
			s->v[len++] = s->v[i];
			continue;
		}
		if (s->v[i].addr != 0)
			s->bad_rows++;
		for (lo = i + 1; lo < s->n && !keep[lo]; lo++)
			continue;
		gap_note(s, after, lo < s->n ? s->v[lo].addr : 0);
	}
	s->n = len;
	free(end);
	free(chain);
	free(keep);
	return 0;
}

/* The newer of two rows for an address comes first. */
static int
row_compare(const void *left, const void *right)
{
	const struct salvage_row *a = left, *b = right;

	if (a->addr != b->addr)
		return a->addr < b->addr ? -1 : 1;
	if (a->start_s != b->start_s)
		return a->start_s > b->start_s ? -1 : 1;
	return a->expiry_s > b->expiry_s ? -1 : 1;
}

/* Forgets gaps that rows from outside of the tree lie in. */
static void
gaps_filled(struct salvage *s)
{
	size_t i, n = 0, lo, hi, mid;
	size_t kept = s->ngaps < SALVAGE_GAPS_MAX ? s->ngaps : SALVAGE_GAPS_MAX;

	for (i = 0; i < kept; i++) {
		const struct salvage_gap g = s->gap[i];

		/* The first row above g.after. */
		for (lo = 0, hi = s->n; lo < hi;) {
			mid = (lo + hi) / 2;
			if (s->v[mid].addr <= g.after)
				lo = mid + 1;
			else
				hi = mid;
		}
		if (lo < s->n && (g.before == 0 || s->v[lo].addr < g.before))
			s->ngaps--;
		else
			s->gap[n++] = g;
	}
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

	for (number = ROOT_USUAL; number <= s->pages.n; number++) {
		const uint8_t *p;
		struct page g;

		role_alive();
		if (seen_before(s, number) ||
		    (p = pages_get(&s->pages, number)) == NULL)
			continue;
		page_read(&g, p, s->pages.size, false);
		if (g.kind == PAGE_LEAF &&
		    leaf_rows(s, &g, number, false) == -1)
			return -1;
	}
	s->bad_rows = bad;
	if (s->n == tree)
		return 0;
	sort_array(s->v + tree, s->n - tree, sizeof(s->v[0]), row_compare);
	if ((merged = calloc(s->n, sizeof(*merged))) == NULL)
		return -1;
	for (i = n = 0, j = tree; i < tree || j < s->n;) {
		bool from_tree =
		    j == s->n || (i < tree && s->v[i].addr <= s->v[j].addr);
		const struct salvage_row *row =
		    from_tree ? &s->v[i++] : &s->v[j++];

		if (n > 0 && merged[n - 1].addr == row->addr)
			continue;
		merged[n++] = *row;
		s->outside += from_tree ? 0 : 1;
	}
	free(s->v);
	s->v = merged;
	s->n = s->cap = n;
	gaps_filled(s);
	return 0;
}

static int
salvage_with(struct salvage *s, int db, int wal, uint32_t size)
{
	memset(s, 0, sizeof(*s));
	if (pages_init(&s->pages, db, wal, size) == -1)
		return -1;
	s->seen = calloc((size_t)s->pages.n / 8 + 1, 1);
	if (s->seen == NULL || salvage_walk(s, root_find(s), 0) == -1 ||
	    salvage_order(s) == -1 ||
	    (s->bad_pages > 0 && salvage_outside(s) == -1)) {
		salvage_done(s);
		return -1;
	}
	return 0;
}

int
salvage_find(struct salvage *s, int db, int wal)
{
	if (salvage_with(s, db, wal, 0) == -1)
		return -1;
	if (s->n > 0 || s->pages.size == 4096)
		return 0;
	/* The page size itself may be what is damaged. */
	salvage_done(s);
	return salvage_with(s, db, wal, 4096);
}

void
salvage_done(struct salvage *s)
{
	pages_done(&s->pages);
	free(s->v);
	free(s->seen);
	s->v = NULL;
	s->seen = NULL;
	s->n = s->cap = 0;
}

bool
salvage_lease(struct salvage *s, size_t i, struct lease *l)
{
	const struct salvage_row *row = &s->v[i];
	const uint8_t *p = pages_get(&s->pages, row->page);
	struct page g;

	if (p == NULL)
		return false;
	page_read(&g, p, s->pages.size, false);
	return g.kind == PAGE_LEAF && row->off < g.size &&
	       cell_lease(&g, row->off, l) && l->addr == row->addr;
}
