/* SPDX-License-Identifier: ISC */
/* Encoding of events, and what can be concluded from one. */
#include "daemon/event.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/tftp.h"

#define SLOW_BYTES 1048576 /* less is over before it could be slow */
#define SLOW_BYTES_PER_MS 25000
#define SLOW_PERCENT 2 /* of blocks sent again */

static const char *const by[EVENT_LIMIT_MAX] = {
	[EVENT_LIMIT_CLIENT] = "",
	[EVENT_LIMIT_PATH] = ", the path carries no larger ones",
	[EVENT_LIMIT_MTU] = ", by tftp-mtu",
	[EVENT_LIMIT_NO_BLKSIZE] = ", by tftp-no-blocksize",
	[EVENT_LIMIT_RULE] = ", by tftp-client",
	[EVENT_LIMIT_NETASCII] = ", as netascii needs it",
	[EVENT_LIMIT_SINGLE_PORT] = ", by tftp-single-port",
};

void
event_transfer_encode(const struct event_transfer *e, struct writer *w)
{
	endpoint_encode(&e->client, w);
	endpoint_encode(&e->local, w);
	writer_u8(w, e->hwtype);
	writer_blob(w, e->hw, e->hwlen);
	writer_str(w, e->host);
	writer_blob(w, e->name, e->namelen);
	writer_u8(w, e->way);
	writer_u64(w, e->bytes);
	writer_u64(w, e->size);
	writer_u64(w, e->duration_ms);
	writer_u16(w, e->blksize);
	writer_u16(w, e->windowsize);
	writer_u8(w, e->blksize_by);
	writer_u8(w, e->windowsize_by);
	writer_u32(w, e->timeout_ms);
	writer_u64(w, e->sent);
	writer_u64(w, e->resent);
	writer_u64(w, e->probes);
	writer_bool(w, e->netascii);
	writer_bool(w, e->limited);
	writer_u8(w, e->end);
	writer_u16(w, e->code);
}

void
event_transfer_decode(struct reader *r, struct event_transfer *e)
{
	memset(e, 0, sizeof(*e));
	endpoint_decode(r, &e->client);
	endpoint_decode(r, &e->local);
	e->hwtype = reader_u8(r);
	e->hwlen = (uint8_t)reader_blob(r, e->hw, sizeof(e->hw));
	(void)reader_str(r, e->host, sizeof(e->host));
	e->namelen = (uint16_t)reader_blob(r, e->name, sizeof(e->name));
	e->way = reader_u8(r);
	e->bytes = reader_u64(r);
	e->size = reader_u64(r);
	e->duration_ms = reader_u64(r);
	e->blksize = reader_u16(r);
	e->windowsize = reader_u16(r);
	e->blksize_by = reader_u8(r);
	e->windowsize_by = reader_u8(r);
	e->timeout_ms = reader_u32(r);
	e->sent = reader_u64(r);
	e->resent = reader_u64(r);
	e->probes = reader_u64(r);
	e->netascii = reader_bool(r);
	e->limited = reader_bool(r);
	e->end = reader_u8(r);
	e->code = reader_u16(r);
	if ((e->way & ~(FILE_WAY_OWN | FILE_WAY_SIBLING)) != 0 ||
	    e->blksize_by >= EVENT_LIMIT_MAX ||
	    e->windowsize_by >= EVENT_LIMIT_MAX)
		reader_fail(r);
}

/* Of the blocks that were sent; whatever the sender of the event says. */
static unsigned int
resent_percent(const struct event_transfer *e)
{
	if (e->sent == 0)
		return 0;
	if (e->resent >= e->sent)
		return 100;
	return (unsigned int)(100.0 * (double)e->resent / (double)e->sent);
}

/* Appends a reason, after a comma if there is one before it. */
static void reason(char dst[EVENT_SLOW_MAX], const char *, ...)
    __attribute__((format(printf, 2, 3)));

static void
reason(char dst[EVENT_SLOW_MAX], const char *fmt, ...)
{
	size_t n = strlen(dst);
	va_list ap;

	if (n > 0)
		n += (size_t)snprintf(dst + n, EVENT_SLOW_MAX - n, ", ");
	if (n >= EVENT_SLOW_MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(dst + n, EVENT_SLOW_MAX - n, fmt, ap);
	va_end(ap);
}

static void
reason_blksize(char dst[EVENT_SLOW_MAX], const struct event_transfer *e)
{
	if (e->blksize_by == EVENT_LIMIT_CLIENT)
		reason(dst, "client asked for no blocks above %u bytes",
		    e->blksize);
	else
		reason(dst, "%u-byte blocks%s", e->blksize, by[e->blksize_by]);
}

const char *
event_transfer_slow(const struct event_transfer *e, char dst[EVENT_SLOW_MAX])
{
	uint64_t ms = e->duration_ms > 0 ? e->duration_ms : 1;
	uint64_t blocks = e->bytes / (e->blksize > 0 ? e->blksize : 1);
	unsigned int percent = resent_percent(e);

	dst[0] = '\0';
	if (e->bytes < SLOW_BYTES || e->bytes / ms >= SLOW_BYTES_PER_MS)
		return dst;
	/* Who is held back is not to blame for the rest. */
	if (e->limited) {
		reason(dst, "held back by tftp-max-rate");
		return dst;
	}
	if (percent >= SLOW_PERCENT || e->probes > blocks / 100)
		reason(dst,
		    "%u %% of the blocks sent again, %" PRIu64
		    " pauses for an answer that did not come",
		    percent, e->probes);
	if (e->blksize <= TFTP_BLKSIZE_DEFAULT)
		reason_blksize(dst, e);
	if (e->windowsize == 1 && blocks > 0)
		reason(dst,
		    "each block waits for its ACK (windowsize 1%s), %.1f ms "
		    "each",
		    by[e->windowsize_by], (double)ms / (double)blocks);
	return dst;
}
