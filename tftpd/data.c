/* SPDX-License-Identifier: ISC */
/* Reading blocks into slots between their headers, and sending them. */
#include "tftpd/data.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tftpd/packet.h"

#define SLOTS_MAX 64 /* blocks that are read and sent together */
#define SLOTS_BYTES 65536 /* room for one block of the largest size */

/* One window at a time is on its way through here. */
static uint8_t slots[SLOTS_BYTES];

enum data_result
data_result_of(int err)
{
	switch (err) {
	case EAGAIN:
	case ENOBUFS:
	case ENOMEM:
	case EINTR:
		return DATA_FULL;
	case ECONNREFUSED:
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EHOSTDOWN:
	case ENOPROTOOPT:
		return DATA_UNREACHABLE;
	case EPERM:
		/* A packet filter ate it: that is loss like any other. */
		return DATA_OK;
	default:
		return DATA_SEND_FAILED;
	}
}

enum data_result
data_send_packet(int sock, const void *p, size_t n)
{
	if (send(sock, p, n, MSG_DONTWAIT | MSG_NOSIGNAL) == -1)
		return data_result_of(errno);
	return DATA_OK;
}

/* What preadv() left out, if the file has it. */
static enum data_result
read_rest(
    int file, const struct iovec *iov, uint32_t n, size_t got, uint64_t offset)
{
	uint64_t at = offset;
	uint32_t i;

	for (i = 0; i < n; i++) {
		size_t have = got < iov[i].iov_len ? got : iov[i].iov_len;

		got -= have;
		while (have < iov[i].iov_len) {
			ssize_t r =
			    pread(file, (uint8_t *)iov[i].iov_base + have,
				iov[i].iov_len - have, (off_t)(at + have));

			if (r == -1 && errno == EINTR)
				continue;
			if (r == -1)
				return DATA_READ_FAILED;
			if (r == 0)
				return DATA_TRUNCATED;
			have += (size_t)r;
		}
		at += iov[i].iov_len;
	}
	return DATA_OK;
}

/*
 * Fills n slots.  This is where a slow disk is felt: the file's pages are
 * read here, unless imaged or the kernel has read ahead of the transfer.
 */
static enum data_result
slots_read(int file, const struct transfer *t, uint64_t first, uint32_t n)
{
	size_t stride = TFTP_HEADER + (size_t)t->terms.blksize, want = 0;
	uint64_t offset = (first - 1) * t->terms.blksize;
	struct iovec iov[SLOTS_MAX];
	ssize_t got;
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint8_t *slot = slots + i * stride;

		tftp_data_header(
		    slot, transfer_wire(first + i, t->terms.rollover));
		iov[i].iov_base = slot + TFTP_HEADER;
		iov[i].iov_len = transfer_block_len(t, first + i);
		want += iov[i].iov_len;
	}
	if (want == 0)
		return DATA_OK;
	got = preadv(file, iov, (int)n, (off_t)offset);
	if (got == -1 && errno != EINTR)
		return DATA_READ_FAILED;
	if ((size_t)got == want)
		return DATA_OK;
	return read_rest(file, iov, n, got < 0 ? 0 : (size_t)got, offset);
}

/* Sends n filled slots; *sent tells how many left. */
static enum data_result
slots_send(int sock, const struct transfer *t, uint64_t first, uint32_t n,
    uint32_t *sent)
{
	size_t stride = TFTP_HEADER + (size_t)t->terms.blksize;
	enum data_result res = DATA_OK;

	for (*sent = 0; *sent < n; (*sent)++) {
		res = data_send_packet(sock, slots + *sent * stride,
		    TFTP_HEADER + transfer_block_len(t, first + *sent));
		if (res != DATA_OK)
			break;
	}
	return res;
}

enum data_result
data_send_blocks(int file, int sock, const struct transfer *t, uint64_t first,
    uint32_t count, uint64_t *unsent)
{
	size_t stride = TFTP_HEADER + (size_t)t->terms.blksize;
	uint32_t n, sent, most = (uint32_t)(SLOTS_BYTES / stride);
	enum data_result res = DATA_OK;

	if (most > SLOTS_MAX)
		most = SLOTS_MAX;
	*unsent = first;
	while (count > 0 && res == DATA_OK) {
		n = count < most ? count : most;
		if ((res = slots_read(file, t, first, n)) != DATA_OK)
			break;
		res = slots_send(sock, t, first, n, &sent);
		*unsent += sent;
		first += n;
		count -= n;
	}
	return res;
}
