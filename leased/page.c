/* SPDX-License-Identifier: ISC */
/* Decodes pages and cells of an SQLite file. */
#include "leased/page.h"

#include <string.h>

#include "leased/row_value.h"

#define HEADER_FILE 100 /* bytes before the b-tree of page 1 */
#define SCHEMA_COLUMNS 5 /* of sqlite_schema */
#define LEASE1_COLUMNS (1 + ROW_VALUES) /* of the lease table of schema 1 */
#define LEASE2_COLUMNS 12 /* of schema 2 */
#define LEASE_COLUMNS 13
#define LEASE_RELAY 12 /* the column that schema 2 lacks */

static enum page_kind
page_kind_of(uint8_t type)
{
	switch (type) {
	case 0x02:
		return PAGE_INDEX_INTERIOR;
	case 0x05:
		return PAGE_TABLE_INTERIOR;
	case 0x0a:
		return PAGE_INDEX_LEAF;
	case 0x0d:
		return PAGE_TABLE_LEAF;
	default:
		return PAGE_OTHER;
	}
}

bool
page_is_interior(const struct page *g)
{
	return g->kind == PAGE_TABLE_INTERIOR || g->kind == PAGE_INDEX_INTERIOR;
}

bool
page_has_rows(const struct page *g)
{
	return g->kind != PAGE_OTHER && g->kind != PAGE_TABLE_INTERIOR;
}

void
page_parse(struct page *g, const uint8_t *p, size_t size, bool first)
{
	struct reader r;

	memset(g, 0, sizeof(*g));
	g->p = p;
	g->size = size;
	reader_init(&r, p, size);
	if (first)
		reader_skip(&r, HEADER_FILE);
	g->kind = page_kind_of(reader_u8(&r));
	reader_skip(&r, 2);
	g->ncells = reader_u16(&r);
	reader_skip(&r, 3);
	if (page_is_interior(g))
		g->right = reader_u32(&r);
	g->pointers = size - r.left;
	if (!reader_ok(&r) || g->ncells > r.left / 2)
		g->kind = PAGE_OTHER;
	if (g->kind == PAGE_OTHER)
		g->ncells = 0;
}

size_t
page_cell_offset(const struct page *g, size_t i)
{
	size_t off = (size_t)g->p[g->pointers + 2 * i] << 8 |
		     g->p[g->pointers + 2 * i + 1];

	/* A page of 64 KiB has no cell at its last byte. */
	return off >= g->pointers + 2 * g->ncells && off < g->size ? off : 0;
}

uint32_t
page_child(const struct page *g, size_t off)
{
	struct reader r;

	reader_init(&r, g->p + off, g->size - off);
	return reader_u32(&r);
}

/* An integer of one to nine bytes, the most significant first. */
static uint64_t
page_read_varint(struct reader *r)
{
	uint64_t v = 0;
	uint8_t b;
	int i;

	for (i = 0; i < 8; i++) {
		b = reader_u8(r);
		v = v << 7 | (b & 0x7f);
		if ((b & 0x80) == 0)
			return v;
	}
	return v << 8 | reader_u8(r);
}

/* A number in two's complement of n bytes. */
static int64_t
page_read_number(struct reader *r, size_t n)
{
	const uint8_t *p = reader_bytes(r, n);
	uint64_t v;
	size_t i;

	if (p == NULL)
		return 0;
	v = (p[0] & 0x80) != 0 ? UINT64_MAX : 0;
	for (i = 0; i < n; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

static void
page_read_value(struct reader *body, uint64_t serial, struct row_value *v)
{
	static const uint8_t size[] = { 0, 1, 2, 3, 4, 6, 8 };

	memset(v, 0, sizeof(*v));
	if (serial == 0)
		return;
	if (serial < sizeof(size)) {
		v->type = ROW_INT;
		v->n = page_read_number(body, size[serial]);
	} else if (serial == 7) {
		v->type = ROW_OTHER;
		reader_skip(body, 8);
	} else if (serial <= 9) {
		v->type = ROW_INT;
		v->n = serial == 9 ? 1 : 0;
	} else if (serial <= 11 || serial > UINT32_MAX) {
		reader_fail(body);
	} else {
		v->type = serial % 2 == 0 ? ROW_BLOB : ROW_TEXT;
		v->len = (size_t)(serial - 12) / 2;
		v->p = reader_bytes(body, v->len);
	}
}

/*
 * The end of a longer record is on overflow pages.  No lease is that long at
 * the page size that pxeguard uses.
 */
static size_t
page_local_max(const struct page *g)
{
	if (g->kind == PAGE_TABLE_LEAF)
		return g->size - 35;
	return (g->size - 12) * 64 / 255 - 23;
}

/*
 * Reads the values of a cell and its rowid, 0 in a table without rowids; -1
 * when the cell is incomplete.  A row that is older than its last columns has
 * fewer values, at least `least`; the others are NULL.
 */
static int
page_read_cell(const struct page *g, size_t off, int64_t *rowid,
    struct row_value *v, size_t nvalues, size_t least)
{
	struct reader r, body, head;
	uint64_t len, headlen;
	size_t i, before;

	reader_init(&r, g->p + off, g->size - off);
	if (page_is_interior(g))
		(void)reader_u32(&r); /* the child */
	len = page_read_varint(&r);
	*rowid = g->kind == PAGE_TABLE_LEAF ? (int64_t)page_read_varint(&r)
					    : INT64_C(0);
	if (!reader_ok(&r) || len > page_local_max(g) || len > r.left)
		return -1;
	body = reader_sub(&r, (size_t)len);
	before = body.left;
	head = body;
	headlen = page_read_varint(&head);
	if (!reader_ok(&head) || headlen > before)
		return -1;
	reader_skip(&body, (size_t)headlen);
	head.left = (size_t)headlen - (before - head.left);
	if (head.left > headlen)
		return -1;
	for (i = 0; i < nvalues; i++)
		page_read_value(&body,
		    i >= least && head.left == 0 ? 0 : page_read_varint(&head),
		    &v[i]);
	return reader_done(&head) && reader_done(&body) ? 0 : -1;
}

/* A row of schema 1, whose rowid is the IPv4 address. */
static bool
page_lease1(const struct page *g, size_t off, struct lease *l)
{
	struct row_value v[LEASE1_COLUMNS];
	int64_t rowid;

	return page_read_cell(
		   g, off, &rowid, v, LEASE1_COLUMNS, LEASE1_COLUMNS) == 0 &&
	       v[0].type == ROW_NULL && row_lease1(rowid, v + 1, l);
}

/* A row of schemas 2 and 3. */
static bool
page_lease2(const struct page *g, size_t off, struct lease *l)
{
	struct row_value v[LEASE_COLUMNS];
	int64_t rowid;

	return page_read_cell(
		   g, off, &rowid, v, LEASE_COLUMNS, LEASE2_COLUMNS) == 0 &&
	       row_lease(v, &v[LEASE_RELAY], l);
}

bool
page_lease(const struct page *g, size_t off, struct lease *l)
{
	if (!page_has_rows(g))
		return false;
	return g->kind == PAGE_TABLE_LEAF ? page_lease1(g, off, l)
					  : page_lease2(g, off, l);
}

static bool
page_text_is(const struct row_value *v, const char *text)
{
	return v->type == ROW_TEXT && v->len == strlen(text) &&
	       memcmp(v->p, text, v->len) == 0;
}

int
page_table_root(const struct page *g, const char *table, uint32_t *root)
{
	struct row_value v[SCHEMA_COLUMNS];
	int64_t rowid, n;
	size_t i, off;
	int r = 0;

	*root = 0;
	if (g->kind != PAGE_TABLE_LEAF)
		return -1;
	for (i = 0; i < g->ncells; i++) {
		if ((off = page_cell_offset(g, i)) == 0) {
			r = -1;
			continue;
		}
		if (*root == 0 &&
		    page_read_cell(g, off, &rowid, v, SCHEMA_COLUMNS,
			SCHEMA_COLUMNS) == 0 &&
		    page_text_is(&v[0], "table") &&
		    page_text_is(&v[1], table) &&
		    row_number(&v[3], 1, UINT32_MAX, &n))
			*root = (uint32_t)n;
	}
	return r;
}
