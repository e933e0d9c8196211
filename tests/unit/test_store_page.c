/* SPDX-License-Identifier: ISC */
/* Pages of a database, and the leases in their cells, made byte by byte. */
#include <string.h>

#include "leased/page.h"
#include "tests/unit/unit.h"

#define SIZE 4096
#define TABLE_INTERIOR 0x05
#define TABLE_LEAF 0x0d
#define INDEX_INTERIOR 0x02
#define INDEX_LEAF 0x0a

#define VALUES_MAX 14
#define RELAY 12

static uint8_t bytes[SIZE];
static size_t size; /* of the page in it */

/* Serial types of section 2.1 of the format, and what follows. */
#define BLOB(n) (12 + 2 * (n))
#define TEXT(n) (13 + 2 * (n))

struct column {
	uint64_t type;
	const char *data;
	size_t len;
};

/* A row of schema 3. */
static const struct column full[VALUES_MAX] = {
	{ 1, "\x04", 1 }, /* family */
	{ BLOB(4), "\x0a\x00\x01\x02", 4 }, /* addr */
	{ 9, "", 0 }, /* state */
	{ 1, "\x20", 1 }, /* hwtype */
	{ BLOB(6), "\x02\x00\x00\x00\x00\x07", 6 }, /* hw */
	{ BLOB(3), "\x01\x02\x03", 3 }, /* id */
	{ TEXT(2), "pc", 2 }, /* name */
	{ 4, "\x65\x53\xf1\x00", 4 }, /* start_s */
	{ 5, "\x00\x01\x00\x00\x00\x02", 6 }, /* expiry_s */
	{ 0, "", 0 }, { 0, "", 0 }, { 0, "", 0 },
	{ BLOB(4), "\x0a\x00\x00\x01", 4 }, /* relay */
};

static struct column row[VALUES_MAX];
static size_t nvalues;

static void
set_up(void)
{
	memcpy(row, full, sizeof(row));
	nvalues = RELAY + 1;
	size = SIZE;
	memset(bytes, 0, sizeof(bytes));
}

static size_t
put_varint(uint8_t *p, uint64_t v)
{
	size_t n = 1, i;

	while (n < 9 && v >> (7 * n) != 0)
		n++;
	ck_assert_uint_lt(n, 9);
	for (i = 0; i < n; i++)
		p[i] = (uint8_t)((v >> (7 * (n - 1 - i)) & 0x7f) |
				 (i + 1 < n ? 0x80 : 0));
	return n;
}

/* The record of the row; more: bytes that its end has too many. */
static size_t
put_record(uint8_t *p, size_t more)
{
	uint8_t head[128], body[SIZE / 2];
	size_t i, nhead = 0, nbody = 0, n;

	for (i = 0; i < nvalues; i++) {
		nhead += put_varint(head + nhead, row[i].type);
		memcpy(body + nbody, row[i].data, row[i].len);
		nbody += row[i].len;
	}
	memset(body + nbody, 0, more);
	n = put_varint(p, 1 + nhead + nbody + more);
	n += put_varint(p + n, nhead + 1);
	memcpy(p + n, head, nhead);
	memcpy(p + n + nhead, body, nbody + more);
	return n + nhead + nbody + more;
}

/* A page of one cell at its end, which the parser finds. */
static bool
read_row(uint8_t kind, const void *before, size_t nbefore, size_t more,
    struct lease *l)
{
	uint8_t record[SIZE];
	size_t n = put_record(record, more), off, skip;
	struct page g;

	/* A rowid is behind the length. */
	skip = kind == TABLE_LEAF ? (record[0] < 0x80 ? 1 : 2) : 0;
	off = size - n - nbefore;
	memset(bytes, 0, sizeof(bytes));
	bytes[0] = kind;
	bytes[4] = 1;
	bytes[kind == INDEX_INTERIOR ? 12 : 8] = (uint8_t)(off >> 8);
	bytes[kind == INDEX_INTERIOR ? 13 : 9] = (uint8_t)off;
	memcpy(bytes + off, record, skip);
	memcpy(bytes + off + skip, before, nbefore);
	memcpy(bytes + off + skip + nbefore, record + skip, n - skip);
	page_parse(&g, bytes, size, false);
	ck_assert_uint_eq(page_cell_offset(&g, 0), off);
	return page_lease(&g, off, l);
}

static bool
row_ok(struct lease *l)
{
	return read_row(INDEX_LEAF, "", 0, 0, l);
}

static struct lease
wanted(void)
{
	return (struct lease){ .state = LEASE_RELEASED,
		.addr = addr_from_ip4(0x0a000102),
		.hwtype = 32,
		.hwlen = 6,
		.hw = { 2, 0, 0, 0, 0, 7 },
		.idlen = 3,
		.id = { 1, 2, 3 },
		.name = "pc",
		.start_s = 0x6553f100,
		.expiry_s = 0x100000002,
		.relay = addr_from_ip4(0x0a000001) };
}

START_TEST(test_kinds)
{
	static const struct {
		uint8_t type;
		enum page_kind kind;
		bool interior, rows;
	} t[] = {
		{ TABLE_INTERIOR, PAGE_TABLE_INTERIOR, true, false },
		{ TABLE_LEAF, PAGE_TABLE_LEAF, false, true },
		{ INDEX_INTERIOR, PAGE_INDEX_INTERIOR, true, true },
		{ INDEX_LEAF, PAGE_INDEX_LEAF, false, true },
		{ 0, PAGE_OTHER, false, false },
		{ 1, PAGE_OTHER, false, false },
		{ 0x0e, PAGE_OTHER, false, false },
	};
	static const uint8_t rest[] = { 0, 0, 0, 3, 9, 9, 9, 1, 2, 3, 4 };
	const bool other = t[_i].kind == PAGE_OTHER;
	uint8_t *at;
	struct page g;
	size_t first;

	for (first = 0; first < 2; first++) {
		at = bytes + (first ? 100 : 0);
		memset(bytes, 0xee, sizeof(bytes));
		at[0] = t[_i].type;
		memcpy(at + 1, rest, sizeof(rest));
		page_parse(&g, bytes, SIZE, first != 0);
		ck_assert_int_eq(g.kind, t[_i].kind);
		ck_assert_uint_eq(page_is_interior(&g), t[_i].interior);
		ck_assert_uint_eq(page_has_rows(&g), t[_i].rows);
		ck_assert_uint_eq(g.ncells, other ? 0 : 3);
		ck_assert_uint_eq(g.right, t[_i].interior ? 0x01020304 : 0);
		ck_assert_uint_eq(g.pointers,
		    (size_t)(at - bytes) + (t[_i].interior ? 12 : 8));
	}
}
END_TEST

/* All pointers to cells are within the page, or it is no page. */
START_TEST(test_cells)
{
	struct page g;

	bytes[0] = INDEX_LEAF;
	bytes[3] = (SIZE - 8) / 2 >> 8;
	bytes[4] = (SIZE - 8) / 2 & 0xff;
	page_parse(&g, bytes, SIZE, false);
	ck_assert_int_eq(g.kind, PAGE_INDEX_LEAF);
	ck_assert_uint_eq(g.ncells, (SIZE - 8) / 2);
	bytes[4]++;
	page_parse(&g, bytes, SIZE, false);
	ck_assert_int_eq(g.kind, PAGE_OTHER);
	ck_assert_uint_eq(g.ncells, 0);
	bytes[3] = bytes[4] = 0;
	page_parse(&g, bytes, 8, false);
	ck_assert_int_eq(g.kind, PAGE_INDEX_LEAF);
	page_parse(&g, bytes, 7, false);
	ck_assert_int_eq(g.kind, PAGE_OTHER);
}
END_TEST

/* Cells are behind the pointers to them. */
START_TEST(test_cell_offset)
{
	static const struct {
		size_t off, found;
	} t[] = { { 0, 0 }, { 12 + 2 * 2 - 1, 0 }, { 12 + 2 * 2, 12 + 2 * 2 },
		{ 0x1ff, 0x1ff }, { SIZE - 1, SIZE - 1 }, { SIZE, 0 },
		{ 0xffff, 0 } };
	struct page g;

	bytes[0] = INDEX_INTERIOR;
	bytes[4] = 2;
	bytes[14] = (uint8_t)(t[_i].off >> 8);
	bytes[15] = (uint8_t)t[_i].off;
	page_parse(&g, bytes, SIZE, false);
	ck_assert_uint_eq(page_cell_offset(&g, 0), 0);
	ck_assert_uint_eq(page_cell_offset(&g, 1), t[_i].found);
}
END_TEST

START_TEST(test_child)
{
	struct page g;

	bytes[0] = TABLE_INTERIOR;
	memcpy(bytes + SIZE - 5, "\x01\x02\x03\x04\x05", 5);
	page_parse(&g, bytes, SIZE, false);
	ck_assert_uint_eq(page_child(&g, SIZE - 5), 0x01020304);
	ck_assert_uint_eq(page_child(&g, SIZE - 4), 0x02030405);
	ck_assert_uint_eq(page_child(&g, SIZE - 3), 0);
}
END_TEST

START_TEST(test_lease)
{
	struct lease l, want = wanted();

	ck_assert(row_ok(&l));
	ck_assert_mem_eq(&l, &want, sizeof(l));
	ck_assert(read_row(INDEX_INTERIOR, "\x00\x00\x00\x09", 4, 0, &l));
	ck_assert_mem_eq(&l, &want, sizeof(l));
	/* Schema 2 has no relay. */
	nvalues = RELAY;
	want.relay = (struct addr){ .family = 0 };
	ck_assert(row_ok(&l));
	ck_assert_mem_eq(&l, &want, sizeof(l));
	nvalues = RELAY - 1;
	ck_assert(!row_ok(&l));
}
END_TEST

/* Without family; the rowid is the address. */
START_TEST(test_lease1)
{
	static const struct {
		const char *rowid;
		size_t n;
		uint32_t addr; /* 0: refused */
	} t[] = {
		{ "\x01", 1, 1 },
		{ "\x81\x00", 2, 128 },
		{ "\xd0\x80\x82\x02", 4, 0x0a000102 },
		{ "\x8f\xff\xff\xff\x7f", 5, UINT32_MAX },
		{ "\x90\x80\x80\x80\x00", 5, 0 },
		{ "\x00", 1, 0 },
		/* Nine bytes: all bits of the last one count. */
		{ "\x80\x80\x80\x80\x80\x80\x80\x80\x81", 9, 0x81 },
		{ "\x80\x80\x80\x80\x80\x80\x80\x81\x02", 9, 0x102 },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9, 0 },
	};
	struct lease l, want = wanted();

	memmove(row, row + 1, sizeof(row) - sizeof(row[0]));
	row[0] = (struct column){ 0, "", 0 };
	nvalues = 8;
	want.relay = (struct addr){ .family = 0 };
	want.addr = addr_from_ip4(t[_i].addr);
	ck_assert_int_eq(
	    read_row(TABLE_LEAF, t[_i].rowid, t[_i].n, 0, &l), t[_i].addr != 0);
	if (t[_i].addr != 0)
		ck_assert_mem_eq(&l, &want, sizeof(l));
	row[0].type = 8;
	ck_assert(!read_row(TABLE_LEAF, "\x01", 1, 0, &l));
}
END_TEST

/* Numbers of all lengths. */
START_TEST(test_numbers)
{
	static const struct {
		struct column c;
		int64_t n; /* -1: refused */
	} t[] = {
		{ { 8, "", 0 }, 0 },
		{ { 9, "", 0 }, 1 },
		{ { 1, "\x7f", 1 }, 0x7f },
		{ { 1, "\x80", 1 }, -1 },
		{ { 2, "\x7f\x81", 2 }, 0x7f81 },
		{ { 2, "\xff\xff", 2 }, -1 },
		{ { 3, "\x01\x02\x03", 3 }, 0x010203 },
		{ { 4, "\x01\x02\x03\x04", 4 }, 0x01020304 },
		{ { 5, "\x01\x02\x03\x04\x05\x06", 6 }, 0x010203040506 },
		{ { 6, "\x7f\x02\x03\x04\x05\x06\x07\x08", 8 },
		    0x7f02030405060708 },
		{ { 6, "\x80\x02\x03\x04\x05\x06\x07\x08", 8 }, -1 },
		{ { 7, "\x01\x02\x03\x04\x05\x06\x07\x08", 8 }, -1 },
		{ { 10, "", 0 }, -1 },
		{ { 11, "", 0 }, -1 },
		{ { BLOB(1), "\x01", 1 }, -1 },
		{ { TEXT(1), "1", 1 }, -1 },
	};
	struct lease l;

	row[7] = t[_i].c;
	ck_assert_int_eq(row_ok(&l), t[_i].n != -1);
	if (t[_i].n != -1)
		ck_assert_uint_eq(l.start_s, (uint64_t)t[_i].n);
	row[7] = full[7];
	row[8] = t[_i].c;
	ck_assert_int_eq(row_ok(&l), t[_i].n != -1);
	if (t[_i].n != -1)
		ck_assert_uint_eq(l.expiry_s, (uint64_t)t[_i].n);
}
END_TEST

#define X16 "0123456789abcdef"
#define X64 X16 X16 X16 X16
#define X255 X64 X64 X64 X16 X16 X16 "0123456789abcde"

/* The limits of each column. */
START_TEST(test_columns)
{
	static const struct {
		size_t at;
		struct column c;
		bool ok;
	} t[] = {
		{ 0, { 1, "\x06", 1 }, false },
		{ 0, { 2, "\x01\x04", 2 }, false },
		{ 0, { 0, "", 0 }, false },
		{ 1, { TEXT(4), "\x0a\x00\x01\x02", 4 }, false },
		{ 1, { BLOB(3), "\x0a\x00\x01", 3 }, false },
		{ 1, { BLOB(4), "\x00\x00\x00\x00", 4 }, false },
		{ 1, { BLOB(16), X16, 16 }, false },
		{ 2, { 8, "", 0 }, true },
		{ 2, { 1, "\x02", 1 }, true },
		{ 2, { 1, "\x03", 1 }, false },
		{ 3, { 2, "\x00\xff", 2 }, true },
		{ 3, { 2, "\x01\x00", 2 }, false },
		{ 4, { BLOB(0), "", 0 }, true },
		{ 4, { BLOB(16), X16, 16 }, true },
		{ 4, { BLOB(17), X16 "x", 17 }, false },
		{ 4, { TEXT(6), "\x02\x00\x00\x00\x00\x07", 6 }, false },
		{ 4, { 0, "", 0 }, false },
		{ 5, { 0, "", 0 }, true },
		{ 5, { BLOB(0), "", 0 }, false },
		{ 5, { BLOB(1), "x", 1 }, true },
		{ 5, { BLOB(255), X255, 255 }, true },
		{ 5, { BLOB(256), X255 "x", 256 }, false },
		{ 5, { TEXT(3), "abc", 3 }, false },
		{ 6, { TEXT(0), "", 0 }, true },
		{ 6, { TEXT(255), X255, 255 }, true },
		{ 6, { TEXT(256), X255 "x", 256 }, false },
		{ 6, { TEXT(2), "p\0", 2 }, false },
		{ 6, { BLOB(2), "pc", 2 }, false },
		{ 8, { 0, "", 0 }, true },
		{ RELAY, { 0, "", 0 }, true },
		{ RELAY, { BLOB(3), "\x0a\x00\x00", 3 }, false },
		{ RELAY, { BLOB(16), X16, 16 }, false },
		{ RELAY, { TEXT(4), "\x0a\x00\x00\x01", 4 }, false },
		{ RELAY, { 1, "\x01", 1 }, false },
		{ RELAY, { (uint64_t)UINT32_MAX + 9, "", 0 }, false },
		/* One too many. */
		{ RELAY + 1, { 0, "", 0 }, false },
	};
	size_t i;
	struct lease l;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		set_up();
		row[t[i].at] = t[i].c;
		if (t[i].at > RELAY)
			nvalues++;
		ck_assert_msg(row_ok(&l) == t[i].ok, "case %zu", i);
		if (t[i].ok && t[i].at == 8)
			ck_assert_uint_eq(l.expiry_s, LEASE_NEVER);
		if (t[i].ok && t[i].at == 4)
			ck_assert_uint_eq(l.hwlen, t[i].c.len);
		if (t[i].ok && t[i].at == 5)
			ck_assert_uint_eq(l.idlen, t[i].c.len);
		if (t[i].ok && t[i].at == 6)
			ck_assert_uint_eq(strlen(l.name), t[i].c.len);
	}
}
END_TEST

/* No byte is left over, and none is missing. */
START_TEST(test_lengths)
{
	uint8_t record[SIZE];
	struct lease l;
	struct page g;
	size_t n, off;

	ck_assert(!read_row(INDEX_LEAF, "", 0, 1, &l));
	n = put_record(record, 0);
	ck_assert_uint_lt(n, 0x80);
	off = SIZE - n;
	memset(bytes, 0, sizeof(bytes));
	bytes[0] = INDEX_LEAF;
	memcpy(bytes + off, record, n);
	page_parse(&g, bytes, SIZE, false);
	ck_assert(page_lease(&g, off, &l));
	/* Beyond the end of the page. */
	g.size--;
	ck_assert(!page_lease(&g, off, &l));
	g.size++;
	bytes[off]--;
	ck_assert(!page_lease(&g, off, &l));
	bytes[off]++;
	/* The head. */
	bytes[off + 1]--;
	ck_assert(!page_lease(&g, off, &l));
	bytes[off + 1] += 2;
	ck_assert(!page_lease(&g, off, &l));
	bytes[off + 1] = bytes[off] + 1;
	ck_assert(!page_lease(&g, off, &l));
	bytes[off + 1] = 0;
	ck_assert(!page_lease(&g, off, &l));
}
END_TEST

/* A longer identifier, so that the record has this many bytes. */
static void
lengthen(size_t wanted)
{
	uint8_t record[SIZE];
	struct column *id = &row[nvalues == 8 ? 4 : 5];
	size_t n = 60;

	do {
		*id = (struct column){ BLOB(n), X255, n };
		n++;
	} while (put_record(record, 0) - 2 < wanted);
	ck_assert_uint_eq(put_record(record, 0) - 2, wanted);
}

/*
 * What is longer continues on another page, section 1.6 of the format; its end
 * is not in this one.
 */
START_TEST(test_overflow)
{
	const size_t most = (1024 - 12) * 64 / 255 - 23;
	struct lease l;

	size = 1024;
	lengthen(most);
	ck_assert(row_ok(&l));
	lengthen(most + 1);
	ck_assert(!row_ok(&l));
}
END_TEST

/* A table with rowids has more room in its leaves. */
START_TEST(test_overflow1)
{
	struct lease l;

	size = 512;
	memmove(row, row + 1, sizeof(row) - sizeof(row[0]));
	row[0] = (struct column){ 0, "", 0 };
	row[5] = (struct column){ TEXT(255), X255, 255 };
	nvalues = 8;
	lengthen(512 - 35);
	ck_assert(read_row(TABLE_LEAF, "\x01", 1, 0, &l));
	lengthen(512 - 35 + 1);
	ck_assert(!read_row(TABLE_LEAF, "\x01", 1, 0, &l));
}
END_TEST

/* The tables that a page of sqlite_schema lists. */
START_TEST(test_root)
{
	static const struct column schema[] = { { TEXT(5), "table", 5 },
		{ TEXT(5), "lease", 5 }, { TEXT(5), "lease", 5 },
		{ 2, "\x01\x02", 2 }, { TEXT(6), "CREATE", 6 } };
	static const struct {
		size_t at;
		struct column c;
		uint32_t root;
	} t[] = {
		{ 3, { 2, "\x01\x02", 2 }, 0x0102 },
		{ 3, { 5, "\x00\x00\xff\xff\xff\xff", 6 }, UINT32_MAX },
		{ 3, { 5, "\x00\x01\x00\x00\x00\x00", 6 }, 0 },
		{ 3, { 0, "", 0 }, 0 },
		{ 0, { TEXT(5), "index", 5 }, 0 },
		{ 0, { BLOB(5), "table", 5 }, 0 },
		{ 1, { TEXT(5), "leash", 5 }, 0 },
		{ 1, { TEXT(6), "leases", 6 }, 0 },
		{ 1, { TEXT(4), "leas", 4 }, 0 },
	};
	uint8_t record[SIZE];
	struct page g;
	uint32_t root;
	size_t n, off;

	memcpy(row, schema, sizeof(schema));
	nvalues = 5;
	row[t[_i].at] = t[_i].c;
	n = put_record(record, 0);
	off = SIZE - n - 1;
	bytes[0] = TABLE_LEAF;
	bytes[off] = record[0];
	bytes[off + 1] = 1;
	memcpy(bytes + off + 2, record + 1, n - 1);
	bytes[4] = 1; /* cells */
	bytes[8] = (uint8_t)(off >> 8);
	bytes[9] = (uint8_t)off;
	page_parse(&g, bytes, SIZE, false);
	ck_assert_int_eq(page_table_root(&g, "lease", &root), 0);
	ck_assert_uint_eq(root, t[_i].root);
	/* Another cell, which is not within the page. */
	bytes[4] = 2;
	page_parse(&g, bytes, SIZE, false);
	ck_assert_int_eq(page_table_root(&g, "lease", &root), -1);
	ck_assert_uint_eq(root, t[_i].root);
	bytes[0] = INDEX_LEAF;
	page_parse(&g, bytes, SIZE, false);
	ck_assert_int_eq(page_table_root(&g, "lease", &root), -1);
	ck_assert_uint_eq(root, 0);
}
END_TEST

Suite *suite_store_page(void);

Suite *
suite_store_page(void)
{
	Suite *s = suite_create("store_page");
	TCase *tc = tcase_create("page");

	tcase_add_checked_fixture(tc, set_up, NULL);
	tcase_add_loop_test(tc, test_kinds, 0, 7);
	tcase_add_test(tc, test_cells);
	tcase_add_loop_test(tc, test_cell_offset, 0, 7);
	tcase_add_test(tc, test_child);
	tcase_add_test(tc, test_lease);
	tcase_add_loop_test(tc, test_lease1, 0, 9);
	tcase_add_loop_test(tc, test_numbers, 0, 16);
	tcase_add_test(tc, test_columns);
	tcase_add_test(tc, test_lengths);
	tcase_add_test(tc, test_overflow);
	tcase_add_test(tc, test_overflow1);
	tcase_add_loop_test(tc, test_root, 0, 9);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_store_page)
