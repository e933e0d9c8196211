/* SPDX-License-Identifier: ISC */
/* Says why a transfer was slow. */
#include "daemon/event.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/plural.h"
#include "daemon/tftp.h"

#define SLOW_BYTES 1048576 /* smaller transfers are never called slow */
#define SLOW_BYTES_PER_MS 25000
#define SLOW_PERCENT 2 /* retransmitted blocks */

static const char *const by[EVENT_LIMIT_MAX] = {
	[EVENT_LIMIT_CLIENT] = "",
	[EVENT_LIMIT_PATH] = ", limited by the path MTU",
	[EVENT_LIMIT_MTU] = ", limited by tftp-mtu",
	[EVENT_LIMIT_NO_BLKSIZE] = ", limited by tftp-no-blocksize",
	[EVENT_LIMIT_RULE] = ", limited by tftp-client",
	[EVENT_LIMIT_NETASCII] = ", required by netascii",
	[EVENT_LIMIT_SINGLE_PORT] = ", limited by tftp-single-port",
};

/* Retransmissions in percent of sent blocks, also for implausible numbers. */
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
		reason(dst, "client requested blocks of at most %u bytes",
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
	/* A rate limit explains everything else. */
	if (e->limited) {
		reason(dst, e->http ? "limited by boot-max-rate"
				    : "limited by tftp-max-rate");
		return dst;
	}
	if (e->http) {
		if (percent >= SLOW_PERCENT)
			reason(dst, "%u %% of segments retransmitted", percent);
		return dst;
	}
	if (percent >= SLOW_PERCENT || e->timeouts > blocks / 100)
		reason(dst,
		    "%u %% of blocks retransmitted, %" PRIu64 " timeout%s",
		    percent, e->timeouts, plural(e->timeouts));
	if (e->blksize <= TFTP_BLKSIZE_DEFAULT)
		reason_blksize(dst, e);
	if (e->windowsize == 1 && blocks > 0)
		reason(dst,
		    "each block waits for its ACK (windowsize 1%s), %.1f ms per block",
		    by[e->windowsize_by], (double)ms / (double)blocks);
	return dst;
}
