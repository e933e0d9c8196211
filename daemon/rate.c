/* SPDX-License-Identifier: ISC */
/* A token bucket. */
#include "daemon/rate.h"

/* Higher rates are no limit; up to this no product overflows. */
#define RATE_MAX (UINT64_MAX / 1000 / 1000 / 1000)

static uint64_t
rate_depth(uint64_t rate)
{
	uint64_t depth = rate / 1000 * RATE_DEPTH_MS;

	return depth > RATE_DEPTH_MIN ? depth : RATE_DEPTH_MIN;
}

static void
rate_fill(struct rate *r, uint64_t rate, uint64_t now_ms)
{
	uint64_t ms = now_ms - r->at_ms, max = (UINT64_MAX - 1000) / rate;
	uint64_t gained;

	r->at_ms = now_ms;
	/*
	 * The bucket is full long before that, and ms * rate cannot overflow.
	 */
	if (ms > max)
		ms = max;
	gained = ms * rate + r->rest;
	r->rest = gained % 1000;
	gained /= 1000;
	r->spent = r->spent > gained ? r->spent - gained : 0;
	if (r->spent == 0)
		r->rest = 0;
}

uint64_t
rate_allows(struct rate *r, uint64_t rate, uint64_t now_ms)
{
	uint64_t depth;

	if (rate == 0 || rate > RATE_MAX)
		return UINT64_MAX;
	rate_fill(r, rate, now_ms);
	depth = rate_depth(rate);
	return r->spent < depth ? depth - r->spent : 0;
}

void
rate_spend(struct rate *r, uint64_t bytes)
{
	r->spent =
	    bytes > UINT64_MAX - r->spent ? UINT64_MAX : r->spent + bytes;
}

uint32_t
rate_wait_ms(const struct rate *r, uint64_t rate, uint64_t want)
{
	uint64_t depth, missing, ms;

	if (rate == 0 || rate > RATE_MAX)
		return 0;
	depth = rate_depth(rate);
	if (want > depth)
		want = depth;
	if (r->spent <= depth - want)
		return 0;
	missing = r->spent - (depth - want);
	if (missing >= RATE_WAIT_MAX_MS * (rate / 1000 + 1))
		return RATE_WAIT_MAX_MS;
	ms = (missing * 1000 - 1) / rate + 1;
	return ms > RATE_WAIT_MAX_MS ? RATE_WAIT_MAX_MS : (uint32_t)ms;
}
