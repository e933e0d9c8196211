/* SPDX-License-Identifier: ISC */
/* Encoding of events, and what can be concluded from one. */
#include "daemon/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SLOW_BYTES 1048576 /* less is over before it could be slow */
#define SLOW_BYTES_PER_MS 25000
#define SLOW_PERCENT 2 /* of blocks sent again */

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
	e->timeout_ms = reader_u32(r);
	e->sent = reader_u64(r);
	e->resent = reader_u64(r);
	e->probes = reader_u64(r);
	e->netascii = reader_bool(r);
	e->limited = reader_bool(r);
	e->end = reader_u8(r);
	e->code = reader_u16(r);
	if ((e->way & ~(FILE_WAY_OWN | FILE_WAY_SIBLING)) != 0)
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
static void
reason(char dst[EVENT_SLOW_MAX], const char *text)
{
	size_t n = strlen(dst);

	(void)snprintf(
	    dst + n, EVENT_SLOW_MAX - n, "%s%s", n > 0 ? ", " : "", text);
}

const char *
event_transfer_slow(const struct event_transfer *e, char dst[EVENT_SLOW_MAX])
{
	uint64_t ms = e->duration_ms > 0 ? e->duration_ms : 1;
	uint64_t blocks = e->bytes / (e->blksize > 0 ? e->blksize : 1);
	unsigned int percent = resent_percent(e);
	char text[128];

	dst[0] = '\0';
	if (e->bytes < SLOW_BYTES || e->bytes / ms >= SLOW_BYTES_PER_MS)
		return dst;
	/* Who is held back is not to blame for the rest. */
	if (e->limited) {
		reason(dst, "held back by tftp-max-rate");
		return dst;
	}
	if (percent >= SLOW_PERCENT || e->probes > blocks / 100) {
		(void)snprintf(text, sizeof(text),
		    "%u %% of the blocks sent again, %" PRIu64
		    " pauses for an answer that did not come",
		    percent, e->probes);
		reason(dst, text);
	}
	if (e->blksize <= 512) {
		(void)snprintf(text, sizeof(text),
		    "client asked for %u-byte blocks", e->blksize);
		reason(dst, text);
	}
	if (e->windowsize == 1 && blocks > 0) {
		(void)snprintf(text, sizeof(text),
		    "client waits for each block (no windowsize), %.1f ms each",
		    (double)ms / (double)blocks);
		reason(dst, text);
	}
	return dst;
}
