/* SPDX-License-Identifier: ISC */
/* The end of a transfer, and why it was slow. */
#ifndef DAEMON_EVENT_H
#define DAEMON_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#define EVENT_SLOW_MAX 256 /* for all reasons at once */

/* What limited the block size, or the window. */
enum event_limit {
	EVENT_LIMIT_CLIENT, /* the client requested no more */
	EVENT_LIMIT_PATH, /* the MTU of the path */
	EVENT_LIMIT_MTU, /* tftp-mtu */
	EVENT_LIMIT_NO_BLKSIZE, /* tftp-no-blocksize */
	EVENT_LIMIT_RULE, /* tftp-client */
	EVENT_LIMIT_NETASCII,
	EVENT_LIMIT_SINGLE_PORT, /* tftp-single-port */
	EVENT_LIMIT_MAX
};

/* A transfer by TFTP or HTTP has ended. */
struct event_transfer {
	bool http; /* blocks, windows and timeouts mean nothing then */
	uint64_t bytes; /* that the client has acknowledged */
	uint64_t duration_ms; /* from the request */
	uint16_t blksize;
	uint16_t windowsize;
	uint8_t blksize_by; /* enum event_limit */
	uint8_t windowsize_by;
	uint64_t sent; /* blocks or segments, retransmissions included */
	uint64_t resent; /* retransmissions among them */
	uint64_t timeouts; /* how often no answer came in time */
	bool netascii;
	bool limited; /* tftp-max-rate or boot-max-rate has delayed it */
};

/*
 * Why a transfer of at least 1 MiB was slower than 25 MB/s, for the log:
 * losses, options that the client requested, and limits.  "" if it was not slow
 * or the reason is unknown.  Returns dst.
 */
const char *
event_transfer_slow(const struct event_transfer *, char dst[EVENT_SLOW_MAX]);

#endif
