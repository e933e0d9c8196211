/* SPDX-License-Identifier: ISC */
/*
 * A limit on bytes a second: a bucket that fills at the rate and holds what
 * may leave at once.  Pure; the caller brings the time, in milliseconds of a
 * clock that never goes back.  A rate of 0 is no limit.
 */
#ifndef TFTPD_RATE_H
#define TFTPD_RATE_H

#include <stdint.h>

#define RATE_DEPTH_MIN 131072 /* bytes: one window may leave at once */
#define RATE_DEPTH_MS 50 /* or what the rate gives in this time, if more */
#define RATE_WAIT_MAX_MS 1000

/* Zeroed before its first use: full. */
struct rate {
	uint64_t spent; /* bytes missing from a full bucket */
	uint64_t rest; /* of the last filling, in bytes * 1000 */
	uint64_t at_ms;
};

/* How many bytes may leave now; UINT64_MAX without a limit. */
uint64_t rate_allows(struct rate *, uint64_t bytes_per_s, uint64_t now_ms);

/* These left.  More than was allowed is a debt that is paid first. */
void rate_spend(struct rate *, uint64_t bytes);

/*
 * After rate_allows(): the time until `want` bytes may leave, at least 1 ms
 * and at most RATE_WAIT_MAX_MS; 0 if they may now.
 */
uint32_t rate_wait_ms(const struct rate *, uint64_t bytes_per_s, uint64_t want);

#endif
