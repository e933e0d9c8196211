/* SPDX-License-Identifier: ISC */
/* What is found of damage in a lease database, and which rows are read. */
#include <time.h>

#include "tests/unit/recover_case.h"

/* The two databases that made version 0.1.0 loop for ever, and others. */
START_TEST(test_key_out_of_order)
{
	static const uint32_t row[] = { 256, 4096, 1, 5999, 3000 };
	struct store_open o = { .file = NULL };
	struct rows rows;
	struct store *s;
	char wanted[80], a[16], b[16];
	uint32_t last;

	make_rows(6000);
	change_key(FIRST + row[_i], FIRST - 1);
	ck_assert_ptr_null(try_open(&o));
	ck_assert_msg(o.damaged, "%s", why);
	(void)snprintf(wanted, sizeof(wanted), "rows out of order: %s after %s",
	    ip4_text(FIRST - 1, a), ip4_text(FIRST + row[_i] - 1, b));
	ck_assert_str_eq(why, wanted);
	o = (struct store_open){ .file = NULL };
	s = open_recovering(&o);
	ck_assert_uint_eq(o.rows, 5999);
	ck_assert_uint_eq(rc.leases, 5999);
	ck_assert_uint_eq(rc.bad_rows, 1);
	ck_assert_uint_eq(load_all(s, 256).n, 5999);
	rows = load_all(s, 256);
	ck_assert(addr_to_ip4(&rows.last.addr, &last));
	ck_assert_uint_eq(last, row[_i] == 5999 ? FIRST + 5998 : FIRST + 5999);
	s->ops->close(s);
	ck_assert_uint_eq(count_files(MOVED), 2);
	s = must_open(&o);
	s->ops->close(s);
}
END_TEST

/* A key that is longer than any address. */
START_TEST(test_unreadable_key)
{
	struct store_open o = { .file = NULL };
	struct store *s;

	make_rows(10);
	edit(
	    "PRAGMA ignore_check_constraints = ON; INSERT INTO lease VALUES (4, zeroblob(65), 0, 1, x'00', NULL, '', 0, 0, NULL, NULL, NULL, NULL)");
	ck_assert_ptr_null(try_open(&o));
	ck_assert(o.damaged);
	ck_assert_str_eq(why, "unreadable key");
	o = (struct store_open){ .file = NULL };
	s = open_recovering(&o);
	ck_assert_uint_eq(o.rows, 10);
	s->ops->close(s);
}
END_TEST

/* Whatever the check at the start missed, a load ends. */
START_TEST(test_load_out_of_order)
{
	struct store_cursor cur = { .rows = 0 };
	struct rows got = { .n = 0 };
	enum store_result r = STORE_OK;
	struct store *s;
	size_t off, i;
	uint8_t page[PAGE_SIZE];
	uint32_t n;

	make_rows(6000);
	s = open_store();
	n = page_of(FIRST + 4096, &off);
	memcpy(page, page_load(n), sizeof(page));
	change_key(FIRST + 4096, FIRST - 1);
	/* The library reads it anew only if it has to. */
	for (i = 0; i < 1000 && !cur.done && r == STORE_OK; i++)
		r = s->ops->load(s, &cur, 256, row, &got);
	ck_assert_uint_lt(i, 1000);
	if (r != STORE_OK)
		ck_assert_int_eq(r, STORE_LOST);
	s->ops->close(s);
}
END_TEST

static uint32_t
pages_of_file(void)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	return (uint32_t)(st.st_size / PAGE_SIZE);
}

/* Each page in turn is lost; the rows of the others are not. */
START_TEST(test_each_page_lost)
{
	uint8_t junk[PAGE_SIZE], saved[PAGE_SIZE];
	struct salvage found;
	uint32_t n, total;
	int fd;

	make_rows_of(1 + _i / 2, 2000);
	total = pages_of_file();
	ck_assert_uint_gt(total, 10);
	for (n = 1; n <= total; n++) {
		/* The table of serials. */
		if (n == 3 && _i >= 2)
			continue;
		memcpy(saved, page_load(n), sizeof(saved));
		memset(junk, _i % 2 == 0 ? 0 : 0xff, sizeof(junk));
		page_save(n, junk);
		ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
		ck_assert_int_eq(salvage_find(&found, fd, -1), 0);
		/* In schema 2 the root holds rows, too. */
		ck_assert_uint_ge(
		    found.n, n == 1 || (n == 2 && _i < 2) ? 2000 : 1800);
		ck_assert_uint_eq(found.bad_pages, n == 1 ? 0 : 1);
		if (n > 2)
			ck_assert_uint_le(found.ngaps, 1);
		salvage_done(&found);
		ck_assert_int_eq(close(fd), 0);
		page_save(n, saved);
	}
}
END_TEST

/* Any bytes changed: it ends, and what comes out is in order and a lease. */
START_TEST(test_random_damage)
{
	uint8_t page[PAGE_SIZE], saved[PAGE_SIZE];
	struct salvage found;
	struct addr before;
	uint32_t n, total;
	struct lease l;
	size_t i, round;
	int fd;

	srandom((unsigned int)_i);
	make_rows_of(1 + _i % 2, 1000);
	total = pages_of_file();
	for (round = 0; round < 100; round++) {
		n = 1 + (uint32_t)random() % total;
		memcpy(saved, page_load(n), sizeof(saved));
		memcpy(page, saved, sizeof(page));
		for (i = 0; i < 1 + round % 40; i++)
			page[(size_t)random() % (round % 2 ? 200 : PAGE_SIZE)] =
			    (uint8_t)random();
		page_save(n, page);
		ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
		ck_assert_int_eq(salvage_find(&found, fd, -1), 0);
		ck_assert_uint_ge(found.n, 800);
		memset(&before, 0, sizeof(before));
		for (i = 0; i < found.n; i++) {
			ck_assert(salvage_lease(&found, i, &l));
			ck_assert_int_gt(addr_compare(&l.addr, &before), 0);
			before = l.addr;
		}
		salvage_done(&found);
		ck_assert_int_eq(close(fd), 0);
		page_save(n, saved);
	}
}
END_TEST

/* A file that is too large for the check of its structure, mostly a hole. */
static void
make_large(void)
{
	const uint32_t pages = 200000;
	uint8_t *header = page_load(1);

	header[28] = (uint8_t)(pages >> 24);
	header[29] = (uint8_t)(pages >> 16);
	header[30] = (uint8_t)(pages >> 8);
	header[31] = (uint8_t)pages;
	page_save(1, header);
	ck_assert_int_eq(truncate(path, (off_t)pages * PAGE_SIZE), 0);
}

START_TEST(test_too_large_to_check)
{
	struct store_open o = { .file = NULL };
	struct store *s;
	struct lease l;
	uint32_t addr;
	uint8_t *root;
	struct page g;
	size_t off;

	make_rows(6000);
	make_large();
	s = must_open(&o);
	ck_assert(o.unchecked);
	ck_assert_uint_eq(o.rows, 6000);
	s->ops->close(s);
	if (_i == 0) {
		change_key(FIRST + 4096, FIRST - 1);
	} else {
		/* A row of the root, after which searches go astray. */
		root = page_load(2);
		page_parse(&g, root, PAGE_SIZE, false);
		ck_assert_int_eq(g.kind, PAGE_INDEX_INTERIOR);
		off = page_cell_offset(&g, g.ncells / 2);
		ck_assert(page_lease(&g, off, &l));
		ck_assert(addr_to_ip4(&l.addr, &addr));
		change_key(addr, FIRST + 1000000);
	}
	o = (struct store_open){ .file = NULL };
	ck_assert_ptr_null(try_open(&o));
	ck_assert_msg(o.damaged, "%s", why);
	o = (struct store_open){ .file = NULL };
	s = open_recovering(&o);
	ck_assert_uint_eq(o.rows, 5999);
	ck_assert(!o.unchecked);
	s->ops->close(s);
}
END_TEST

/* What is committed but only in the log counts; what is not, does not. */
START_TEST(test_log_is_read)
{
	char copy[160], copy_wal[160], wal[160];
	struct lease l, got;
	struct salvage found;
	struct store *s;
	int db, log;

	make_rows(500);
	s = open_store();
	l = lease(FIRST + 7, 7);
	l.expiry_s = 5000;
	ck_assert_int_eq(put(s, &l), STORE_OK);
	l = lease(FIRST + 600, 1);
	ck_assert_int_eq(put(s, &l), STORE_OK);
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	(void)snprintf(copy, sizeof(copy), "%s/copy", dir);
	(void)snprintf(copy_wal, sizeof(copy_wal), "%s/copy-wal", dir);
	copy_file(path, copy);
	copy_file(wal, copy_wal);
	s->ops->close(s);
	/* A torn frame at the end is no commit. */
	ck_assert_int_ne(log = open(copy_wal, O_WRONLY | O_APPEND), -1);
	ck_assert_int_eq(write(log, path, 100), 100);
	ck_assert_int_eq(close(log), 0);
	ck_assert_int_ne(db = open(copy, O_RDONLY), -1);
	ck_assert_int_ne(log = open(copy_wal, O_RDONLY), -1);
	ck_assert_int_eq(salvage_find(&found, db, log), 0);
	ck_assert_uint_eq(found.n, 501);
	ck_assert(salvage_lease(&found, 7, &got));
	ck_assert_uint_eq(got.expiry_s, 5000);
	ck_assert(salvage_lease(&found, 500, &got));
	ck_assert_mem_eq(&got, &l, sizeof(got));
	salvage_done(&found);
	/* The log alone has the pages that were written. */
	ck_assert_int_eq(salvage_find(&found, -1, log), 0);
	ck_assert_uint_gt(found.n, 0);
	salvage_done(&found);
	(void)close(db);
	(void)close(log);
}
END_TEST

/* The page size in the header is that of another database. */
START_TEST(test_page_size)
{
	static const uint8_t sizes[][2] = { { 2, 0 }, { 4, 0 }, { 8, 0 },
		{ 0x20, 0 }, { 0x40, 0 }, { 0x80, 0 }, { 0, 1 }, { 0, 0 } };
	struct salvage found;
	uint8_t *header;
	int fd;

	make_rows(2000);
	header = page_load(1);
	memcpy(header + 16, sizes[_i], 2);
	page_save(1, header);
	ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
	ck_assert_int_eq(salvage_find(&found, fd, -1), 0);
	ck_assert_uint_eq(found.n, 2000);
	salvage_done(&found);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* A database that was made with another page size. */
START_TEST(test_other_page_size)
{
	static const unsigned int sizes[] = { 512, 8192, 65536 };
	struct salvage found;
	char sql[100];
	int fd;

	make_rows(2000);
	(void)snprintf(sql, sizeof(sql),
	    "PRAGMA journal_mode = DELETE; PRAGMA page_size = %u; VACUUM",
	    sizes[_i]);
	edit(sql);
	ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
	ck_assert_int_eq(salvage_find(&found, fd, -1), 0);
	ck_assert_uint_eq(found.file.size, sizes[_i]);
	ck_assert_uint_eq(found.n, 2000);
	ck_assert_uint_eq(found.bad_pages, 0);
	salvage_done(&found);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* A lease that was renewed since is not taken from an old copy of its page. */
START_TEST(test_newest_copy)
{
	uint8_t page[PAGE_SIZE], zero[PAGE_SIZE] = { 0 };
	struct salvage found;
	struct lease l, got;
	struct store *s;
	struct page g;
	uint32_t n;
	size_t off;
	int fd;

	make_rows(2000);
	n = page_of(FIRST + 3, &off);
	memcpy(page, page_load(n), sizeof(page));
	s = open_store();
	l = lease(FIRST + 3, 3);
	if (_i == 0)
		l.start_s = 1500;
	else
		l.expiry_s = 2500;
	ck_assert_int_eq(put(s, &l), STORE_OK);
	s->ops->close(s);
	ck_assert_int_ne(fd = open(path, O_WRONLY | O_APPEND), -1);
	ck_assert_int_eq(write(fd, page, sizeof(page)), sizeof(page));
	ck_assert_int_eq(close(fd), 0);
	/* The root: all but its own rows are found without the tree. */
	page_parse(&g, page_load(2), PAGE_SIZE, false);
	ck_assert_int_eq(g.kind, PAGE_INDEX_INTERIOR);
	page_save(2, zero);
	ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
	ck_assert_int_eq(salvage_find(&found, fd, -1), 0);
	ck_assert_uint_eq(found.n, 2000 - g.ncells);
	ck_assert(salvage_lease(&found, 3, &got));
	ck_assert_mem_eq(&got, &l, sizeof(got));
	salvage_done(&found);
	(void)close(fd);
}
END_TEST

#define GAPS_AT 500 /* rows that are lost for good: one in 40 */
#define GAPS_STEP 40

/* The log lines that name gaps; each is the one of the next lost row. */
static size_t gaps_named;
static char gaps_more[LOG_LINE_MAX];

static void
note_line(int priority, const char *text, void *arg)
{
	const uint32_t lost =
	    FIRST + GAPS_AT + GAPS_STEP * (uint32_t)gaps_named;
	char wanted[100], a[16], b[16];

	(void)priority;
	(void)arg;
	if (strstr(text, " more place") != NULL)
		(void)snprintf(gaps_more, sizeof(gaps_more), "%s", text);
	if (strstr(text, "leases between ") == NULL)
		return;
	(void)snprintf(wanted, sizeof(wanted),
	    "leases between %s and %s may be lost", ip4_text(lost - 1, a),
	    ip4_text(lost + 1, b));
	ck_assert_msg(strstr(text, wanted) != NULL, "%s", text);
	gaps_named++;
}

/* Gaps that an old copy of a page fills are not reported. */
START_TEST(test_gaps)
{
	static const struct {
		uint32_t filled, lost;
		size_t named;
		const char *more;
	} t[] = { { 4, 8, 8, "" }, { 9, 3, 3, "" },
		{ 3, 12, 8, "leases in 4 more places" },
		{ 0, 9, 8, "leases in 1 more place " }, { 10, 0, 0, "" },
		{ 0, 35, 8, "leases in 27 more places" } };
	struct store_open o = { .file = NULL };
	uint8_t page[PAGE_SIZE];
	struct store *s;
	uint32_t i;
	size_t off;
	int fd;

	make_rows(2000);
	/* No page leads to this copy. */
	memcpy(page, page_load(page_of(FIRST + 5, &off)), sizeof(page));
	ck_assert_int_ne(fd = open(path, O_WRONLY | O_APPEND), -1);
	ck_assert_int_eq(write(fd, page, sizeof(page)), sizeof(page));
	ck_assert_int_eq(close(fd), 0);
	for (i = 0; i < t[_i].filled; i++)
		change_key(FIRST + 5 + 2 * i, FIRST - 1);
	for (i = 0; i < t[_i].lost; i++)
		change_key(FIRST + GAPS_AT + GAPS_STEP * i, FIRST - 1);
	/* Without the first page the file is searched from end to end. */
	ck_assert_int_ne(fd = open(path, O_RDWR), -1);
	ck_assert_int_eq(pwrite(fd, dir, 20, 100), 20);
	ck_assert_int_eq(close(fd), 0);
	log_set_sink(note_line, NULL);
	s = open_recovering(&o);
	ck_assert_uint_eq(o.rows, 2000 - t[_i].lost);
	ck_assert_uint_eq(gaps_named, t[_i].named);
	ck_assert_msg(strstr(gaps_more, t[_i].more) != NULL, "%s", gaps_more);
	ck_assert_int_eq(gaps_more[0] == '\0', t[_i].more[0] == '\0');
	s->ops->close(s);
}
END_TEST

/* The children of the root change places, so that many rows are dropped. */
static void
swap_halves(void)
{
	uint8_t child[64][4], *root = page_load(2), *at;
	struct page g;
	size_t i, n;

	page_parse(&g, root, PAGE_SIZE, false);
	ck_assert_int_eq(g.kind, PAGE_TABLE_INTERIOR);
	n = g.ncells + 1;
	ck_assert(n > 2 && n <= 64);
	for (i = 0; i < n; i++) {
		at = i < g.ncells ? root + page_cell_offset(&g, i) : root + 8;
		memcpy(child[i], at, 4);
	}
	for (i = 0; i < n; i++) {
		at = i < g.ncells ? root + page_cell_offset(&g, i) : root + 8;
		memcpy(at, child[(i + n / 2) % n], 4);
	}
	page_save(2, root);
}

/* Rows of schema 1 in a file that is too large for a check of its structure. */
START_TEST(test_rows1_out_of_order)
{
	struct store_open o = { .file = NULL };

	make_rows1(6000);
	swap_halves();
	make_large();
	ck_assert_ptr_null(try_open(&o));
	ck_assert_msg(o.damaged, "%s", why);
	ck_assert_str_eq(why, "rows out of order");
}
END_TEST

/* A search for the next row from each dropped one would take a minute. */
START_TEST(test_many_dropped)
{
	const uint32_t rows = 1000000;
	struct salvage found;
	clock_t before;
	int fd;

	make_rows1(rows);
	swap_halves();
	ck_assert_int_ne(fd = open(path, O_RDONLY), -1);
	before = clock();
	ck_assert_int_eq(salvage_find(&found, fd, -1), 0);
	ck_assert_int_lt((clock() - before) / CLOCKS_PER_SEC, 10);
	ck_assert_uint_eq(found.n + found.bad_rows, rows);
	ck_assert_uint_gt(found.bad_rows, rows / 4);
	ck_assert_uint_eq(found.ngaps, 1);
	salvage_done(&found);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

Suite *suite_store_damage(void);

Suite *
suite_store_damage(void)
{
	Suite *s = suite_create("store_damage");
	TCase *tc = tcase_create("recover");

	tcase_add_checked_fixture(tc, start, end);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_key_out_of_order, 0, 5);
	tcase_add_test(tc, test_unreadable_key);
	tcase_add_test(tc, test_load_out_of_order);
	tcase_add_loop_test(tc, test_each_page_lost, 0, 4);
	tcase_add_loop_test(tc, test_random_damage, 0, 4);
	tcase_add_loop_test(tc, test_too_large_to_check, 0, 2);
	tcase_add_test(tc, test_log_is_read);
	tcase_add_loop_test(tc, test_page_size, 0, 8);
	tcase_add_loop_test(tc, test_other_page_size, 0, 3);
	tcase_add_loop_test(tc, test_newest_copy, 0, 2);
	tcase_add_loop_test(tc, test_gaps, 0, 6);
	tcase_add_test(tc, test_rows1_out_of_order);
	tcase_add_test(tc, test_many_dropped);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests damage files. */
UNIT_MAIN_ALSO(suite_store_damage, SCMP_SYS(fchown), SCMP_SYS(write),
    SCMP_SYS(lseek), SCMP_SYS(truncate), SCMP_SYS(getdents64), SCMP_SYS(rmdir))
