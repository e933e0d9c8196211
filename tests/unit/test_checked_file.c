/* SPDX-License-Identifier: ISC */
/* Blocks of a file that are compared with their hashes when they are read. */
#include <sodium.h>
#include <sys/mman.h>

#include "daemon/checked_file.h"
#include "daemon/hash_job.h"
#include "tests/unit/image_case.h"
#include "tftpd/blocks.h"

#define BLOCKS_N 5
#define SIZE (4 * HASH_BLOCK_SIZE + 1000)

static uint8_t content[SIZE];
static int file, table, open_table, short_table;

static int
table_make(size_t len, int seals)
{
	uint8_t hashes[BLOCKS_N * HASH_BLOCK_LEN];
	size_t i, n;
	int fd = memfd_create("table", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	ck_assert_int_ne(fd, -1);
	for (i = 0; i < BLOCKS_N; i++) {
		n = i < BLOCKS_N - 1 ? HASH_BLOCK_SIZE : 1000;
		(void)crypto_generichash(hashes + i * HASH_BLOCK_LEN,
		    HASH_BLOCK_LEN, content + i * HASH_BLOCK_SIZE, n, NULL, 0);
	}
	ck_assert_int_eq(write(fd, hashes, len), (ssize_t)len);
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

static void
set_up(void)
{
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	size_t i;

	image_set_up();
	for (i = 0; i < SIZE; i++)
		content[i] = (uint8_t)(i * 2654435761U >> 11);
	file = openat(image_root, "file", O_CREAT | O_RDWR, 0644);
	ck_assert_int_ne(file, -1);
	ck_assert_int_eq(write(file, content, SIZE), SIZE);
	table = table_make(BLOCKS_N * HASH_BLOCK_LEN, seals);
	open_table =
	    table_make(BLOCKS_N * HASH_BLOCK_LEN, F_SEAL_SHRINK | F_SEAL_GROW);
	short_table = table_make((BLOCKS_N - 1) * HASH_BLOCK_LEN, seals);
}

static void
tear_down(void)
{
	(void)close(file);
	(void)close(table);
	(void)close(open_table);
	(void)close(short_table);
	image_tear_down();
}

/* Reads from the offset; a result that is not OK ends it. */
static enum checked_result
read_at(struct checked_file *f, uint64_t offset, size_t n)
{
	static uint8_t buf[SIZE];
	enum checked_result res;
	size_t got;

	memset(buf, 0, sizeof(buf));
	res = checked_file_read(f, file, buf, n, offset, true, &got);
	if (res != CHECKED_OK) {
		ck_assert_uint_eq(got, 0);
		return res;
	}
	ck_assert_uint_ge(got, 1);
	ck_assert_uint_le(got, n);
	ck_assert_mem_eq(buf, content + offset, got);
	return CHECKED_OK;
}

START_TEST(any_part)
{
	struct checked_file *f = checked_file_open(table, SIZE);
	unsigned int seed = 1;
	uint64_t offset;
	int i;

	ck_assert_ptr_nonnull(f);
	for (i = 0; i < 2000; i++) {
		offset = (uint64_t)rand_r(&seed) % SIZE;
		ck_assert_int_eq(
		    read_at(f, offset, 1 + (size_t)rand_r(&seed) % 3000),
		    CHECKED_OK);
	}
	ck_assert_int_eq(read_at(f, SIZE - 1, 100), CHECKED_OK);
	ck_assert_int_eq(read_at(f, SIZE, 1), CHECKED_TRUNCATED);
	checked_file_close(f);
	checked_file_close(NULL);
}
END_TEST

/* No byte of a changed block is given out, and all of the others are. */
START_TEST(one_bit)
{
	struct checked_file *f = checked_file_open(table, SIZE);
	const off_t bad = 2 * HASH_BLOCK_SIZE + 77;
	uint8_t byte = content[bad] ^ 0x10;

	ck_assert_int_eq(read_at(f, 2 * HASH_BLOCK_SIZE, 10), CHECKED_OK);
	ck_assert_int_eq(pwrite(file, &byte, 1, bad), 1);
	/* What was read is still what was checked. */
	ck_assert_int_eq(read_at(f, 2 * HASH_BLOCK_SIZE, 4000), CHECKED_OK);
	ck_assert_int_eq(read_at(f, 0, 10), CHECKED_OK);
	ck_assert_int_eq(read_at(f, 2 * HASH_BLOCK_SIZE, 10), CHECKED_DIFFERS);
	ck_assert_int_eq(
	    read_at(f, 3 * HASH_BLOCK_SIZE - 1, 1), CHECKED_DIFFERS);
	ck_assert_int_eq(read_at(f, 3 * HASH_BLOCK_SIZE, 10), CHECKED_OK);
	ck_assert_int_eq(pwrite(file, content + bad, 1, bad), 1);
	ck_assert_int_eq(read_at(f, 2 * HASH_BLOCK_SIZE, 10), CHECKED_OK);
	checked_file_close(f);
}
END_TEST

START_TEST(cut)
{
	struct checked_file *f = checked_file_open(table, SIZE);

	ck_assert_int_eq(ftruncate(file, SIZE - 1), 0);
	ck_assert_int_eq(read_at(f, SIZE - 500, 10), CHECKED_TRUNCATED);
	ck_assert_int_eq(read_at(f, 0, 10), CHECKED_OK);
	checked_file_close(f);
}
END_TEST

START_TEST(tables_of_no_use)
{
	ck_assert_ptr_null(checked_file_open(open_table, SIZE));
	ck_assert_ptr_null(checked_file_open(short_table, SIZE));
	ck_assert_ptr_null(checked_file_open(file, SIZE));
	ck_assert_ptr_null(checked_file_open(table, 0));
	ck_assert_ptr_null(checked_file_open(table, 4 * HASH_BLOCK_SIZE));
	ck_assert_ptr_null(checked_file_open(table, 5 * HASH_BLOCK_SIZE + 1));
	ck_assert_ptr_null(checked_file_open(-1, SIZE));
}
END_TEST

Suite *suite_checked_file(void);

Suite *
suite_checked_file(void)
{
	Suite *s = suite_create("checked_file");
	TCase *tc = tcase_create("checked_file");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, any_part);
	tcase_add_test(tc, one_bit);
	tcase_add_test(tc, cut);
	tcase_add_test(tc, tables_of_no_use);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests change the file themselves. */
UNIT_MAIN_ALSO(suite_checked_file, SCMP_SYS(close), SCMP_SYS(pwrite64),
    SCMP_SYS(ftruncate))
