/* SPDX-License-Identifier: ISC */
/*
 * Limits bytes per second by a token bucket, which is filled at the rate and
 * holds a burst.  Pure: the caller passes the time, in milliseconds of a
 * monotonic clock.  A rate of 0 is no limit.
 */
#ifndef DAEMON_RATE_H
#define DAEMON_RATE_H

#include <stdint.h>

#define RATE_DEPTH_MIN 131072 /* bytes: a burst of one window */
#define RATE_DEPTH_MS 50 /* or the bytes of this time, if they are more */
#define RATE_WAIT_MAX_MS 1000

/* Zeroed before its first use: the bucket is full. */
struct rate {
	uint64_t spent; /* bytes missing from a full bucket */
	uint64_t rest; /* remainder of the last fill, in bytes * 1000 */
	uint64_t at_ms;
};

/* How many bytes may be sent now; UINT64_MAX if there is no limit. */
uint64_t rate_allows(struct rate *, uint64_t bytes_per_s, uint64_t now_ms);

/* Takes sent bytes from the bucket; its level may become negative. */
void rate_spend(struct rate *, uint64_t bytes);

/*
 * After rate_allows(): the time until `want` bytes may be sent, at least 1 ms
 * and at most RATE_WAIT_MAX_MS; 0 if they may be sent now.
 */
uint32_t rate_wait_ms(const struct rate *, uint64_t bytes_per_s, uint64_t want);

#endif
