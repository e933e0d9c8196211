/* SPDX-License-Identifier: ISC */
/* Reads the blocks of a window, adds headers, and sends them. */
#include "tftpd/blocks.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "daemon/checked_file.h"
#include "tftpd/map.h"
#include "tftpd/packet.h"
#include "tftpd/transfer_number.h"

/*
 * The limits of one segmented send: 64 packets, which every kernel with
 * UDP_SEGMENT accepts, and a payload that fits IPv4 and IPv6.
 */
#define SEGMENTS_MAX 64
#define SEGMENTED_BYTES 65487

#define SLOTS_BYTES 65536 /* read at once at most, with headers */
#define TRANSLATE_BYTES 8192 /* read at once, to be translated */

struct blocks_stats blocks_stats;

/* Buffer in which a window is assembled. */
static uint8_t scratch[SLOTS_BYTES];

void
blocks_init(struct blocks *d)
{
	memset(d, 0, sizeof(*d));
	d->file = d->sock = d->table = -1;
}

void
blocks_close(struct blocks *d)
{
	map_give(d->map);
	d->map = NULL;
	checked_file_close(d->checked);
	d->checked = NULL;
	if (d->sock != -1)
		(void)close(d->sock);
	if (d->file != -1)
		(void)close(d->file);
	if (d->table != -1)
		(void)close(d->table);
	d->file = d->sock = d->table = -1;
}

enum blocks_result
blocks_result_of(int err)
{
	switch (err) {
	case EAGAIN:
	case ENOBUFS:
	case ENOMEM:
	case EINTR:
		return BLOCKS_FULL;
	case ECONNREFUSED:
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EHOSTDOWN:
	case ENOPROTOOPT:
	case EACCES: /* ICMPv6: prohibited */
		return BLOCKS_UNREACHABLE;
	case EPERM:
		/* A packet filter dropped it: treat it as packet loss. */
		blocks_stats.filtered++;
		return BLOCKS_OK;
	case EMSGSIZE:
		/*
		 * The path MTU is smaller; the kernel fragments the next
		 * packets.
		 */
		return BLOCKS_OK;
	default:
		return BLOCKS_SEND_FAILED;
	}
}

enum blocks_result
blocks_send_once(int sock, const void *p, size_t n)
{
	if (send(sock, p, n, MSG_DONTWAIT | MSG_NOSIGNAL) != -1)
		return BLOCKS_OK;
	/* EMSGSIZE may report an earlier packet; this one can be sent now. */
	if (errno == EMSGSIZE &&
	    send(sock, p, n, MSG_DONTWAIT | MSG_NOSIGNAL) != -1)
		return BLOCKS_OK;
	return errno == EMSGSIZE ? BLOCKS_SEND_FAILED : blocks_result_of(errno);
}

/* The kernel cuts nothing any more. */
static void
segment_clear(struct blocks *d)
{
	const int off = 0;

	if (d->segment != 0)
		(void)setsockopt(
		    d->sock, SOL_UDP, UDP_SEGMENT, &off, sizeof(off));
	d->segment = 0;
}

/* From now on each block is sent by a call of its own. */
static void
segment_stop(struct blocks *d)
{
	if (!d->whole_only)
		blocks_stats.cannot_segment++;
	d->whole_only = true;
	segment_clear(d);
}

/*
 * Makes the kernel cut each send into packets of this size; false if it cannot.
 */
static bool
segment_start(struct blocks *d, size_t stride)
{
	const int size = (int)stride;

	if (d->whole_only)
		return false;
	if (d->segment == stride)
		return true;
	if (setsockopt(d->sock, SOL_UDP, UDP_SEGMENT, &size, sizeof(size)) ==
	    -1) {
		segment_stop(d);
		return false;
	}
	d->segment = (uint16_t)stride;
	return true;
}

/*
 * Whether UDP_SEGMENT may be the cause of an error: the path MTU is smaller
 * than a segment, the device cannot segment or do checksums, or IPsec is used.
 */
static bool
segment_error(int err)
{
	return err == EINVAL || err == EIO || err == EMSGSIZE ||
	       err == EOPNOTSUPP;
}

enum blocks_result
blocks_send_packet(struct blocks *d, const void *p, size_t n)
{
	/* An ERROR may be longer than a block, and must stay one packet. */
	if (n > d->segment)
		segment_clear(d);
	if (d->segment != 0) {
		if (send(d->sock, p, n, MSG_DONTWAIT | MSG_NOSIGNAL) != -1)
			return BLOCKS_OK;
		/* UDP_SEGMENT can make even a small packet fail. */
		if (!segment_error(errno))
			return blocks_result_of(errno);
		segment_stop(d);
	}
	return blocks_send_once(d->sock, p, n);
}

/*
 * How many of n blocks are sent together.  What exceeds one call is split into
 * equal parts, so that the client receives one part while the next one is read.
 */
static uint32_t
segments_of(size_t stride, uint32_t n)
{
	uint32_t most = (uint32_t)(SEGMENTED_BYTES / stride), calls;

	if (most > SEGMENTS_MAX)
		most = SEGMENTS_MAX;
	if (most == 0)
		return 1;
	calls = (n + most - 1) / most;
	return (n + calls - 1) / calls;
}

/*
 * Sends blocks by one call.  Returns false, and has sent nothing, if the path
 * turns out not to support UDP_SEGMENT.
 */
static bool
segments_send(struct blocks *d, const uint8_t *p, size_t len, uint32_t n,
    enum blocks_result *res)
{
	*res = BLOCKS_OK;
	if (send(d->sock, p, len, MSG_DONTWAIT | MSG_NOSIGNAL) == -1) {
		if (segment_error(errno)) {
			segment_stop(d);
			return false;
		}
		*res = blocks_result_of(errno);
		return true;
	}
	blocks_stats.segmented++;
	blocks_stats.segmented_blocks += n;
	return true;
}

/* Distance in bytes between two blocks in a buffer. */
static size_t
slots_stride(const struct transfer *t)
{
	return TFTP_HEADER + (size_t)t->terms.blksize;
}

/*
 * The data is not in memory yet.  With RWF_NOWAIT a read error looks the same,
 * so the number of tries is limited.
 */
static enum blocks_result
would_wait(struct blocks *d)
{
	blocks_stats.waits++;
	if (d->waits++ < BLOCKS_WAITS_MAX)
		return BLOCKS_WAIT;
	errno = ETIME;
	return BLOCKS_READ_FAILED;
}

/* The same, of a file whose content is compared with its hashes. */
static enum blocks_result
read_checked(
    struct blocks *d, uint8_t *p, size_t n, uint64_t offset, size_t *got)
{
	for (;;) {
		blocks_stats.reads++;
		switch (checked_file_read(
		    d->checked, d->file, p, n, offset, d->file_waits, got)) {
		case CHECKED_OK:
			return BLOCKS_OK;
		case CHECKED_WAIT:
			return would_wait(d);
		case CHECKED_DIFFERS:
			return BLOCKS_CHANGED;
		case CHECKED_TRUNCATED:
			return BLOCKS_TRUNCATED;
		default:
			if (errno != EOPNOTSUPP || d->file_waits)
				return BLOCKS_READ_FAILED;
			d->file_waits = true;
		}
	}
}

/*
 * Reads without waiting for a disk.  The failed try makes the kernel start to
 * read the pages, so that a later one finds them in memory.
 */
static enum blocks_result
read_some(struct blocks *d, uint8_t *p, size_t n, uint64_t offset, size_t *got)
{
	struct iovec iov = { .iov_base = p, .iov_len = n };
	ssize_t r;

	*got = 0;
	if (d->checked != NULL)
		return read_checked(d, p, n, offset, got);
	for (;;) {
		blocks_stats.reads++;
		r = preadv2(d->file, &iov, 1, (off_t)offset,
		    d->file_waits ? 0 : RWF_NOWAIT);
		if (r >= 0)
			break;
		if (errno == EOPNOTSUPP && !d->file_waits)
			d->file_waits = true;
		else if (errno == EAGAIN && !d->file_waits)
			return would_wait(d);
		else if (errno != EINTR)
			return BLOCKS_READ_FAILED;
	}
	*got = (size_t)r;
	return r == 0 ? BLOCKS_TRUNCATED : BLOCKS_OK;
}

/* Copies n blocks into slots, each behind its header. */
static void
slots_cut(const struct transfer *t, uint8_t *buf, uint64_t first, uint32_t n,
    const uint8_t *bytes)
{
	size_t stride = slots_stride(t), len;
	uint32_t i;

	for (i = 0; i < n; i++, buf += stride, bytes += len) {
		len = transfer_block_len(t, first + i);
		tftp_data_header(
		    buf, transfer_wire(first + i, t->terms.rollover));
		memcpy(buf + TFTP_HEADER, bytes, len);
	}
}

/*
 * Reads blocks [first, first + n), at most SLOTS_BYTES, into buf.  *got is the
 * number of complete blocks in buf, also after an error.  Returns BLOCKS_OK if
 * all were read, else BLOCKS_WAIT, BLOCKS_TRUNCATED or BLOCKS_READ_FAILED.
 */
static enum blocks_result
slots_read(struct blocks *d, const struct transfer *t, uint8_t *buf,
    uint64_t first, uint32_t n, uint32_t *got)
{
	/* One large read and a copy is faster than many short reads. */
	static uint8_t raw[SLOTS_BYTES] __attribute__((aligned(4096)));
	size_t blksize = t->terms.blksize, have = 0, r;
	uint64_t offset = (first - 1) * blksize;
	size_t want = (n - 1) * blksize + transfer_block_len(t, first + n - 1);
	enum blocks_result res = BLOCKS_OK;

	if (d->map != NULL) {
		*got = n;
		slots_cut(t, buf, first, n, map_bytes(d->map) + offset);
		return BLOCKS_OK;
	}
	while (have < want && res == BLOCKS_OK) {
		res = read_some(d, raw + have, want - have, offset + have, &r);
		have += r;
	}
	*got = have == want ? n : (uint32_t)(have / blksize);
	slots_cut(t, buf, first, *got, raw);
	if (*got > 0)
		d->waits = 0;
	return res;
}

/* Fills a block, starting at *at; *n is the number of bytes written. */
static enum blocks_result
translate(struct blocks *d, const struct transfer *t, uint8_t *dst,
    struct netascii_at *at, size_t *n)
{
	static uint8_t raw[TRANSLATE_BYTES];
	size_t room = t->terms.blksize, got;
	enum blocks_result res;

	for (*n = 0; *n < room;
	     *n += netascii_put(at, raw, got, dst + *n, room - *n)) {
		uint64_t left = t->terms.size - at->offset;
		size_t want = room - *n;

		if (want > sizeof(raw))
			want = sizeof(raw);
		if (want > left)
			want = left;
		got = 0;
		if (want == 0) {
			if (!at->pair)
				break;
			continue;
		}
		res = read_some(d, raw, want, at->offset, &got);
		if (res != BLOCKS_OK)
			return res;
	}
	return BLOCKS_OK;
}

/*
 * Reads and translates one block into a slot; *len is its length with the
 * header.  A short block is the last one.  Only the last translated block and
 * the one after it can be asked for.
 */
static enum blocks_result
slots_translate(struct blocks *d, const struct transfer *t, uint8_t *slot,
    uint64_t block, size_t *len)
{
	struct netascii_at from, at;
	enum blocks_result res;
	size_t n;

	if (block == d->ascii_block) {
		from = d->ascii;
	} else if (block == d->ascii_block + 1) {
		from = d->ascii_next;
	} else {
		errno = ESPIPE;
		return BLOCKS_READ_FAILED;
	}
	at = from;
	tftp_data_header(slot, transfer_wire(block, t->terms.rollover));
	if ((res = translate(d, t, slot + TFTP_HEADER, &at, &n)) != BLOCKS_OK)
		return res;
	d->waits = 0;
	d->ascii = from;
	d->ascii_next = at;
	d->ascii_block = block;
	*len = TFTP_HEADER + n;
	return BLOCKS_OK;
}

/* Sends n filled slots; *sent is the number that were sent. */
static enum blocks_result
slots_send(struct blocks *d, const struct transfer *t, const uint8_t *slots,
    uint64_t first, uint32_t n, uint32_t *sent)
{
	size_t stride = slots_stride(t), len;
	enum blocks_result res = BLOCKS_OK;
	const uint8_t *p;
	uint32_t k;

	for (*sent = 0; *sent < n && res == BLOCKS_OK;) {
		p = slots + *sent * stride;
		/*
		 * The kernel lets routers fragment GSO packets, so the first
		 * block is sent alone to discover the path MTU.
		 */
		k = first + *sent == 1 ? 1 : segments_of(stride, n - *sent);
		len = k * stride - t->terms.blksize +
		      transfer_block_len(t, first + *sent + k - 1);
		if (k == 1 || !segment_start(d, stride)) {
			k = 1;
			blocks_stats.sends++;
			res = blocks_send_packet(d, p,
			    TFTP_HEADER + transfer_block_len(t, first + *sent));
		} else if (!segments_send(d, p, len, k, &res)) {
			continue;
		}
		if (res == BLOCKS_OK)
			*sent += k;
	}
	return res;
}

static void
file_map(struct blocks *d, const struct transfer *t)
{
	if (d->file_known)
		return;
	d->file_known = true;
	if (d->checked == NULL)
		d->map = map_take(d->file, t->terms.size);
	blocks_stats.mapped += d->map != NULL;
}

/* A block that is retransmitted is translated again. */
static enum blocks_result
ascii_send(struct blocks *d, struct transfer *t, uint64_t first, uint32_t count,
    uint64_t *unsent)
{
	enum blocks_result res = BLOCKS_OK;
	bool end = false;
	size_t len;

	for (; count > 0 && !end; count--, first++) {
		res = slots_translate(d, t, scratch, first, &len);
		if (res != BLOCKS_OK)
			break;
		end = len < slots_stride(t);
		if (end)
			transfer_end_at(
			    t, first, (uint32_t)(len - TFTP_HEADER));
		blocks_stats.sends++;
		if ((res = blocks_send_packet(d, scratch, len)) != BLOCKS_OK)
			break;
		*unsent = first + 1;
	}
	return res;
}

enum blocks_result
blocks_send(struct blocks *d, struct transfer *t, uint64_t first,
    uint32_t count, uint64_t *unsent)
{
	enum blocks_result res = BLOCKS_OK, sent_res;
	uint32_t n, sent;

	*unsent = first;
	if (d->netascii)
		return ascii_send(d, t, first, count, unsent);
	file_map(d, t);
	while (count > 0) {
		n = segments_of(slots_stride(t), count);
		res = slots_read(d, t, scratch, first, n, &n);
		if (n == 0)
			return res;
		sent_res = slots_send(d, t, scratch, first, n, &sent);
		*unsent = first += sent;
		count -= sent;
		if (sent_res != BLOCKS_OK)
			return sent_res;
	}
	return BLOCKS_OK;
}

/* Waits longer after many tries: one slow disk may delay many transfers. */
uint32_t
blocks_wait_ms(const struct blocks *d)
{
	if (d->waits <= 20)
		return BLOCKS_WAIT_MS;
	return d->waits <= 60 ? BLOCKS_WAIT_LONG_MS : BLOCKS_WAIT_LONGEST_MS;
}
