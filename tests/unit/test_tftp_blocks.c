/* SPDX-License-Identifier: ISC */
/* Blocks that are sent: alone, in segments, and to sockets that fail. */
#include "tests/unit/blocks_case.h"

START_TEST(one_by_one)
{
	static const uint64_t sizes[] = { 0, 1, 511, 512, 513, 1024, 5000 };
	uint64_t unsent, b;
	struct transfer t;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		ck_assert_int_eq(ftruncate(data.file, 0), 0);
		fill(sizes[i]);
		make(&t, sizes[i], 512, 1);
		for (b = 1; b <= t.last; b++) {
			ck_assert_int_eq(blocks(&t, b, 1, &unsent), BLOCKS_OK);
			ck_assert_uint_eq(unsent, b + 1);
			expect_block(&t, b);
		}
		expect_nothing();
	}
	ck_assert_uint_eq(sys.options, 0);
}
END_TEST

START_TEST(in_windows)
{
	struct transfer t;

	begin(&t, 5 * 1400 + 17, 1400, 64);
	sends(&t, 1, 6);
	expect_nothing();
	/* That kind of socket does not segment, and was asked once. */
	sends(&t, 3, 2);
	ck_assert_uint_eq(sys.options, 1);
	ck_assert_uint_eq(blocks_stats.cannot_segment, 1);
	ck_assert_uint_eq(blocks_stats.segmented, 0);
}
END_TEST

START_TEST(segmented)
{
	uint64_t size = 150 * 1428 + 5, unsent, b;
	struct transfer t;

	use_udp(_i == 0 ? AF_INET : AF_INET6);
	begin(&t, size, 1428, 64);
	for (b = 1; b <= t.last; b = unsent) {
		uint64_t left = t.last - b + 1;

		ck_assert_int_eq(
		    blocks(&t, b, left < 64 ? (uint32_t)left : 64, &unsent),
		    BLOCKS_OK);
		expect_blocks(&t, b, unsent);
	}
	ck_assert_uint_eq(unsent, 152);
	expect_nothing();
	/* One call takes 45 at most: 1 + 31, 32, then 32, 32, then 23. */
	ck_assert_uint_eq(sys.sends, 6);
	ck_assert_uint_eq(blocks_stats.sends, 1);
	ck_assert_uint_eq(blocks_stats.segmented, 5);
	ck_assert_uint_eq(blocks_stats.segmented_blocks, 150);
	ck_assert_uint_eq(sys.options, 1);
	ck_assert_uint_eq(sys.reads, 5);
}
END_TEST

/* The most that one call carries, of any block length. */
START_TEST(segmented_lengths)
{
	static const uint16_t blksize[] = { 8, 100, 512, 1019, 1020, 1408, 4092,
		9000, 32739, 32740, 65464 };
	uint64_t unsent;
	struct transfer t;
	size_t i;
	int f;

	fill(65464 * 4);
	for (f = 0; f < 2; f++) {
		for (i = 0; i < sizeof(blksize) / sizeof(blksize[0]); i++) {
			use_udp(f == 0 ? AF_INET : AF_INET6);
			data.segment = 0;
			make(&t, 65464 * 4, blksize[i], 64);
			if (t.last > 64)
				t.last = 64;
			ck_assert_int_eq(
			    blocks(&t, 1, (uint32_t)t.last, &unsent),
			    BLOCKS_OK);
			ck_assert_uint_eq(unsent, t.last + 1);
			for (uint64_t b = 1; b < t.last; b++)
				expect_block(&t, b);
		}
	}
	ck_assert_uint_eq(blocks_stats.cannot_segment, 0);
}
END_TEST

/* As many blocks as one call takes are one call. */
START_TEST(segmented_full)
{
	uint32_t most = 65507 / 1428; /* a datagram, by the lengths of blocks */
	uint64_t unsent;
	struct transfer t;

	use_udp(AF_INET);
	begin(&t, 200 * 1424, 1424, 64);
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), BLOCKS_OK);
	ck_assert_uint_eq(sys.sends, 1);
	ck_assert_int_eq(blocks(&t, 2, most, &unsent), BLOCKS_OK);
	ck_assert_uint_eq(unsent, 2 + most);
	ck_assert_uint_eq(sys.sends, 2);
	ck_assert_int_eq(blocks(&t, unsent, most + 1, &unsent), BLOCKS_OK);
	ck_assert_uint_eq(sys.sends, 4);
	ck_assert_uint_eq(blocks_stats.segmented, 3);
}
END_TEST

/* A client that takes several packets at once gets the same bytes. */
START_TEST(segmented_into_gro)
{
	union {
		struct cmsghdr align;
		uint8_t space[CMSG_SPACE(sizeof(int))];
	} ctl;
	struct iovec iov = { packet, sizeof(packet) };
	struct msghdr mh = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &ctl,
		.msg_controllen = sizeof(ctl) };
	const int on = 1;
	uint64_t unsent, b;
	struct transfer t;
	struct cmsghdr *c;
	ssize_t n, at;
	int size;

	use_udp(AF_INET);
	ck_assert_int_eq((int)syscall(SYS_setsockopt, receiver, SOL_UDP,
			     UDP_GRO, &on, sizeof(on)),
	    0);
	begin(&t, 9 * 1000 + 1, 1000, 16);
	ck_assert_int_eq(blocks(&t, 1, 10, &unsent), BLOCKS_OK);
	/* The first block leaves alone, so that a router's answer is heard. */
	expect_block(&t, 1);
	n = recvmsg(receiver, &mh, MSG_DONTWAIT);
	ck_assert_int_eq(n, 8 * 1004 + 5);
	c = CMSG_FIRSTHDR(&mh);
	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(c->cmsg_type, UDP_GRO);
	memcpy(&size, CMSG_DATA(c), sizeof(size));
	ck_assert_int_eq(size, 1004);
	for (b = 2, at = 0; at < n; b++, at += size)
		check_block(&t, b, packet + at,
		    n - at < size ? (size_t)(n - at) : (size_t)size);
	ck_assert_uint_eq(b, 11);
}
END_TEST

/* The path does not segment: found at the first call, or later. */
START_TEST(falls_back)
{
	static const struct {
		int option_errno, send_errno;
		unsigned int good; /* so many sends go before that */
	} x[] = { { ENOPROTOOPT, 0, 0 }, { 0, EINVAL, 0 }, { 0, EIO, 0 },
		{ 0, EMSGSIZE, 0 }, { 0, EOPNOTSUPP, 0 }, { 0, EMSGSIZE, 1 } };
	struct transfer t;

	use_udp(AF_INET);
	sys.option_errno = x[_i].option_errno;
	sys.send_errno = x[_i].send_errno;
	sys.send_above = 1432;
	sys.send_good = x[_i].good;
	begin(&t, 100 * 1428, 1428, 64);
	sends(&t, 1, 64);
	ck_assert_uint_eq(blocks_stats.segmented, x[_i].good);
	ck_assert_int_eq(sys.segment, 0);
	sys.sends = sys.options = 0;
	sends(&t, 65, 37);
	expect_nothing();
	ck_assert_uint_eq(sys.sends, 37);
	ck_assert_uint_eq(sys.options, 0);
	ck_assert_uint_eq(blocks_stats.cannot_segment, 1);
}
END_TEST

/* Some kernels then refuse even what need not be cut. */
START_TEST(no_packet_while_segmenting)
{
	struct transfer t;

	use_udp(AF_INET);
	begin(&t, 10 * 1000, 1000, 4);
	sends(&t, 1, 4);
	sys.send_errno = EINVAL;
	sys.send_segment = true;
	sends(&t, 5, 1);
	ck_assert_int_eq(blocks_send_packet(&data, "x", 1), BLOCKS_OK);
	ck_assert_int_eq(recv(receiver, packet, 9, MSG_DONTWAIT), 1);
	sends(&t, 6, 5);
}
END_TEST

/* An ERROR that is longer than a block arrives as one packet. */
START_TEST(error_between_small_blocks)
{
	static const char error[] = "\0\5\0\0server stopping";
	struct transfer t;

	use_udp(AF_INET);
	begin(&t, 20 * 8, 8, 4);
	sends(&t, 1, 4);
	ck_assert_int_ne(sys.segment, 0);
	ck_assert_int_eq(
	    blocks_send_packet(&data, error, sizeof(error)), BLOCKS_OK);
	ck_assert_int_eq(recv(receiver, packet, sizeof(packet), MSG_DONTWAIT),
	    (ssize_t)sizeof(error));
	ck_assert_mem_eq(packet, error, sizeof(error));
	sends(&t, 5, 4);
	expect_nothing();
}
END_TEST

START_TEST(largest_block)
{
	struct transfer t;
	uint64_t unsent;

	begin(&t, 65464 + 3, 65464, 2);
	ck_assert_int_eq(blocks(&t, 1, 2, &unsent), BLOCKS_OK);
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
	ck_assert_int_eq(
	    pwrite(data.file, mark, sizeof(mark), 5368709120LL), 100);
	make(&t, size, 512, 1);
	ck_assert_int_eq(blocks(&t, t.last, 1, &unsent), BLOCKS_OK);
	n = recv(receiver, packet, sizeof(packet), MSG_DONTWAIT);
	ck_assert_int_eq(n, 104);
	ck_assert_mem_eq(packet + 4, mark, 100);
	ck_assert_uint_eq(packet[2] << 8 | packet[3], t.last & 0xffff);
}
END_TEST

/* Whole blocks before the end leave, but not half a one. */
START_TEST(truncated)
{
	struct transfer t;
	uint64_t unsent;

	fill(1000);
	make(&t, 5000, 512, 8);
	sends(&t, 1, 1);
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), BLOCKS_TRUNCATED);
	ck_assert_int_eq(blocks(&t, 1, 8, &unsent), BLOCKS_TRUNCATED);
	ck_assert_uint_eq(unsent, 2);
	expect_block(&t, 1);
	expect_nothing();
	(void)close(data.file);
	data.file = -1;
	ck_assert_int_eq(blocks(&t, 3, 1, &unsent), BLOCKS_READ_FAILED);
	ck_assert_int_eq(errno, EBADF);
	expect_nothing();
}
END_TEST

START_TEST(full_socket)
{
	const int small = 4096;
	struct transfer t;
	uint64_t unsent;

	(void)setsockopt(
	    data.sock, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	begin(&t, 100 * 1000, 1000, 64);
	ck_assert_int_eq(blocks(&t, 1, 64, &unsent), BLOCKS_FULL);
	ck_assert_uint_ge(unsent, 2);
	ck_assert_uint_lt(unsent, 65);
	expect_blocks(&t, 1, unsent);
	expect_nothing();
}
END_TEST

START_TEST(full_between_segments)
{
	struct transfer t;
	uint64_t unsent;

	use_udp(AF_INET);
	begin(&t, 64 * 1428, 1428, 64);
	sys.send_errno = EAGAIN;
	sys.send_good = 2;
	ck_assert_int_eq(blocks(&t, 1, 64, &unsent), BLOCKS_FULL);
	/* One block, and the rest of half a window. */
	ck_assert_uint_eq(unsent, 33);
	expect_blocks(&t, 1, 33);
	expect_nothing();
	sys.send_errno = 0;
	/* The rest is read again. */
	sends(&t, 33, 32);
	ck_assert_uint_eq(sys.reads, 3);
	ck_assert_uint_eq(blocks_stats.cannot_segment, 0);
}
END_TEST

START_TEST(send_errors)
{
	ck_assert_int_eq(blocks_result_of(ECONNREFUSED), BLOCKS_UNREACHABLE);
	ck_assert_int_eq(blocks_result_of(EHOSTUNREACH), BLOCKS_UNREACHABLE);
	ck_assert_int_eq(blocks_result_of(EACCES), BLOCKS_UNREACHABLE);
	ck_assert_int_eq(blocks_result_of(EAGAIN), BLOCKS_FULL);
	ck_assert_int_eq(blocks_result_of(ENOBUFS), BLOCKS_FULL);
	ck_assert_int_eq(blocks_result_of(EPERM), BLOCKS_OK);
	ck_assert_int_eq(blocks_result_of(EMSGSIZE), BLOCKS_OK);
	ck_assert_int_eq(blocks_result_of(EIO), BLOCKS_SEND_FAILED);
	sys.send_errno = ECONNREFUSED;
	ck_assert_int_eq(blocks_send_packet(&data, "x", 1), BLOCKS_UNREACHABLE);
	ck_assert_int_eq(
	    blocks_send_once(data.sock, "x", 1), BLOCKS_UNREACHABLE);
}
END_TEST

/* What has nothing to do with segments ends none of them. */
START_TEST(error_while_segmenting)
{
	struct transfer t;

	use_udp(AF_INET);
	begin(&t, 10 * 1000, 1000, 4);
	sends(&t, 1, 4);
	ck_assert_int_ne(sys.segment, 0);
	sys.send_errno = ECONNREFUSED;
	sys.send_bad = 1;
	ck_assert_int_eq(blocks_send_packet(&data, "x", 1), BLOCKS_UNREACHABLE);
	ck_assert_int_ne(sys.segment, 0);
	sends(&t, 5, 4);
	ck_assert_uint_eq(blocks_stats.segmented, 2);
	ck_assert_uint_eq(blocks_stats.cannot_segment, 0);
}
END_TEST

/* ICMP tells of a smaller path: that is no reason to give up. */
START_TEST(news_of_a_smaller_path)
{
	struct transfer t;
	uint64_t unsent;

	use_udp(AF_INET);
	begin(&t, 1000, 512, 1);
	sys.send_errno = EMSGSIZE;
	sys.send_bad = 1;
	sends(&t, 1, 1);
	/* What never leaves is another matter. */
	sys.send_errno = EMSGSIZE;
	sys.send_bad = 0;
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), BLOCKS_SEND_FAILED);
	ck_assert_uint_eq(unsent, 2);
}
END_TEST

START_TEST(rollover)
{
	struct transfer_terms terms = {
		.size = 65540 * 8, .blksize = 8, .window = 8, .rollover = 1
	};
	static const uint16_t number[] = { 65534, 65535, 1, 2 };
	struct transfer t;
	uint64_t unsent;
	size_t i;

	use_udp(AF_INET);
	fill(terms.size);
	transfer_init(&t, &terms);
	ck_assert_int_eq(blocks(&t, 65534, 4, &unsent), BLOCKS_OK);
	for (i = 0; i < 4; i++) {
		ck_assert_int_eq(
		    recv(receiver, packet, sizeof(packet), MSG_DONTWAIT), 12);
		ck_assert_uint_eq(packet[2] << 8 | packet[3], number[i]);
		ck_assert_uint_eq(packet[4], content((65533 + i) * 8));
	}
}
END_TEST

Suite *suite_tftp_blocks(void);

Suite *
suite_tftp_blocks(void)
{
	Suite *s = suite_create("tftp_blocks");
	TCase *tc = tcase_create("data");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, one_by_one);
	tcase_add_test(tc, in_windows);
	tcase_add_loop_test(tc, segmented, 0, 2);
	tcase_add_test(tc, segmented_lengths);
	tcase_add_test(tc, segmented_full);
	tcase_add_test(tc, segmented_into_gro);
	tcase_add_loop_test(tc, falls_back, 0, 6);
	tcase_add_test(tc, no_packet_while_segmenting);
	tcase_add_test(tc, error_between_small_blocks);
	tcase_add_test(tc, largest_block);
	tcase_add_test(tc, beyond_4_gib);
	tcase_add_test(tc, truncated);
	tcase_add_test(tc, full_socket);
	tcase_add_test(tc, full_between_segments);
	tcase_add_test(tc, send_errors);
	tcase_add_test(tc, error_while_segmenting);
	tcase_add_test(tc, news_of_a_smaller_path);
	tcase_add_test(tc, rollover);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the file, and are the client. */
UNIT_MAIN_ALSO(suite_tftp_blocks, SCMP_SYS(memfd_create), SCMP_SYS(pwrite64),
    SCMP_SYS(ftruncate), SCMP_SYS(setsockopt), SCMP_SYS(socket), SCMP_SYS(bind),
    SCMP_SYS(getsockname), SCMP_SYS(connect))
