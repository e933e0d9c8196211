/* SPDX-License-Identifier: ISC */
/* Sending the blocks of a window, and reading them ahead. */
#include "tftpd/data.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tftpd/map.h"
#include "tftpd/packet.h"
#include "tftpd/ready.h"
#include "tftpd/slab.h"
#include "tftpd/slots.h"

/*
 * What one send may carry when the kernel cuts it: 64 packets (it has
 * allowed that many since it can do so at all), and the payload of the longest
 * UDP packet of IPv4, 65507 bytes, or of IPv6 without the 20 bytes more that
 * its header has: whatever the family, this fits.
 */
#define SEGMENTS_MAX 64
#define SEGMENTED_BYTES 65487

#define AHEAD_BLOCKS 32 /* read at once where the window is smaller */

struct data_stats data_stats;

/* Where a window is put together that has no slab. */
static uint8_t scratch[SLAB_BYTES];

void
data_init(struct data *d)
{
	memset(d, 0, sizeof(*d));
	d->file = d->sock = -1;
}

void
data_close(struct data *d)
{
	slab_give(&d->slab);
	ready_give(d->ready);
	map_give(d->map);
	d->ready = NULL;
	d->map = NULL;
	if (d->sock != -1)
		(void)close(d->sock);
	if (d->file != -1)
		(void)close(d->file);
	d->file = d->sock = -1;
}

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
	case EACCES: /* ICMPv6: prohibited */
		return DATA_UNREACHABLE;
	case EPERM:
		/* A packet filter ate it: that is loss like any other. */
	case EMSGSIZE:
		/*
		 * ICMP: a router on the path takes less than we thought.  That
		 * packet is lost; the kernel cuts the next ones into fragments.
		 */
		return DATA_OK;
	default:
		return DATA_SEND_FAILED;
	}
}

enum data_result
data_send_once(int sock, const void *p, size_t n)
{
	if (send(sock, p, n, MSG_DONTWAIT | MSG_NOSIGNAL) != -1)
		return DATA_OK;
	/*
	 * The news of a smaller path comes instead of the next packet, which
	 * can leave now.
	 */
	if (errno == EMSGSIZE &&
	    send(sock, p, n, MSG_DONTWAIT | MSG_NOSIGNAL) != -1)
		return DATA_OK;
	return errno == EMSGSIZE ? DATA_SEND_FAILED : data_result_of(errno);
}

/* From here on each block leaves by a send of its own. */
static void
segment_stop(struct data *d)
{
	const int off = 0;

	if (!d->whole_only)
		data_stats.cannot_segment++;
	d->whole_only = true;
	if (d->segment != 0)
		(void)setsockopt(
		    d->sock, SOL_UDP, UDP_SEGMENT, &off, sizeof(off));
	d->segment = 0;
}

/* Whether the kernel is to cut what leaves into pieces of this size. */
static bool
segment_start(struct data *d, size_t stride)
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
 * Whether an error may be due to UDP_SEGMENT: pieces that the path does not
 * carry whole, a device that does not cut or does not do checksums, IPsec.
 */
static bool
segment_error(int err)
{
	return err == EINVAL || err == EIO || err == EMSGSIZE ||
	       err == EOPNOTSUPP;
}

enum data_result
data_send_packet(struct data *d, const void *p, size_t n)
{
	if (d->broken)
		return DATA_SEND_FAILED;
	if (d->segment != 0) {
		if (send(d->sock, p, n, MSG_DONTWAIT | MSG_NOSIGNAL) != -1)
			return DATA_OK;
		/* Even packets that need no cutting are refused so. */
		if (!segment_error(errno))
			return data_result_of(errno);
		segment_stop(d);
	}
	return data_send_once(d->sock, p, n);
}

/*
 * How many of n blocks leave together: as many as can.  Where that is not
 * all, the client takes them while the rest is sent, and the smaller that is,
 * the sooner comes the ACK.  But with packets that lie ready the client has
 * more to do than we, and equal parts keep it busy the longest.
 */
static uint32_t
segments_of(const struct data *d, size_t stride, uint32_t n)
{
	size_t bytes = d->ready != NULL ? READY_SEND : SEGMENTED_BYTES;
	uint32_t most = (uint32_t)(bytes / stride), calls;

	if (most > SEGMENTS_MAX)
		most = SEGMENTS_MAX;
	if (most == 0)
		return 1;
	if (d->ready == NULL)
		return n < most ? n : most;
	calls = (n + most - 1) / most;
	return (n + calls - 1) / calls;
}

/* As send(). */
static ssize_t
segments_pass(struct data *d, const uint8_t *p, size_t len)
{
	ssize_t n;

	if (d->ready == NULL)
		return send(d->sock, p, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	n = ready_send(d->ready, d->sock, p, len);
	if (n == -1 && errno == EPROTO)
		d->broken = true;
	return n;
}

/*
 * Sends blocks by one call.  False where the path turns out not to segment;
 * nothing has left then.
 */
static bool
segments_send(struct data *d, const uint8_t *p, size_t len, uint32_t n,
    enum data_result *res)
{
	*res = DATA_OK;
	if (segments_pass(d, p, len) == -1) {
		if (segment_error(errno)) {
			segment_stop(d);
			return false;
		}
		*res = data_result_of(errno);
		return true;
	}
	data_stats.segmented++;
	data_stats.segmented_blocks += n;
	return true;
}

/* Sends n filled slots; *sent tells how many left. */
static enum data_result
slots_send(struct data *d, const struct transfer *t, const uint8_t *slots,
    uint64_t first, uint32_t n, uint32_t *sent)
{
	size_t stride = slots_stride(t), len;
	enum data_result res = DATA_OK;
	const uint8_t *p;
	uint32_t k;

	for (*sent = 0; *sent < n && res == DATA_OK;) {
		p = slots + *sent * stride;
		/*
		 * The first block leaves by itself: routers may break up what
		 * the kernel cuts (it says so of all that is longer than the
		 * path takes), and only of one packet that does not fit are
		 * we told.
		 */
		k = first + *sent == 1 ? 1 : segments_of(d, stride, n - *sent);
		len = k * stride - t->terms.blksize +
		      transfer_block_len(t, first + *sent + k - 1);
		if (k == 1 || !segment_start(d, stride)) {
			k = 1;
			data_stats.sends++;
			res = data_send_packet(d, p,
			    TFTP_HEADER + transfer_block_len(t, first + *sent));
		} else if (!segments_send(d, p, len, k, &res)) {
			continue;
		}
		if (res == DATA_OK)
			*sent += k;
	}
	return res;
}

/* How many blocks from `first` on are to be read at once into a slab. */
static uint32_t
ahead_count(const struct transfer *t, uint64_t first)
{
	uint32_t room = (uint32_t)(SLAB_BYTES / slots_stride(t));
	uint32_t n = t->terms.window;

	/* Several windows that are small, so that reads are few. */
	if (n < AHEAD_BLOCKS)
		n *= AHEAD_BLOCKS / n;
	if (n > room)
		n = room;
	if (n > SLOTS_MAX)
		n = SLOTS_MAX;
	return t->last - first < n ? (uint32_t)(t->last - first + 1) : n;
}

/* How many blocks from `first` on are in the slab. */
static uint32_t
held_count(const struct data *d, uint64_t first)
{
	if (d->slab == NULL || first < d->held_first ||
	    first - d->held_first >= d->held_count)
		return 0;
	return d->held_count - (uint32_t)(first - d->held_first);
}

static enum data_result
slab_fill(struct data *d, const struct transfer *t, uint64_t first)
{
	d->held_first = first;
	d->held_count = 0;
	return slots_read(
	    d, t, d->slab->bytes, first, ahead_count(t, first), &d->held_count);
}

/* A transfer that is longer than this window takes a slab if it can. */
static bool
slab_have(
    struct data *d, const struct transfer *t, uint64_t first, uint32_t count)
{
	if (d->slab != NULL) {
		slab_touch(d->slab);
		return true;
	}
	if (count > t->last - first)
		return false;
	d->held_count = 0;
	slab_take(&d->slab);
	if (d->slab == NULL)
		data_stats.no_slab++;
	return d->slab != NULL;
}

/* Whether the file can be mapped, and whether its packets lie ready. */
static void
file_know(struct data *d, const struct transfer *t)
{
	if (d->file_known)
		return;
	d->file_known = true;
	if ((d->map = map_take(d->file, t->terms.size)) == NULL)
		return;
	data_stats.mapped++;
	d->ready = ready_take(d->map, t);
	data_stats.ready += d->ready != NULL;
}

/*
 * Finds blocks from `first` on, at most count, read ahead or read now.
 * Returns where they are; *n is 0 when there is none, and *res tells why.
 */
static const uint8_t *
slots_get(struct data *d, const struct transfer *t, uint64_t first,
    uint32_t count, uint32_t *n, enum data_result *res)
{
	uint32_t room = (uint32_t)(sizeof(scratch) / slots_stride(t));
	const uint8_t *slots = scratch;

	*res = DATA_OK;
	file_know(d, t);
	if (d->ready != NULL) {
		*n = count < SLOTS_MAX ? count : SLOTS_MAX;
		slots = ready_packets(d->ready, t, first, *n);
		if (slots != NULL)
			return slots;
		ready_give(d->ready);
		d->ready = NULL;
		slots = scratch;
	}
	if (slab_have(d, t, first, count)) {
		if (held_count(d, first) == 0)
			*res = slab_fill(d, t, first);
		*n = held_count(d, first);
		slots =
		    d->slab->bytes + (first - d->held_first) * slots_stride(t);
	} else {
		if (room > SLOTS_MAX)
			room = SLOTS_MAX;
		*res = slots_read(
		    d, t, scratch, first, count < room ? count : room, n);
	}
	if (*n > count)
		*n = count;
	return slots;
}

/* A translated block is made anew each time that it is sent. */
static enum data_result
ascii_send(struct data *d, struct transfer *t, uint64_t first, uint32_t count,
    uint64_t *unsent)
{
	enum data_result res = DATA_OK;
	bool end = false;
	size_t len;

	for (; count > 0 && !end; count--, first++) {
		res = slots_translate(d, t, scratch, first, &len);
		if (res != DATA_OK)
			break;
		end = len < slots_stride(t);
		if (end)
			transfer_end_at(
			    t, first, (uint32_t)(len - TFTP_HEADER));
		data_stats.sends++;
		if ((res = data_send_packet(d, scratch, len)) != DATA_OK)
			break;
		*unsent = first + 1;
	}
	return res;
}

enum data_result
data_send_blocks(struct data *d, struct transfer *t, uint64_t first,
    uint32_t count, uint64_t *unsent)
{
	enum data_result res = DATA_OK, sent_res;
	const uint8_t *slots;
	uint32_t n, sent;

	*unsent = first;
	if (d->netascii)
		return ascii_send(d, t, first, count, unsent);
	while (count > 0) {
		slots = slots_get(d, t, first, count, &n, &res);
		if (n == 0)
			return res;
		sent_res = slots_send(d, t, slots, first, n, &sent);
		*unsent = first += sent;
		count -= sent;
		if (sent_res != DATA_OK)
			return sent_res;
	}
	return DATA_OK;
}

/* Many transfers may wait for one disk that stands still. */
uint32_t
data_wait_ms(const struct data *d)
{
	if (d->waits <= 20)
		return DATA_WAIT_MS;
	return d->waits <= 60 ? DATA_WAIT_LONG_MS : DATA_WAIT_LONGEST_MS;
}

void
data_ahead(struct data *d, const struct transfer *t)
{
	uint64_t end = t->acked + t->terms.window; /* of the present window */
	uint64_t left;
	uint32_t held;

	if (d->netascii || t->next > t->last ||
	    (d->slab == NULL && d->ready == NULL))
		return;
	/* The rest of a window of which a part has left, or the next one. */
	left = t->next <= end ? end - t->next + 1 : t->terms.window;
	if (left > t->last - t->next + 1)
		left = t->last - t->next + 1;
	if (d->ready != NULL) {
		ready_soon(d->ready, t, t->next,
		    left < SLOTS_MAX ? (uint32_t)left : SLOTS_MAX);
		return;
	}
	held = held_count(d, t->next);
	/* A window that slides needs one more block each time. */
	if (t->doubt ? held == 0 : held < left)
		(void)slab_fill(d, t, t->next);
}
