/* SPDX-License-Identifier: ISC */
/* One transfer as RFC 1350, 2347 and 7440 have it, byte by byte compared. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/load.h"

#define OP_DATA 3
#define OP_ACK 4
#define OP_ERROR 5
#define OP_OACK 6
#define FAILURES_SHOWN 5
#define TAKEN_MAX 1024

/*
 * Blocks that are still to be compared.  That is done when the window has been
 * acknowledged, so that the server need not wait for it; where others run
 * beside this transfer, also when nothing more of it is here.
 */
static struct {
	const uint8_t *p;
	uint64_t offset; /* of the same bytes in the file */
	size_t n;
} taken[TAKEN_MAX];
static size_t ntaken;
static uint8_t space[LOAD_SPACE];
static size_t used; /* of that */

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void
request_send(struct fetch *f)
{
	uint8_t buf[512];
	size_t n = request_build(buf, sizeof(buf), f->file->name);

	(void)sendto(f->sock, buf, n, 0,
	    (const struct sockaddr *)&load_options.server,
	    sizeof(load_options.server));
}

static void
ack_send(struct fetch *f)
{
	uint16_t block = (uint16_t)(f->next - 1);
	uint8_t buf[4] = { 0, OP_ACK, (uint8_t)(block >> 8), (uint8_t)block };

	f->acked = f->next - 1;
	(void)send(f->sock, buf, sizeof(buf), 0);
}

/* False, for the caller to return. */
static bool
fetch_end(struct fetch *f, const char *why)
{
	if (why == NULL)
		load_result.took_ns[load_result.done++] =
		    load_now_ns() - f->start_ns;
	else if (load_result.failed++ < FAILURES_SHOWN)
		fprintf(stderr, "tftp_load: %s: %s at block %llu of %llu\n",
		    f->file->name, why, (unsigned long long)f->next,
		    (unsigned long long)f->blocks);
	(void)close(f->sock);
	f->state = FETCH_IDLE;
	ntaken = used = 0;
	return false;
}

bool
fetch_begin(struct fetch *f, const struct load_file *file, uint32_t source)
{
	memset(f, 0, sizeof(*f));
	if ((f->sock = receive_socket(source)) == -1)
		return false;
	f->state = FETCH_ASKED;
	f->file = file;
	f->blksize = 512; /* unless an OACK says otherwise */
	f->windowsize = 1;
	f->next = 1;
	f->start_ns = f->heard_ns = load_now_ns();
	f->blocks = file->size / f->blksize + 1;
	request_send(f);
	return true;
}

/*
 * Drops what lies behind a gap and tells the server where to go on from
 * (RFC 7440, section 4): once for each time that it sends the window, which
 * shows in a block number that is not higher than the last one.
 */
static void
gap_take(struct fetch *f, uint16_t distance)
{
	if (f->gap == 0 || distance <= f->gap) {
		load_result.gaps++;
		ack_send(f);
	}
	f->gap = distance;
}

/*
 * A block that was here already.  The last one acknowledged comes again when
 * that ACK is lost; to answer any other one too would double all that follows.
 */
static void
duplicate_take(struct fetch *f, uint16_t block)
{
	load_result.duplicates++;
	f->gap = 0;
	if (block == (uint16_t)f->acked && f->ack_at_ns == 0)
		ack_send(f);
}

static void
window_end(struct fetch *f)
{
	if (load_options.hold_ms == 0)
		ack_send(f);
	else if (f->ack_at_ns == 0)
		f->ack_at_ns = f->heard_ns + load_options.hold_ms * 1000000ULL;
}

/* Whether all that was taken is what the file has there. */
static bool
taken_compare(struct fetch *f)
{
	size_t i;

	for (i = 0; i < ntaken; i++) {
		if (memcmp(taken[i].p, f->file->bytes + taken[i].offset,
			taken[i].n) != 0)
			return fetch_end(f, "wrong bytes");
		load_result.bytes += taken[i].n;
	}
	ntaken = used = 0;
	return f->next <= f->blocks || fetch_end(f, NULL);
}

/* One DATA packet; false when the transfer is over. */
static bool
data_take(struct fetch *f, const uint8_t *p, size_t n)
{
	uint64_t offset = (f->next - 1) * f->blksize, want;
	uint16_t block = get16(p + 2);
	uint16_t distance = (uint16_t)(block - (uint16_t)f->next);

	if (distance != 0) {
		if (distance < 32768)
			gap_take(f, distance);
		else
			duplicate_take(f, block);
		return true;
	}
	want = f->next < f->blocks ? f->blksize : f->file->size - offset;
	if (n - 4 != want)
		return fetch_end(f, "a block of a wrong length");
	taken[ntaken].p = p + 4;
	taken[ntaken].offset = f->file->size > 0 ? offset % f->file->period : 0;
	taken[ntaken++].n = want;
	f->gap = 0;
	f->tries = 0;
	f->next++;
	if (f->next > f->blocks)
		ack_send(f);
	else if (f->next - 1 - f->acked >= f->windowsize)
		window_end(f);
	return true;
}

static bool
oack_take(struct fetch *f, const uint8_t *p, size_t n)
{
	const char *wrong;

	if (f->next > 1)
		return true; /* late */
	if ((wrong = request_granted(f, p, n)) != NULL)
		return fetch_end(f, wrong);
	ack_send(f);
	return true;
}

/* One packet of any kind; false when the transfer is over. */
static bool
packet_take(struct fetch *f, const uint8_t *p, size_t n)
{
	char text[128];

	if (n < 4)
		return fetch_end(f, "a packet that is too short");
	f->state = FETCH_RUNS;
	/* What follows the last block is of no use. */
	if (f->next > f->blocks)
		return true;
	switch (get16(p)) {
	case OP_OACK:
		return oack_take(f, p, n);
	case OP_DATA:
		return data_take(f, p, n);
	case OP_ERROR:
		(void)snprintf(text, sizeof(text), "error %u, %.*s",
		    get16(p + 2), (int)(n - 4), (const char *)p + 4);
		return fetch_end(f, text);
	default:
		return fetch_end(f, "a packet that no server sends");
	}
}

/* Takes what one receive brings; false when the transfer is over. */
static bool
packets_take(struct fetch *f, uint8_t *p, size_t n, size_t segment)
{
	size_t take;

	for (; n > 0; n -= take, p += take) {
		take = segment != 0 && segment < n ? segment : n;
		if (!packet_take(f, p, take))
			return false;
	}
	return true;
}

bool
fetch_readable(struct fetch *f)
{
	size_t segment;
	uint64_t acked;
	uint8_t *p;
	ssize_t n;

	/* What else of a window is here is read without asking epoll again. */
	do {
		acked = f->acked;
		if ((used + LOAD_RECEIVE > LOAD_SPACE ||
			ntaken + LOAD_PACKETS > TAKEN_MAX) &&
		    !taken_compare(f))
			return false;
		p = space + used;
		if ((n = receive_packets(f, p, &segment)) == -1) {
			if (errno == EAGAIN || errno == EINTR)
				return load_options.parallel == 1 ||
				       taken_compare(f);
			return fetch_end(f, strerror(errno));
		}
		f->heard_ns = load_now_ns();
		used += (size_t)n;
		if (!packets_take(f, p, (size_t)n, segment))
			return false;
	} while (f->windowsize > 1 && f->acked == acked && f->ack_at_ns == 0);
	return taken_compare(f);
}

bool
fetch_tick(struct fetch *f, uint64_t now_ns)
{
	if (f->ack_at_ns != 0) {
		if (now_ns >= f->ack_at_ns) {
			f->ack_at_ns = 0;
			f->heard_ns = now_ns;
			ack_send(f);
		}
		return true;
	}
	if (now_ns - f->heard_ns < LOAD_TIMEOUT_MS * 1000000ULL)
		return true;
	load_result.timeouts++;
	if (++f->tries == LOAD_TRIES)
		return fetch_end(f, "nothing comes");
	f->heard_ns = now_ns;
	if (f->state == FETCH_ASKED)
		request_send(f);
	else
		ack_send(f);
	return true;
}
