/* SPDX-License-Identifier: ISC */
/* Pages of a database file and of its log, which are made by hand. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/buf.h"
#include "leased/page_file.h"
#include "tests/unit/unit.h"

#define SIZE 512
#define LITTLE 0x377f0682 /* the order of the checksums */
#define BIG 0x377f0683
#define HEADER 32
#define FRAME (24 + SIZE)
#define PAGES_MAX (UINT32_C(1) << 24)

static struct page_file p;
static int db, wal;
static uint8_t wal_bytes[HEADER + 16 * FRAME];
static size_t len;
static uint32_t sum[2];

static int
file_make(void)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	ck_assert_int_ne(fd, -1);
	return fd;
}

static void
file_write(int fd, const void *data, size_t n, off_t off)
{
	ck_assert_int_eq(pwrite(fd, data, n, off), (ssize_t)n);
}

static void
set_up(void)
{
	memset(&p, 0, sizeof(p));
	db = file_make();
	wal = file_make();
	len = 0;
}

static void
tear_down(void)
{
	page_file_free(&p);
	(void)close(db);
	(void)close(wal);
}

/* The checksum of section 4.2 of the format, over the n last bytes. */
static void
log_sum(size_t n, bool big)
{
	const uint8_t *at = wal_bytes + len - n;
	uint32_t word;
	size_t i;

	for (i = 0; i < n; i += 4, at += 4) {
		word = big ? (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
				 (uint32_t)at[2] << 8 | at[3]
			   : (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 |
				 (uint32_t)at[1] << 8 | at[0];
		sum[i / 4 % 2] += word + sum[(i / 4 + 1) % 2];
	}
}

static void
log_u32(uint32_t n)
{
	struct writer w;

	writer_init(&w, wal_bytes + len, 4);
	writer_u32(&w, n);
	len += 4;
}

static void
log_begin(uint32_t magic)
{
	sum[0] = sum[1] = 0;
	len = 0;
	log_u32(magic);
	log_u32(3007000);
	log_u32(SIZE);
	log_u32(7);
	log_u32(0x01020304);
	log_u32(0xf5f6f7f8);
	log_sum(24, magic == BIG);
	log_u32(sum[0]);
	log_u32(sum[1]);
}

/* A frame with page `number`, full of `fill`; pages: it is a commit. */
static void
log_frame(uint32_t magic, uint32_t number, uint32_t pages, uint8_t fill)
{
	uint8_t page[SIZE];
	size_t i;

	for (i = 0; i < SIZE; i++)
		page[i] = (uint8_t)(fill + i);
	log_u32(number);
	log_u32(pages);
	log_sum(8, magic == BIG);
	/* The checksum of the page precedes it. */
	memcpy(wal_bytes + len, page, SIZE);
	len += SIZE;
	log_sum(SIZE, magic == BIG);
	len -= SIZE;
	memcpy(wal_bytes + len, wal_bytes + 16, 8);
	len += 8;
	log_u32(sum[0]);
	log_u32(sum[1]);
	memcpy(wal_bytes + len, page, SIZE);
	len += SIZE;
}

static void
pages_open(void)
{
	page_file_free(&p);
	ck_assert_int_eq(ftruncate(wal, (off_t)len), 0);
	file_write(wal, wal_bytes, len, 0);
	ck_assert_int_eq(page_file_init(&p, db, wal, SIZE), 0);
}

static bool
page_is(uint32_t number, uint8_t fill)
{
	const uint8_t *page = page_file_read(&p, number);

	return page != NULL && page[0] == fill && page[1] == fill + 1 &&
	       page[SIZE - 1] == (uint8_t)(fill + SIZE - 1);
}

START_TEST(test_size)
{
	static const struct {
		uint8_t db[2], wal[4];
		uint32_t size;
	} t[] = {
		{ { 2, 0 }, { 0 }, 512 },
		{ { 16, 0 }, { 0, 0, 2, 0 }, 4096 },
		{ { 0x80, 0 }, { 0 }, 32768 },
		{ { 0, 1 }, { 0 }, 65536 },
		{ { 1, 0 }, { 0, 0, 32, 0 }, 8192 },
		{ { 3, 0 }, { 0, 0, 32, 0 }, 8192 },
		{ { 2, 1 }, { 0, 0, 2, 0 }, 512 },
		{ { 0, 0 }, { 0, 1, 0, 0 }, 65536 },
		{ { 0, 0 }, { 0, 2, 0, 0 }, 4096 },
		{ { 0, 0 }, { 0, 0, 1, 0 }, 4096 },
		{ { 0, 0 }, { 0, 0, 2, 1 }, 4096 },
		{ { 0, 0 }, { 0, 0, 0, 0 }, 4096 },
	};

	file_write(db, t[_i].db, 2, 16);
	file_write(wal, t[_i].wal, 4, 8);
	ck_assert_int_eq(page_file_init(&p, db, wal, 0), 0);
	ck_assert_uint_eq(p.size, t[_i].size);
	ck_assert_uint_eq(p.n, 1);
}
END_TEST

/* No file at all, and empty ones. */
START_TEST(test_empty)
{
	ck_assert_int_eq(page_file_init(&p, _i ? db : -1, _i ? wal : -1, 0), 0);
	ck_assert_uint_eq(p.size, 4096);
	ck_assert_uint_eq(p.n, 0);
	ck_assert_ptr_null(page_file_read(&p, 0));
	ck_assert_ptr_null(page_file_read(&p, 1));
}
END_TEST

/* The end of the last page may be missing; of others, nothing is taken. */
START_TEST(test_short_page)
{
	const uint32_t size = _i ? PAGE_FILE_SIZE_MAX : SIZE;
	static uint8_t data[2 * PAGE_FILE_SIZE_MAX + 1];
	const uint8_t *page;

	memset(data, 0xa5, sizeof(data));
	file_write(db, data, 2 * size + 1, 0);
	ck_assert_int_eq(page_file_init(&p, db, -1, size), 0);
	ck_assert_uint_eq(p.n, 3);
	ck_assert_ptr_null(page_file_read(&p, 0));
	ck_assert_ptr_null(page_file_read(&p, 4));
	page = page_file_read(&p, 2);
	ck_assert_uint_eq(page[size - 1], 0xa5);
	page = page_file_read(&p, 3);
	ck_assert_uint_eq(page[0], 0xa5);
	memset(data, 0, size);
	ck_assert_mem_eq(page + 1, data, size - 1);
	/* It became shorter since. */
	ck_assert_int_eq(ftruncate(db, size), 0);
	ck_assert_ptr_null(page_file_read(&p, 2));
}
END_TEST

/* The newest committed copy of each page counts, in either byte order. */
START_TEST(test_log)
{
	const uint32_t magic = _i ? BIG : LITTLE;
	uint8_t data[SIZE];

	memset(data, 1, SIZE);
	file_write(db, data, SIZE, 0);
	file_write(db, data, SIZE, SIZE);
	log_begin(magic);
	log_frame(magic, 1, 0, 0x10);
	log_frame(magic, 3, 0, 0x30);
	log_frame(magic, 1, 5, 0x11);
	log_frame(magic, 4, 6, 0x40);
	log_frame(magic, 3, 0, 0x77);
	log_frame(magic, 9, 0, 0x77);
	pages_open();
	ck_assert_uint_eq(p.committed, 6);
	ck_assert_uint_eq(p.n, 4);
	ck_assert(page_is(1, 0x11));
	ck_assert_mem_eq(page_file_read(&p, 2), data, SIZE);
	ck_assert(page_is(3, 0x30));
	ck_assert(page_is(4, 0x40));
	ck_assert_ptr_null(page_file_read(&p, 5));
	/* Without the database, and with a log that was truncated since. */
	page_file_free(&p);
	ck_assert_int_eq(page_file_init(&p, -1, wal, 0), 0);
	ck_assert_uint_eq(p.size, SIZE);
	ck_assert(page_is(1, 0x11));
	ck_assert_ptr_null(page_file_read(&p, 2));
	ck_assert(page_is(4, 0x40));
	ck_assert_int_eq(ftruncate(wal, HEADER + 3 * FRAME), 0);
	ck_assert(page_is(1, 0x11));
	ck_assert_ptr_null(page_file_read(&p, 4));
}
END_TEST

/* Nothing is taken from the frame that is damaged, nor from those after it. */
START_TEST(test_log_damaged)
{
	size_t i, frame;

	log_begin(LITTLE);
	log_frame(LITTLE, 1, 1, 0x10);
	log_frame(LITTLE, 2, 2, 0x20);
	log_frame(LITTLE, 3, 3, 0x30);
	for (i = 0; i < len; i++) {
		wal_bytes[i] ^= 0x81;
		pages_open();
		wal_bytes[i] ^= 0x81;
		frame = i < HEADER ? 0 : (i - HEADER) / FRAME;
		ck_assert_uint_eq(p.committed, frame);
		ck_assert_uint_eq(p.n, frame);
	}
	pages_open();
	ck_assert(page_is(3, 0x30));
	/* A torn frame, and one alone. */
	len--;
	pages_open();
	ck_assert_uint_eq(p.committed, 2);
	len = HEADER + FRAME;
	pages_open();
	ck_assert(page_is(1, 0x10));
}
END_TEST

/* A log of another page size, and a page number that no page has. */
START_TEST(test_log_strange)
{
	log_begin(BIG);
	log_frame(BIG, 1, 1, 0x10);
	log_frame(BIG, 0, 2, 0x20);
	pages_open();
	ck_assert_uint_eq(p.committed, 1);
	page_file_free(&p);
	ck_assert_int_eq(page_file_init(&p, db, wal, 2 * SIZE), 0);
	ck_assert_uint_eq(p.committed, 0);
	ck_assert_uint_eq(p.n, 0);
}
END_TEST

/* More pages than any database of leases has are not read. */
START_TEST(test_limit)
{
	log_begin(BIG);
	log_frame(BIG, PAGES_MAX, 0, 0x10);
	log_frame(BIG, PAGES_MAX - 1, 0, 0x20);
	log_frame(BIG, 2, 7, 0x30);
	pages_open();
	ck_assert_uint_eq(p.n, PAGES_MAX - 1);
	ck_assert(page_is(PAGES_MAX - 1, 0x20));
	ck_assert(page_is(2, 0x30));
	ck_assert_ptr_null(page_file_read(&p, PAGES_MAX));
	page_file_free(&p);
	ck_assert_int_eq(ftruncate(db, (off_t)PAGES_MAX * SIZE + 1), 0);
	ck_assert_int_eq(page_file_init(&p, db, -1, SIZE), 0);
	ck_assert_uint_eq(p.n, PAGES_MAX);
	ck_assert_ptr_nonnull(page_file_read(&p, PAGES_MAX));
	ck_assert_ptr_null(page_file_read(&p, PAGES_MAX + 1));
}
END_TEST

Suite *suite_store_page_file(void);

Suite *
suite_store_page_file(void)
{
	Suite *s = suite_create("store_page_file");
	TCase *tc = tcase_create("pages");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, test_size, 0, 12);
	tcase_add_loop_test(tc, test_empty, 0, 2);
	tcase_add_loop_test(tc, test_short_page, 0, 2);
	tcase_add_loop_test(tc, test_log, 0, 2);
	tcase_add_test(tc, test_log_damaged);
	tcase_add_test(tc, test_log_strange);
	tcase_add_test(tc, test_limit);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the files. */
UNIT_MAIN_ALSO(
    suite_store_page_file, SCMP_SYS(memfd_create), SCMP_SYS(ftruncate))
