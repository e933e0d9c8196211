/* SPDX-License-Identifier: ISC */
/*
 * Blocks from a real file to a real socket.  The system calls of the code
 * under test are defined here, to count them and to let them fail.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/unit/unit.h"
#include "tftpd/data.h"
#include "tftpd/slab.h"

static int pair[2], receiver;
static struct data data;
static uint8_t packet[70000];

/* What the system calls did, and are to do. */
static struct {
	unsigned int sends, reads, plain_reads, options;
	int send_errno; /* instead of sending */
	unsigned int send_good; /* so many go before that */
	unsigned int send_bad; /* so many fail; 0: all */
	size_t send_above; /* only of what is longer */
	bool send_segment; /* only while UDP_SEGMENT is set */
	int option_errno;
	int read_errno; /* of reads that do not wait */
	unsigned int read_bad; /* so many fail; 0: all */
	size_t read_most; /* bytes that one read brings; 0: all */
	int read_then; /* read_errno after the next read */
	int segment; /* the UDP_SEGMENT that was set last */
} sys;

ssize_t
send(int sock, const void *p, size_t n, int flags)
{
	sys.sends++;
	ck_assert_int_eq(flags, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sys.send_errno != 0 && n > sys.send_above &&
	    (!sys.send_segment || sys.segment != 0)) {
		if (sys.send_good > 0) {
			sys.send_good--;
		} else {
			errno = sys.send_errno;
			if (sys.send_bad > 0 && --sys.send_bad == 0)
				sys.send_errno = 0;
			return -1;
		}
	}
	return syscall(SYS_sendto, sock, p, n, flags, NULL, 0);
}

int
setsockopt(int sock, int level, int name, const void *p, socklen_t n)
{
	int segment;

	if (level == SOL_UDP) {
		ck_assert_int_eq(name, UDP_SEGMENT);
		ck_assert_uint_eq(n, sizeof(segment));
		memcpy(&segment, p, sizeof(segment));
		sys.options++;
		if (sys.option_errno != 0) {
			errno = sys.option_errno;
			return -1;
		}
		sys.segment = segment;
	}
	return (int)syscall(SYS_setsockopt, sock, level, name, p, n);
}

ssize_t
preadv2(int fd, const struct iovec *iov, int n, off_t offset, int flags)
{
	struct iovec short_iov;

	sys.reads++;
	if (flags == 0)
		sys.plain_reads++;
	else
		ck_assert_int_eq(flags, RWF_NOWAIT);
	if (flags != 0 && sys.read_errno != 0) {
		errno = sys.read_errno;
		if (sys.read_bad > 0 && --sys.read_bad == 0)
			sys.read_errno = 0;
		return -1;
	}
	if (sys.read_most > 0 && iov[0].iov_len > sys.read_most) {
		short_iov = iov[0];
		short_iov.iov_len = sys.read_most;
		iov = &short_iov;
		n = 1;
	}
	if (sys.read_then != 0)
		sys.read_errno = sys.read_then;
	/* The file is in memory, on a file system without RWF_NOWAIT. */
	return syscall(SYS_preadv2, fd, iov, n, offset, 0, 0);
}

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
	data_init(&data);
	data.sock = pair[0];
	receiver = pair[1];
	data.file = memfd_create("file", MFD_CLOEXEC);
	ck_assert_int_ne(data.file, -1);
	memset(&data_stats, 0, sizeof(data_stats));
}

static void
teardown(void)
{
	data_close(&data);
	if (receiver != -1)
		(void)close(receiver);
}

/* Two connected sockets of UDP, in place of the pair. */
static void
use_udp(int family)
{
	const int size = 8 << 20;
	struct sockaddr_storage ss = { .ss_family = (sa_family_t)family };
	struct sockaddr_in *in = (struct sockaddr_in *)&ss;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&ss;
	socklen_t n = family == AF_INET ? sizeof(*in) : sizeof(*in6);

	if (family == AF_INET)
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		in6->sin6_addr = in6addr_loopback;
	(void)close(data.sock);
	(void)close(receiver);
	data.sock = socket(family, SOCK_DGRAM, 0);
	receiver = socket(family, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(receiver, (struct sockaddr *)&ss, n), 0);
	ck_assert_int_eq(getsockname(receiver, (struct sockaddr *)&ss, &n), 0);
	ck_assert_int_eq(connect(data.sock, (struct sockaddr *)&ss, n), 0);
	(void)setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
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
		ck_assert_int_eq(
		    pwrite(data.file, buf, n, (off_t)at), (ssize_t)n);
		at += n;
	}
}

static void
make(struct transfer *t, uint64_t size, uint16_t blksize, uint16_t window)
{
	struct transfer_terms terms = {
		.size = size, .blksize = blksize, .window = window
	};

	transfer_init(t, &terms);
}

static enum data_result
blocks(struct transfer *t, uint64_t first, uint32_t count, uint64_t *unsent)
{
	enum data_result res;

	res = data_send_blocks(&data, t, first, count, unsent);
	if (*unsent > t->next)
		t->next = *unsent;
	return res;
}

/* These bytes must be this block, whole and right. */
static void
check_block(
    const struct transfer *t, uint64_t block, const uint8_t *p, size_t n)
{
	uint64_t at = (block - 1) * t->terms.blksize;
	uint32_t len = transfer_block_len(t, block), i;

	ck_assert_uint_eq(n, 4 + (size_t)len);
	ck_assert_uint_eq(p[0] << 8 | p[1], 3);
	ck_assert_uint_eq(p[2] << 8 | p[3], block & 0xffff);
	for (i = 0; i < len; i++)
		if (p[4 + i] != content(at + i))
			ck_abort_msg(
			    "block %u, byte %u", (unsigned int)block, i);
}

static void
expect_block(const struct transfer *t, uint64_t block)
{
	ssize_t n = recv(receiver, packet, sizeof(packet), MSG_DONTWAIT);

	ck_assert_int_ge(n, 4);
	check_block(t, block, packet, (size_t)n);
}

static void
expect_blocks(const struct transfer *t, uint64_t first, uint64_t end)
{
	for (; first < end; first++)
		expect_block(t, first);
}

static void
expect_nothing(void)
{
	ck_assert_int_eq(
	    recv(receiver, packet, sizeof(packet), MSG_DONTWAIT), -1);
}

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
		slab_give(&data.slab);
		for (b = 1; b <= t.last; b++) {
			ck_assert_int_eq(blocks(&t, b, 1, &unsent), DATA_OK);
			ck_assert_uint_eq(unsent, b + 1);
			expect_block(&t, b);
			data_ahead(&data, &t);
		}
		expect_nothing();
	}
	ck_assert_uint_eq(sys.options, 0);
}
END_TEST

START_TEST(in_windows)
{
	struct transfer t;
	uint64_t unsent;

	fill(5 * 1400 + 17);
	make(&t, 5 * 1400 + 17, 1400, 64);
	ck_assert_int_eq(blocks(&t, 1, 6, &unsent), DATA_OK);
	ck_assert_uint_eq(unsent, 7);
	expect_blocks(&t, 1, 7);
	expect_nothing();
	/* That kind of socket does not segment, and was asked once. */
	ck_assert_int_eq(blocks(&t, 3, 2, &unsent), DATA_OK);
	expect_blocks(&t, 3, 5);
	ck_assert_uint_eq(sys.options, 1);
	ck_assert_uint_eq(data_stats.cannot_segment, 1);
	ck_assert_uint_eq(data_stats.segmented, 0);
}
END_TEST

static void
segmented(int family)
{
	uint64_t size = 150 * 1428 + 5, unsent, b;
	struct transfer t;

	use_udp(family);
	fill(size);
	make(&t, size, 1428, 64);
	for (b = 1; b <= t.last; b = unsent) {
		uint64_t left = t.last - b + 1;

		ck_assert_int_eq(
		    blocks(&t, b, left < 64 ? (uint32_t)left : 64, &unsent),
		    DATA_OK);
		expect_blocks(&t, b, unsent);
		data_ahead(&data, &t);
	}
	ck_assert_uint_eq(unsent, 152);
	expect_nothing();
	/* One call takes 45 blocks; windows of 64, 64 and 23 were sent. */
	ck_assert_uint_eq(sys.sends, 5);
	ck_assert_uint_eq(data_stats.segmented, 5);
	ck_assert_uint_eq(data_stats.segmented_blocks, 151);
	ck_assert_uint_eq(sys.options, 1);
	ck_assert_uint_eq(sys.reads, 3);
}

START_TEST(segmented_ipv4)
{
	segmented(AF_INET);
}
END_TEST

START_TEST(segmented_ipv6)
{
	segmented(AF_INET6);
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
			slab_give(&data.slab);
			make(&t, 65464 * 4, blksize[i], 64);
			if (t.last > 64)
				t.last = 64;
			ck_assert_int_eq(
			    blocks(&t, 1, (uint32_t)t.last, &unsent), DATA_OK);
			ck_assert_uint_eq(unsent, t.last + 1);
			for (uint64_t b = 1; b < t.last; b++)
				expect_block(&t, b);
		}
	}
	ck_assert_uint_eq(data_stats.cannot_segment, 0);
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
	fill(9 * 1000 + 1);
	make(&t, 9 * 1000 + 1, 1000, 16);
	ck_assert_int_eq(blocks(&t, 1, 10, &unsent), DATA_OK);
	n = recvmsg(receiver, &mh, MSG_DONTWAIT);
	ck_assert_int_eq(n, 9 * 1004 + 5);
	c = CMSG_FIRSTHDR(&mh);
	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(c->cmsg_type, UDP_GRO);
	memcpy(&size, CMSG_DATA(c), sizeof(size));
	ck_assert_int_eq(size, 1004);
	for (b = 1, at = 0; at < n; b++, at += size)
		check_block(&t, b, packet + at,
		    n - at < size ? (size_t)(n - at) : (size_t)size);
	ck_assert_uint_eq(b, 11);
}
END_TEST

/* The path does not segment: found at the first call, or later. */
static void
falls_back(int option_errno, int send_errno, unsigned int good)
{
	uint64_t unsent;
	struct transfer t;

	use_udp(AF_INET);
	memset(&sys, 0, sizeof(sys));
	sys.option_errno = option_errno;
	sys.send_errno = send_errno;
	sys.send_above = 1432;
	sys.send_good = good;
	fill(100 * 1428);
	make(&t, 100 * 1428, 1428, 64);
	ck_assert_int_eq(blocks(&t, 1, 64, &unsent), DATA_OK);
	ck_assert_uint_eq(unsent, 65);
	expect_blocks(&t, 1, 65);
	ck_assert_uint_eq(data_stats.segmented, good);
	ck_assert_int_eq(sys.segment, 0);
	sys.sends = sys.options = 0;
	ck_assert_int_eq(blocks(&t, 65, 37, &unsent), DATA_OK);
	ck_assert_uint_eq(unsent, 102);
	expect_blocks(&t, 65, 102);
	expect_nothing();
	ck_assert_uint_eq(sys.sends, 37);
	ck_assert_uint_eq(sys.options, 0);
	ck_assert_uint_eq(data_stats.cannot_segment, 1);
}

START_TEST(no_option)
{
	falls_back(ENOPROTOOPT, 0, 0);
}
END_TEST

START_TEST(option_without_effect)
{
	static const int err[] = { EINVAL, EIO, EMSGSIZE, EOPNOTSUPP };

	falls_back(0, err[_i], 0);
}
END_TEST

START_TEST(path_shrinks)
{
	falls_back(0, EMSGSIZE, 1);
}
END_TEST

/* Some kernels then refuse even what need not be cut. */
START_TEST(no_packet_while_segmenting)
{
	uint64_t unsent;
	struct transfer t;

	use_udp(AF_INET);
	fill(10 * 1000);
	make(&t, 10 * 1000, 1000, 4);
	ck_assert_int_eq(blocks(&t, 1, 4, &unsent), DATA_OK);
	expect_blocks(&t, 1, 5);
	sys.send_errno = EINVAL;
	sys.send_segment = true;
	ck_assert_int_eq(blocks(&t, 5, 1, &unsent), DATA_OK);
	ck_assert_uint_eq(unsent, 6);
	expect_block(&t, 5);
	ck_assert_int_eq(data_send_packet(&data, "x", 1), DATA_OK);
	ck_assert_int_eq(recv(receiver, packet, 9, MSG_DONTWAIT), 1);
	ck_assert_int_eq(blocks(&t, 6, 5, &unsent), DATA_OK);
	expect_blocks(&t, 6, 11);
}
END_TEST

START_TEST(largest_block)
{
	struct transfer t;
	uint64_t unsent;

	fill(65464 + 3);
	make(&t, 65464 + 3, 65464, 2);
	ck_assert_int_eq(blocks(&t, 1, 2, &unsent), DATA_OK);
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
	ck_assert_int_eq(blocks(&t, t.last, 1, &unsent), DATA_OK);
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
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_OK);
	expect_block(&t, 1);
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), DATA_TRUNCATED);
	ck_assert_int_eq(blocks(&t, 1, 8, &unsent), DATA_TRUNCATED);
	ck_assert_uint_eq(unsent, 2);
	expect_block(&t, 1);
	expect_nothing();
	(void)close(data.file);
	data.file = -1;
	ck_assert_int_eq(blocks(&t, 3, 1, &unsent), DATA_READ_FAILED);
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
	fill(100 * 1000);
	make(&t, 100 * 1000, 1000, 64);
	ck_assert_int_eq(blocks(&t, 1, 64, &unsent), DATA_FULL);
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
	fill(64 * 1428);
	make(&t, 64 * 1428, 1428, 64);
	sys.send_errno = EAGAIN;
	sys.send_good = 1;
	ck_assert_int_eq(blocks(&t, 1, 64, &unsent), DATA_FULL);
	ck_assert_uint_eq(unsent, 33);
	expect_blocks(&t, 1, 33);
	expect_nothing();
	sys.send_errno = 0;
	/* The rest has been read. */
	ck_assert_int_eq(blocks(&t, 33, 32, &unsent), DATA_OK);
	expect_blocks(&t, 33, 65);
	ck_assert_uint_eq(sys.reads, 1);
	ck_assert_uint_eq(data_stats.cannot_segment, 0);
}
END_TEST

START_TEST(send_errors)
{
	ck_assert_int_eq(data_result_of(ECONNREFUSED), DATA_UNREACHABLE);
	ck_assert_int_eq(data_result_of(EHOSTUNREACH), DATA_UNREACHABLE);
	ck_assert_int_eq(data_result_of(EACCES), DATA_UNREACHABLE);
	ck_assert_int_eq(data_result_of(EAGAIN), DATA_FULL);
	ck_assert_int_eq(data_result_of(ENOBUFS), DATA_FULL);
	ck_assert_int_eq(data_result_of(EPERM), DATA_OK);
	ck_assert_int_eq(data_result_of(EMSGSIZE), DATA_OK);
	ck_assert_int_eq(data_result_of(EIO), DATA_SEND_FAILED);
	sys.send_errno = ECONNREFUSED;
	ck_assert_int_eq(data_send_packet(&data, "x", 1), DATA_UNREACHABLE);
	ck_assert_int_eq(data_send_once(data.sock, "x", 1), DATA_UNREACHABLE);
}
END_TEST

/* ICMP tells of a smaller path: that is no reason to give up. */
START_TEST(news_of_a_smaller_path)
{
	struct transfer t;
	uint64_t unsent;

	use_udp(AF_INET);
	fill(1000);
	make(&t, 1000, 512, 1);
	sys.send_errno = EMSGSIZE;
	sys.send_bad = 1;
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_OK);
	expect_block(&t, 1);
	/* What never leaves is another matter. */
	sys.send_errno = EMSGSIZE;
	sys.send_bad = 0;
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), DATA_SEND_FAILED);
	ck_assert_uint_eq(unsent, 2);
}
END_TEST

/* Nobody waits for a read between an ACK and its answer. */
START_TEST(reads_ahead)
{
	uint64_t size = 1000 * 512, unsent, b;
	unsigned int before;
	struct transfer t;

	use_udp(AF_INET);
	fill(size);
	make(&t, size, 512, 1);
	for (b = 1; b <= t.last; b++) {
		before = sys.reads;
		ck_assert_int_eq(blocks(&t, b, 1, &unsent), DATA_OK);
		if (b > 1)
			ck_assert_uint_eq(sys.reads, before);
		expect_block(&t, b);
		data_ahead(&data, &t);
	}
	/* 1001 blocks by 32, the empty one at the end without a read. */
	ck_assert_uint_eq(sys.reads, 32);
	slab_give(&data.slab);
	make(&t, size, 512, 48);
	for (b = 1; b <= t.last; b = unsent) {
		uint32_t n = t.last - b < 48 ? (uint32_t)(t.last - b + 1) : 48;

		before = sys.reads;
		ck_assert_int_eq(blocks(&t, b, n, &unsent), DATA_OK);
		ck_assert_uint_eq(sys.reads, b == 1 ? before + 1 : before);
		expect_blocks(&t, b, unsent);
		data_ahead(&data, &t);
	}
}
END_TEST

/* An ACK from within the window leaves too little of what was read. */
START_TEST(reads_ahead_whole_windows)
{
	struct transfer t;
	uint64_t unsent;

	use_udp(AF_INET);
	fill(500 * 100);
	make(&t, 500 * 100, 100, 16);
	ck_assert_int_eq(blocks(&t, 1, 16, &unsent), DATA_OK);
	data_ahead(&data, &t);
	ck_assert_uint_eq(sys.reads, 1);
	ck_assert_int_eq(blocks(&t, 17, 8, &unsent), DATA_OK);
	data_ahead(&data, &t);
	ck_assert_uint_eq(sys.reads, 2);
	ck_assert_int_eq(blocks(&t, 25, 16, &unsent), DATA_OK);
	ck_assert_uint_eq(sys.reads, 2);
	expect_blocks(&t, 1, 41);
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
	fill(500 * 777);
	make(&t, 500 * 777, 777, 16);
	for (i = 0; i < sizeof(ask) / sizeof(ask[0]); i++) {
		ck_assert_int_eq(
		    blocks(&t, ask[i].first, ask[i].count, &unsent), DATA_OK);
		ck_assert_uint_eq(unsent, ask[i].first + ask[i].count);
		expect_blocks(&t, ask[i].first, unsent);
		data_ahead(&data, &t);
	}
	expect_nothing();
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
	ck_assert_int_eq(blocks(&t, 65534, 4, &unsent), DATA_OK);
	for (i = 0; i < 4; i++) {
		ck_assert_int_eq(
		    recv(receiver, packet, sizeof(packet), MSG_DONTWAIT), 12);
		ck_assert_uint_eq(packet[2] << 8 | packet[3], number[i]);
		ck_assert_uint_eq(packet[4], content((65533 + i) * 8));
	}
}
END_TEST

START_TEST(disk_is_slow)
{
	struct transfer t;
	uint64_t unsent;

	use_udp(AF_INET);
	fill(20 * 1000);
	make(&t, 20 * 1000, 1000, 8);
	sys.read_errno = EAGAIN;
	sys.read_bad = 2;
	ck_assert_int_eq(blocks(&t, 1, 8, &unsent), DATA_WAIT);
	ck_assert_uint_eq(unsent, 1);
	data_ahead(&data, &t); /* is no worse off */
	ck_assert_int_eq(blocks(&t, 1, 8, &unsent), DATA_OK);
	ck_assert_uint_eq(unsent, 9);
	expect_blocks(&t, 1, 9);
	ck_assert_uint_eq(data_stats.waits, 2);
	ck_assert_uint_eq(sys.plain_reads, 0);
}
END_TEST

/* Some pages are there, the next ones are not. */
START_TEST(disk_brings_a_part)
{
	struct transfer t;
	uint64_t unsent;

	use_udp(AF_INET);
	fill(20 * 1000);
	make(&t, 20 * 1000, 1000, 8);
	sys.read_most = 700;
	ck_assert_int_eq(blocks(&t, 1, 8, &unsent), DATA_OK);
	expect_blocks(&t, 1, 9);
	slab_give(&data.slab);
	/* 700 bytes a call; the sixth call finds nothing. */
	ck_assert_int_eq(ftruncate(data.file, 3500), 0);
	ck_assert_int_eq(blocks(&t, 1, 8, &unsent), DATA_TRUNCATED);
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

	fill(1000);
	make(&t, 1000, 512, 1);
	sys.read_errno = EAGAIN;
	for (i = 0; i < DATA_WAITS_MAX; i++) {
		ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_WAIT);
		ck_assert_uint_ge(data_wait_ms(&data), pause);
		pause = data_wait_ms(&data);
		ms += pause;
	}
	ck_assert_uint_ge(ms, 12000);
	ck_assert_uint_le(ms, 13000);
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_READ_FAILED);
	ck_assert_int_eq(errno, ETIME);
	/* One that is slow every time is another matter. */
	sys.read_errno = 0;
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_OK);
	slab_give(&data.slab);
	sys.read_errno = EAGAIN;
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), DATA_WAIT);
	ck_assert_uint_le(data_wait_ms(&data), 5);
}
END_TEST

/* The first half of a block is there, and the page behind it breaks. */
START_TEST(disk_breaks_within_a_block)
{
	struct transfer t;
	uint64_t unsent;
	int i;

	fill(1000);
	make(&t, 1000, 512, 1);
	sys.read_most = 300;
	for (i = 0; i < DATA_WAITS_MAX; i++) {
		sys.read_errno = 0;
		sys.read_then = EAGAIN;
		ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_WAIT);
	}
	sys.read_errno = 0;
	sys.read_then = EAGAIN;
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_READ_FAILED);
	expect_nothing();
}
END_TEST

START_TEST(file_system_that_waits)
{
	struct transfer t;
	uint64_t unsent;

	use_udp(AF_INET);
	fill(100 * 1000);
	make(&t, 100 * 1000, 1000, 40);
	sys.read_errno = EOPNOTSUPP;
	ck_assert_int_eq(blocks(&t, 1, 40, &unsent), DATA_OK);
	expect_blocks(&t, 1, 41);
	ck_assert_uint_eq(sys.reads, 2);
	data_ahead(&data, &t);
	ck_assert_int_eq(blocks(&t, 41, 40, &unsent), DATA_OK);
	expect_blocks(&t, 41, 81);
	/* It was asked once. */
	ck_assert_uint_eq(sys.reads, 3);
	ck_assert_uint_eq(sys.plain_reads, 2);
}
END_TEST

START_TEST(read_errors)
{
	struct transfer t;
	uint64_t unsent;

	fill(1000);
	make(&t, 1000, 512, 1);
	sys.read_errno = EINTR;
	sys.read_bad = 1;
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_OK);
	expect_block(&t, 1);
	slab_give(&data.slab);
	sys.read_errno = EIO;
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), DATA_READ_FAILED);
	ck_assert_int_eq(errno, EIO);
}
END_TEST

/* More transfers than slabs: all send, some from what they read then. */
START_TEST(slabs_run_out)
{
	static struct data other[SLAB_COUNT + 1];
	struct data *last = &other[SLAB_COUNT];
	struct transfer t;
	uint64_t unsent;
	unsigned int i;

	use_udp(AF_INET);
	fill(300 * 1000);
	make(&t, 300 * 1000, 1000, 4);
	for (i = 0; i <= SLAB_COUNT; i++) {
		data_init(&other[i]);
		other[i].file = data.file;
		other[i].sock = data.sock;
		ck_assert_int_eq(
		    data_send_blocks(&other[i], &t, 1, 4, &unsent), DATA_OK);
		expect_blocks(&t, 1, 5);
		ck_assert_int_eq(other[i].slab != NULL, i < SLAB_COUNT);
	}
	ck_assert_uint_eq(data_stats.no_slab, 1);
	t.next = 5;
	data_ahead(last, &t);
	ck_assert_int_eq(data_send_blocks(last, &t, 5, 64, &unsent), DATA_OK);
	expect_blocks(&t, 5, 69);
	/* One that is given back is taken by the next one who asks. */
	slab_give(&other[7].slab);
	ck_assert_int_eq(data_send_blocks(last, &t, 69, 4, &unsent), DATA_OK);
	expect_blocks(&t, 69, 73);
	ck_assert_ptr_nonnull(last->slab);
	/* A short file needs none. */
	slab_give(&last->slab);
	make(&t, 4000, 1000, 8);
	ck_assert_int_eq(data_send_blocks(last, &t, 1, 5, &unsent), DATA_OK);
	expect_blocks(&t, 1, 6);
	ck_assert_ptr_null(last->slab);
}
END_TEST

/* A transfer that stands still loses its slab to one that runs. */
START_TEST(slabs_change_hands)
{
	static struct data other[SLAB_COUNT];
	struct transfer t;
	uint64_t unsent;
	unsigned int i;

	use_udp(AF_INET);
	fill(300 * 1000);
	make(&t, 300 * 1000, 1000, 4);
	for (i = 0; i < SLAB_COUNT; i++)
		slab_take(&other[i].slab);
	other[3].held_first = 1;
	other[3].held_count = 32;
	other[1].file = data.file;
	other[1].sock = data.sock;
	for (i = 0; i < SLAB_IDLE + SLAB_COUNT && data.slab == NULL; i++) {
		unsigned int k = i % SLAB_COUNT;

		/* To send is to use it. */
		if (k == 1)
			(void)data_send_blocks(&other[1], &t, 1, 4, &unsent);
		else if (k != 3)
			slab_touch(other[k].slab);
		slab_take(&data.slab);
	}
	ck_assert_ptr_nonnull(data.slab);
	ck_assert_ptr_null(other[3].slab);
	ck_assert_ptr_nonnull(other[1].slab);
	while (recv(receiver, packet, sizeof(packet), MSG_DONTWAIT) > 0)
		;
	/* What it held is not believed to be there any more. */
	other[3].file = data.file;
	other[3].sock = data.sock;
	memset(data.slab->bytes, 0, SLAB_BYTES);
	ck_assert_int_eq(
	    data_send_blocks(&other[3], &t, 1, 4, &unsent), DATA_OK);
	expect_blocks(&t, 1, 5);
}
END_TEST

/* Unix text, as an old client wants it; what it must get. */
static size_t
ascii_file(uint8_t *want, uint64_t *size)
{
	uint8_t buf[4000];
	size_t i, n = 0;

	for (i = 0; i < sizeof(buf); i++) {
		buf[i] = content(i) % 7 == 0   ? '\n'
			 : content(i) % 7 == 1 ? '\r'
					       : content(i) | 0x20;
		if (buf[i] == '\n')
			want[n++] = '\r';
		want[n++] = buf[i];
		if (buf[i] == '\r')
			want[n++] = '\0';
	}
	ck_assert_int_eq(pwrite(data.file, buf, sizeof(buf), 0), sizeof(buf));
	*size = sizeof(buf);
	return n;
}

static void
make_ascii(struct transfer *t, uint64_t size, uint16_t blksize)
{
	struct transfer_terms terms = {
		.size = size, .blksize = blksize, .window = 1, .open_end = true
	};

	transfer_init(t, &terms);
	data.netascii = true;
}

START_TEST(netascii)
{
	static const uint16_t blksize[] = { 8, 9, 100, 512, 1428, 65464 };
	uint8_t want[8000];
	uint64_t size, unsent, b;
	struct transfer t;
	size_t len, at = 0, i;
	ssize_t n;

	len = ascii_file(want, &size);
	make_ascii(&t, size, blksize[_i]);
	for (b = 1; at <= len; b++) {
		/* Each block twice, as if the first one was lost. */
		for (i = 0; i < 2; i++) {
			if (b % 3 == 0 && at + 1 < len) {
				sys.read_errno = EAGAIN;
				sys.read_bad = 1;
				ck_assert_int_eq(
				    blocks(&t, b, 1, &unsent), DATA_WAIT);
				ck_assert_uint_eq(unsent, b);
			}
			ck_assert_int_eq(blocks(&t, b, 1, &unsent), DATA_OK);
			ck_assert_uint_eq(unsent, b + 1);
			n = recv(
			    receiver, packet, sizeof(packet), MSG_DONTWAIT);
			ck_assert_int_ge(n, 4);
			ck_assert_uint_eq(packet[2] << 8 | packet[3], b);
			ck_assert_uint_le((size_t)n - 4, len - at);
			ck_assert_mem_eq(packet + 4, want + at, (size_t)n - 4);
		}
		data_ahead(&data, &t);
		at += (size_t)n - 4;
		if (n < 4 + blksize[_i])
			break;
		ck_assert_uint_gt(t.last, b);
	}
	ck_assert_uint_eq(at, len);
	ck_assert_uint_eq(t.last, b);
}
END_TEST

START_TEST(netascii_full_last_block)
{
	struct transfer t;
	uint64_t unsent;

	ck_assert_int_eq(pwrite(data.file, "abcdefg\n", 8, 0), 8);
	make_ascii(&t, 8, 9);
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_OK);
	ck_assert_int_eq(recv(receiver, packet, 99, MSG_DONTWAIT), 13);
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), DATA_OK);
	ck_assert_int_eq(recv(receiver, packet, 99, MSG_DONTWAIT), 4);
	ck_assert_uint_eq(t.last, 2);
	/* The last byte of all, behind the border of a block. */
	data.ascii_block = 0;
	memset(&data.ascii_next, 0, sizeof(data.ascii_next));
	make_ascii(&t, 8, 8);
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_OK);
	ck_assert_int_eq(recv(receiver, packet, 99, MSG_DONTWAIT), 12);
	ck_assert_mem_eq(packet + 4, "abcdefg\r", 8);
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), DATA_OK);
	ck_assert_int_eq(recv(receiver, packet, 99, MSG_DONTWAIT), 5);
	ck_assert_uint_eq(packet[4], '\n');
	ck_assert_uint_eq(t.last, 2);
}
END_TEST

START_TEST(netascii_errors)
{
	uint8_t want[8000];
	struct transfer t;
	uint64_t unsent, size;

	(void)ascii_file(want, &size);
	make_ascii(&t, size, 512);
	ck_assert_int_eq(ftruncate(data.file, 100), 0);
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_TRUNCATED);
	ck_assert_uint_eq(unsent, 1);
	expect_nothing();
	(void)ascii_file(want, &size);
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_OK);
	/* Where block 3 begins is not known before block 2. */
	ck_assert_int_eq(blocks(&t, 3, 1, &unsent), DATA_READ_FAILED);
	sys.send_errno = EAGAIN;
	sys.send_bad = 1;
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), DATA_FULL);
	ck_assert_uint_eq(unsent, 2);
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), DATA_OK);
	ck_assert_int_eq(recv(receiver, packet, 999, MSG_DONTWAIT), 516);
	ck_assert_int_eq(recv(receiver, packet, 999, MSG_DONTWAIT), 516);
	ck_assert_mem_eq(packet + 4, want + 512, 512);
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
	tcase_add_test(tc, segmented_ipv4);
	tcase_add_test(tc, segmented_ipv6);
	tcase_add_test(tc, segmented_lengths);
	tcase_add_test(tc, segmented_into_gro);
	tcase_add_test(tc, no_option);
	tcase_add_loop_test(tc, option_without_effect, 0, 4);
	tcase_add_test(tc, path_shrinks);
	tcase_add_test(tc, no_packet_while_segmenting);
	tcase_add_test(tc, largest_block);
	tcase_add_test(tc, beyond_4_gib);
	tcase_add_test(tc, truncated);
	tcase_add_test(tc, full_socket);
	tcase_add_test(tc, full_between_segments);
	tcase_add_test(tc, send_errors);
	tcase_add_test(tc, news_of_a_smaller_path);
	tcase_add_test(tc, rollover);
	suite_add_tcase(s, tc);
	tc = tcase_create("reading");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, reads_ahead);
	tcase_add_test(tc, reads_ahead_whole_windows);
	tcase_add_test(tc, resends_from_anywhere);
	tcase_add_test(tc, disk_is_slow);
	tcase_add_test(tc, disk_brings_a_part);
	tcase_add_test(tc, disk_never_answers);
	tcase_add_test(tc, disk_breaks_within_a_block);
	tcase_add_test(tc, file_system_that_waits);
	tcase_add_test(tc, read_errors);
	tcase_add_test(tc, slabs_run_out);
	tcase_add_test(tc, slabs_change_hands);
	tcase_add_loop_test(tc, netascii, 0, 6);
	tcase_add_test(tc, netascii_full_last_block);
	tcase_add_test(tc, netascii_errors);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_data)
