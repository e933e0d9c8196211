/* SPDX-License-Identifier: ISC */
/*
 * Blocks from a real file to a real socket.  The system calls of the code
 * under test are defined here, to count them and to let them fail.
 */
#ifndef TESTS_UNIT_BLOCKS_CASE_H
#define TESTS_UNIT_BLOCKS_CASE_H

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
#include "tftpd/blocks.h"
#include "tftpd/transfer_number.h"

static int pair[2], receiver;
static struct blocks data;
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
	size_t read_longest; /* bytes that one read asked for */
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
	if (iov[0].iov_len > sys.read_longest)
		sys.read_longest = iov[0].iov_len;
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
static inline uint8_t
content(uint64_t i)
{
	return (uint8_t)(i * 7 + i / 256 * 13 + i / 65536);
}

static inline void
setup(void)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	blocks_init(&data);
	data.sock = pair[0];
	receiver = pair[1];
	data.file = memfd_create("file", MFD_CLOEXEC);
	ck_assert_int_ne(data.file, -1);
	memset(&blocks_stats, 0, sizeof(blocks_stats));
}

static inline void
teardown(void)
{
	blocks_close(&data);
	if (receiver != -1)
		(void)close(receiver);
}

/* Two connected sockets of UDP, in place of the pair. */
static inline void
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

static inline void
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

static inline void
make(struct transfer *t, uint64_t size, uint16_t blksize, uint16_t window)
{
	struct transfer_terms terms = {
		.size = size, .blksize = blksize, .window = window
	};

	transfer_init(t, &terms);
}

/* The file, and its transfer. */
static inline void
begin(struct transfer *t, uint64_t size, uint16_t blksize, uint16_t window)
{
	fill(size);
	make(t, size, blksize, window);
}

static inline enum blocks_result
blocks(struct transfer *t, uint64_t first, uint32_t count, uint64_t *unsent)
{
	enum blocks_result res;

	res = blocks_send(&data, t, first, count, unsent);
	if (*unsent > t->next)
		t->next = *unsent;
	return res;
}

/* These bytes must be this block, whole and right. */
static inline void
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

static inline void
expect_block(const struct transfer *t, uint64_t block)
{
	ssize_t n = recv(receiver, packet, sizeof(packet), MSG_DONTWAIT);

	ck_assert_int_ge(n, 4);
	check_block(t, block, packet, (size_t)n);
}

static inline void
expect_blocks(const struct transfer *t, uint64_t first, uint64_t end)
{
	for (; first < end; first++)
		expect_block(t, first);
}

static inline void
expect_nothing(void)
{
	ck_assert_int_eq(
	    recv(receiver, packet, sizeof(packet), MSG_DONTWAIT), -1);
}

/* These blocks leave all, and arrive. */
static inline void
sends(struct transfer *t, uint64_t first, uint32_t count)
{
	uint64_t unsent;

	ck_assert_int_eq(blocks(t, first, count, &unsent), BLOCKS_OK);
	ck_assert_uint_eq(unsent, first + count);
	expect_blocks(t, first, first + count);
}

#endif
