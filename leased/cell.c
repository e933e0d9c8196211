/* SPDX-License-Identifier: ISC */
/* Decodes cells: https://www.sqlite.org/fileformat2.html, 1.6 and 2.1. */
#include "leased/cell.h"

#include <string.h>

#define HEADER_FILE 100 /* bytes before the b-tree of page 1 */
#define TYPE_INTERIOR 0x05
#define TYPE_LEAF 0x0d
#define SCHEMA_COLUMNS 5

/* A value of a record. */
struct value {
	enum { VALUE_NULL, VALUE_INT, VALUE_BLOB, VALUE_TEXT, VALUE_REAL } type;
	int64_t n;
	const uint8_t *p;
	size_t len;
};

void
page_read(struct page *g, const uint8_t *p, size_t size, bool first)
{
	struct reader r;
	uint8_t type;

	memset(g, 0, sizeof(*g));
	g->p = p;
	g->size = size;
	reader_init(&r, p, size);
	if (first)
		reader_skip(&r, HEADER_FILE);
	type = reader_u8(&r);
	reader_skip(&r, 2);
	g->ncells = reader_u16(&r);
	reader_skip(&r, 3);
	if (type == TYPE_INTERIOR)
		g->right = reader_u32(&r);
	g->pointers = size - r.left;
	if (reader_ok(&r) && g->ncells <= r.left / 2)
		g->kind = type == TYPE_INTERIOR ? PAGE_INTERIOR
			  : type == TYPE_LEAF	? PAGE_LEAF
						: PAGE_OTHER;
	if (g->kind == PAGE_OTHER)
		g->ncells = 0;
}

size_t
page_cell(const struct page *g, size_t i)
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
read_varint(struct reader *r)
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
read_number(struct reader *r, size_t n)
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
read_value(struct reader *body, uint64_t serial, struct value *v)
{
	static const uint8_t size[] = { 0, 1, 2, 3, 4, 6, 8 };

	memset(v, 0, sizeof(*v));
	if (serial == 0)
		return;
	if (serial < sizeof(size)) {
		v->type = VALUE_INT;
		v->n = read_number(body, size[serial]);
	} else if (serial == 7) {
		v->type = VALUE_REAL;
		reader_skip(body, 8);
	} else if (serial <= 9) {
		v->type = VALUE_INT;
		v->n = serial == 9 ? 1 : 0;
	} else if (serial <= 11 || serial > UINT32_MAX) {
		reader_fail(body);
	} else {
		v->type = serial % 2 == 0 ? VALUE_BLOB : VALUE_TEXT;
		v->len = (size_t)(serial - 12) / 2;
		v->p = reader_bytes(body, v->len);
	}
}

/* The key and the values of a leaf's cell; -1 where it is not all there. */
static int
read_cell(const struct page *g, size_t off, int64_t *key, struct value *v,
    size_t nvalues)
{
	struct reader r, body, head;
	uint64_t len, headlen;
	size_t i, before;

	reader_init(&r, g->p + off, g->size - off);
	len = read_varint(&r);
	*key = (int64_t)read_varint(&r);
	/* What is longer has its end on pages of its own; no lease is. */
	if (!reader_ok(&r) || len > g->size - 35 || len > r.left)
		return -1;
	body = reader_sub(&r, (size_t)len);
	before = body.left;
	head = body;
	headlen = read_varint(&head);
	if (!reader_ok(&head) || headlen > before)
		return -1;
	reader_skip(&body, (size_t)headlen);
	head.left = (size_t)headlen - (before - head.left);
	if (head.left > headlen)
		return -1;
	for (i = 0; i < nvalues; i++)
		read_value(&body, read_varint(&head), &v[i]);
	return reader_done(&head) && reader_done(&body) ? 0 : -1;
}

static bool
take_number(const struct value *v, int64_t max, int64_t *n)
{
	*n = v->n;
	return v->type == VALUE_INT && v->n >= 0 && v->n <= max;
}

static bool
take_bytes(const struct value *v, int type, void *dst, size_t max, size_t *n)
{
	if ((int)v->type != type || v->len > max)
		return false;
	if (v->len > 0)
		memcpy(dst, v->p, v->len);
	*n = v->len;
	return true;
}

/* The same rules as store_sqlite_row() has. */
static bool
values_lease(const struct value *v, struct lease *l)
{
	int64_t state, hwtype, start, expiry;
	size_t hwlen, idlen = 0, namelen;

	if (v[0].type != VALUE_NULL ||
	    !take_number(&v[1], LEASE_STATE_MAX - 1, &state) ||
	    !take_number(&v[2], UINT8_MAX, &hwtype) ||
	    !take_bytes(&v[3], VALUE_BLOB, l->hw, sizeof(l->hw), &hwlen) ||
	    !take_bytes(
		&v[5], VALUE_TEXT, l->name, sizeof(l->name) - 1, &namelen) ||
	    strlen(l->name) != namelen ||
	    !take_number(&v[6], INT64_MAX, &start))
		return false;
	if (v[4].type != VALUE_NULL &&
	    (!take_bytes(&v[4], VALUE_BLOB, l->id, sizeof(l->id), &idlen) ||
		idlen == 0))
		return false;
	l->expiry_s = LEASE_NEVER;
	if (v[7].type != VALUE_NULL) {
		if (!take_number(&v[7], INT64_MAX, &expiry))
			return false;
		l->expiry_s = (uint64_t)expiry;
	}
	l->state = (uint8_t)state;
	l->hwtype = (uint8_t)hwtype;
	l->hwlen = (uint8_t)hwlen;
	l->idlen = (uint16_t)idlen;
	l->start_s = (uint64_t)start;
	return true;
}

bool
cell_lease(const struct page *g, size_t off, struct lease *l)
{
	struct value v[CELL_COLUMNS];
	int64_t key;
	int r;

	memset(l, 0, sizeof(*l));
	r = read_cell(g, off, &key, v, CELL_COLUMNS);
	if (key >= 1 && key <= UINT32_MAX)
		l->addr = (uint32_t)key;
	return r == 0 && l->addr != 0 && values_lease(v, l);
}

static bool
text_is(const struct value *v, const char *text)
{
	return v->type == VALUE_TEXT && v->len == strlen(text) &&
	       memcmp(v->p, text, v->len) == 0;
}

uint32_t
cell_root(const struct page *g, size_t off, const char *table)
{
	struct value v[SCHEMA_COLUMNS];
	int64_t key, root;

	if (read_cell(g, off, &key, v, SCHEMA_COLUMNS) == -1 ||
	    !text_is(&v[0], "table") || !text_is(&v[1], table) ||
	    !take_number(&v[3], UINT32_MAX, &root))
		return 0;
	return (uint32_t)root;
}
