/* SPDX-License-Identifier: ISC */
/* Blocks from a real file to a real socket. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/unit.h"
#include "tftpd/data.h"

static int file, pair[2];
static uint8_t packet[70000];

/* A file whose byte at offset i is what content() says. */
static uint8_t
content(uint64_t i)
{
	return (uint8_t)(i * 7 + i / 256 * 13 + i / 65536);
}

static void
setup(void)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	file = memfd_create("file", MFD_CLOEXEC);
	ck_assert_int_ne(file, -1);
}

static void
teardown(void)
{
	(void)close(file);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void
fill(uint64_t size)
{
	uint8_t buf[1000];
	uint64_t at = 0;

	while (at < size) {
		size_t n = size - at < sizeof(buf) ? size - at : sizeof(buf);
		size_t i;

		for (i = 0; i < n; i++)
			buf[i] = content(at + i);
		ck_assert_int_eq(pwrite(file, buf, n, (off_t)at), (ssize_t)n);
		at += n;
	}
}

static void
make(struct transfer *t, uint64_t size, uint16_t blksize)
{
	struct transfer_terms terms = {
		.size = size, .blksize = blksize, .window = 64
	};

	transfer_init(t, &terms);
}

/* The next packet must be this block, whole and right. */
static void
expect_block(const struct transfer *t, uint64_t block)
{
	uint64_t at = (block - 1) * t->terms.blksize;
	uint32_t len = transfer_block_len(t, block), i;
	ssize_t n = recv(pair[1], packet, sizeof(packet), MSG_DONTWAIT);

	ck_assert_int_eq(n, 4 + (ssize_t)len);
	ck_assert_uint_eq(packet[0] << 8 | packet[1], 3);
	ck_assert_uint_eq(packet[2] << 8 | packet[3], block & 0xffff);
	for (i = 0; i < len; i++)
		if (packet[4 + i] != content(at + i))
			ck_abort_msg(
			    "block %u, byte %u", (unsigned int)block, i);
}

static void
expect_nothing(void)
{
	ck_assert_int_eq(
	    recv(pair[1], packet, sizeof(packet), MSG_DONTWAIT), -1);
}

START_TEST(one_by_one)
{
	static const uint64_t sizes[] = { 0, 1, 511, 512, 513, 1024, 5000 };
	uint64_t unsent, b;
	struct transfer t;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		ck_assert_int_eq(ftruncate(file, 0), 0);
		fill(sizes[i]);
		make(&t, sizes[i], 512);
		for (b = 1; b <= t.last; b++) {
			ck_assert_int_eq(
			    data_send_blocks(file, pair[0], &t, b, 1, &unsent),
			    DATA_OK);
			ck_assert_uint_eq(unsent, b + 1);
			expect_block(&t, b);
		}
		expect_nothing();
	}
}
END_TEST

START_TEST(in_windows)
{
	struct transfer t;
	uint64_t unsent, b;

	fill(5 * 1400 + 17);
	make(&t, 5 * 1400 + 17, 1400);
	ck_assert_int_eq(
	    data_send_blocks(file, pair[0], &t, 1, 6, &unsent), DATA_OK);
	ck_assert_uint_eq(unsent, 7);
	for (b = 1; b <= 6; b++)
		expect_block(&t, b);
	expect_nothing();
}
END_TEST

START_TEST(largest_block)
{
	struct transfer t;
	uint64_t unsent;

	fill(65464 + 3);
	make(&t, 65464 + 3, 65464);
	ck_assert_int_eq(
	    data_send_blocks(file, pair[0], &t, 1, 2, &unsent), DATA_OK);
	expect_block(&t, 1);
	expect_block(&t, 2);
}
END_TEST

START_TEST(beyond_4_gib)
{
	const uint64_t size = 5368709120ULL + 100;
	struct transfer t;
	uint64_t unsent;
	uint8_t mark[100];
	ssize_t n;

	memset(mark, 0xab, sizeof(mark));
	ck_assert_int_eq(pwrite(file, mark, sizeof(mark), 5368709120LL), 100);
	make(&t, size, 512);
	ck_assert_int_eq(
	    data_send_blocks(file, pair[0], &t, t.last, 1, &unsent), DATA_OK);
	n = recv(pair[1], packet, sizeof(packet), MSG_DONTWAIT);
	ck_assert_int_eq(n, 104);
	ck_assert_mem_eq(packet + 4, mark, 100);
	ck_assert_uint_eq(packet[2] << 8 | packet[3], t.last & 0xffff);
}
END_TEST

START_TEST(truncated)
{
	struct transfer t;
	uint64_t unsent;

	fill(1000);
	make(&t, 5000, 512);
	ck_assert_int_eq(
	    data_send_blocks(file, pair[0], &t, 1, 1, &unsent), DATA_OK);
	expect_block(&t, 1);
	ck_assert_int_eq(
	    data_send_blocks(file, pair[0], &t, 2, 1, &unsent), DATA_TRUNCATED);
	ck_assert_int_eq(
	    data_send_blocks(file, pair[0], &t, 1, 8, &unsent), DATA_TRUNCATED);
	ck_assert_uint_eq(unsent, 1);
	ck_assert_int_eq(
	    data_send_blocks(-1, pair[0], &t, 1, 1, &unsent), DATA_READ_FAILED);
	expect_nothing();
}
END_TEST

START_TEST(full_socket)
{
	const int small = 4096;
	struct transfer t;
	uint64_t unsent, b;

	(void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	fill(100 * 1000);
	make(&t, 100 * 1000, 1000);
	ck_assert_int_eq(
	    data_send_blocks(file, pair[0], &t, 1, 64, &unsent), DATA_FULL);
	ck_assert_uint_ge(unsent, 2);
	ck_assert_uint_lt(unsent, 65);
	for (b = 1; b < unsent; b++)
		expect_block(&t, b);
	expect_nothing();
}
END_TEST

START_TEST(send_errors)
{
	ck_assert_int_eq(data_result_of(ECONNREFUSED), DATA_UNREACHABLE);
	ck_assert_int_eq(data_result_of(EHOSTUNREACH), DATA_UNREACHABLE);
	ck_assert_int_eq(data_result_of(EAGAIN), DATA_FULL);
	ck_assert_int_eq(data_result_of(ENOBUFS), DATA_FULL);
	ck_assert_int_eq(data_result_of(EPERM), DATA_OK);
	ck_assert_int_eq(data_result_of(EMSGSIZE), DATA_SEND_FAILED);
	(void)close(pair[1]);
	ck_assert_int_eq(data_send_packet(pair[0], "x", 1), DATA_UNREACHABLE);
	pair[1] = -1;
}
END_TEST

Suite *suite_tftp_data(void);

Suite *
suite_tftp_data(void)
{
	Suite *s = suite_create("tftp_data");
	TCase *tc = tcase_create("data");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, one_by_one);
	tcase_add_test(tc, in_windows);
	tcase_add_test(tc, largest_block);
	tcase_add_test(tc, beyond_4_gib);
	tcase_add_test(tc, truncated);
	tcase_add_test(tc, full_socket);
	tcase_add_test(tc, send_errors);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_data)
