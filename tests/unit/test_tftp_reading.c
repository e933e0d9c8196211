/* SPDX-License-Identifier: ISC */
/* Blocks that are read: from slow disks, or from a mapping. */
#include <fcntl.h>

#include "tests/unit/blocks_case.h"

/* A sealed file in memory is mapped: the same bytes, and no read at all. */
START_TEST(mapped)
{
	static const uint16_t window[] = { 1, 7, 64 };
	uint64_t size = 300 * 1000 + 123, unsent, b;
	struct transfer t;
	size_t i;

	use_udp(AF_INET);
	(void)close(data.file);
	data.file = memfd_create("file", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	fill(size);
	ck_assert_int_eq(fcntl(data.file, F_ADD_SEALS,
			     F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
	    0);
	for (i = 0; i < sizeof(window) / sizeof(window[0]); i++) {
		make(&t, size, 1000, window[i]);
		for (b = 1; b <= t.last; b = unsent) {
			uint32_t n = t.last - b < window[i]
					 ? (uint32_t)(t.last - b + 1)
					 : window[i];

			ck_assert_int_eq(blocks(&t, b, n, &unsent), BLOCKS_OK);
			ck_assert_uint_eq(unsent, b + n);
			expect_blocks(&t, b, unsent);
		}
	}
	ck_assert_uint_eq(sys.reads, 0);
	ck_assert_uint_eq(blocks_stats.mapped, 1);
}
END_TEST

START_TEST(resends_from_anywhere)
{
	static const struct {
		uint32_t first, count;
	} ask[] = { { 1, 16 }, { 17, 16 }, { 17, 16 }, { 20, 13 }, { 5, 2 },
		{ 33, 16 }, { 48, 1 }, { 49, 16 }, { 1, 64 }, { 60, 16 } };
	struct transfer t;
	uint64_t unsent;
	size_t i;

	use_udp(AF_INET);
	begin(&t, 500 * 777, 777, 16);
	for (i = 0; i < sizeof(ask) / sizeof(ask[0]); i++) {
		ck_assert_int_eq(
		    blocks(&t, ask[i].first, ask[i].count, &unsent), BLOCKS_OK);
		ck_assert_uint_eq(unsent, ask[i].first + ask[i].count);
		expect_blocks(&t, ask[i].first, unsent);
	}
	expect_nothing();
}
END_TEST

START_TEST(disk_is_slow)
{
	struct transfer t;
	uint64_t unsent;

	use_udp(AF_INET);
	begin(&t, 20 * 1000, 1000, 8);
	sys.read_errno = EAGAIN;
	sys.read_bad = 2;
	ck_assert_int_eq(blocks(&t, 1, 8, &unsent), BLOCKS_WAIT);
	ck_assert_uint_eq(unsent, 1);
	ck_assert_int_eq(blocks(&t, 1, 8, &unsent), BLOCKS_WAIT);
	sends(&t, 1, 8);
	ck_assert_uint_eq(blocks_stats.waits, 2);
	ck_assert_uint_eq(sys.plain_reads, 0);
}
END_TEST

/* Some pages are there, the next ones are not. */
START_TEST(disk_brings_a_part)
{
	struct transfer t;
	uint64_t unsent;

	use_udp(AF_INET);
	begin(&t, 20 * 1000, 1000, 8);
	sys.read_most = 700;
	sends(&t, 1, 8);
	/* 700 bytes a call; the sixth call finds nothing. */
	ck_assert_int_eq(ftruncate(data.file, 3500), 0);
	ck_assert_int_eq(blocks(&t, 1, 8, &unsent), BLOCKS_TRUNCATED);
	ck_assert_uint_eq(unsent, 4);
	expect_blocks(&t, 1, 4);
	expect_nothing();
}
END_TEST

START_TEST(disk_never_answers)
{
	struct transfer t;
	uint64_t unsent;
	uint32_t pause = 0, ms = 0;
	int i;

	begin(&t, 1000, 512, 1);
	sys.read_errno = EAGAIN;
	for (i = 0; i < BLOCKS_WAITS_MAX; i++) {
		ck_assert_int_eq(blocks(&t, 1, 1, &unsent), BLOCKS_WAIT);
		ck_assert_uint_ge(blocks_wait_ms(&data), pause);
		pause = blocks_wait_ms(&data);
		ms += pause;
	}
	ck_assert_uint_ge(ms, 12000);
	ck_assert_uint_le(ms, 13000);
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), BLOCKS_READ_FAILED);
	ck_assert_int_eq(errno, ETIME);
	/* One that is slow every time is another matter. */
	sys.read_errno = 0;
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), BLOCKS_OK);
	sys.read_errno = EAGAIN;
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), BLOCKS_WAIT);
	ck_assert_uint_le(blocks_wait_ms(&data), 5);
}
END_TEST

/* The first half of a block is there, and the page behind it breaks. */
START_TEST(disk_breaks_within_a_block)
{
	struct transfer t;
	uint64_t unsent;
	int i;

	begin(&t, 1000, 512, 1);
	sys.read_most = 300;
	for (i = 0; i < BLOCKS_WAITS_MAX; i++) {
		sys.read_errno = 0;
		sys.read_then = EAGAIN;
		ck_assert_int_eq(blocks(&t, 1, 1, &unsent), BLOCKS_WAIT);
	}
	sys.read_errno = 0;
	sys.read_then = EAGAIN;
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), BLOCKS_READ_FAILED);
	expect_nothing();
}
END_TEST

START_TEST(file_system_that_waits)
{
	struct transfer t;

	use_udp(AF_INET);
	begin(&t, 100 * 1000, 1000, 40);
	sys.read_errno = EOPNOTSUPP;
	sends(&t, 1, 40);
	ck_assert_uint_eq(sys.reads, 2);
	sends(&t, 41, 40);
	/* It was asked once. */
	ck_assert_uint_eq(sys.reads, 3);
	ck_assert_uint_eq(sys.plain_reads, 2);
}
END_TEST

START_TEST(read_errors)
{
	struct transfer t;
	uint64_t unsent;

	begin(&t, 1000, 512, 1);
	sys.read_errno = EINTR;
	sys.read_bad = 1;
	sends(&t, 1, 1);
	sys.read_errno = EIO;
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), BLOCKS_READ_FAILED);
	ck_assert_int_eq(errno, EIO);
}
END_TEST

Suite *suite_tftp_reading(void);

Suite *
suite_tftp_reading(void)
{
	Suite *s = suite_create("tftp_reading");
	TCase *tc = tcase_create("reading");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, mapped);
	tcase_add_test(tc, resends_from_anywhere);
	tcase_add_test(tc, disk_is_slow);
	tcase_add_test(tc, disk_brings_a_part);
	tcase_add_test(tc, disk_never_answers);
	tcase_add_test(tc, disk_breaks_within_a_block);
	tcase_add_test(tc, file_system_that_waits);
	tcase_add_test(tc, read_errors);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the file, and are the client. */
UNIT_MAIN_ALSO(suite_tftp_reading, SCMP_SYS(socket), SCMP_SYS(bind),
    SCMP_SYS(getsockname), SCMP_SYS(connect), SCMP_SYS(setsockopt),
    SCMP_SYS(memfd_create), SCMP_SYS(pwrite64), SCMP_SYS(ftruncate),
    SCMP_SYS(fcntl))
