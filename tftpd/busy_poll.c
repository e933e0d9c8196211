/* SPDX-License-Identifier: ISC */
/* Adapts busy polling to how often it finds packets. */
#include "tftpd/busy_poll.h"

#include <stdbool.h>

#define GAIN_MAX 64
#define GAIN_MIN (-4)
#define MISS 4 /* a failed poll lowers the gain by this */

static void
packets_received(struct busy_poll *b, uint64_t now_us)
{
	bool polls = b->gain >= 0 || ++b->skipped % BUSY_POLL_TRIAL == 0;

	if (b->since_us != 0 && b->gain < GAIN_MAX)
		b->gain++;
	b->since_us = polls ? now_us : 0;
}

static enum role_turn
nothing_received(struct busy_poll *b, uint64_t now_us)
{
	if (b->since_us == 0)
		return ROLE_SLEEP;
	if (now_us - b->since_us < BUSY_POLL_US)
		return ROLE_YIELD;
	b->since_us = 0;
	if (b->gain > GAIN_MIN)
		b->gain -= MISS;
	return ROLE_SLEEP;
}

enum role_turn
busy_poll_next(struct busy_poll *b, uint64_t packets, uint64_t now_us)
{
	if (packets == b->packets)
		return nothing_received(b, now_us);
	b->packets = packets;
	packets_received(b, now_us);
	/*
	 * More packets may have come meanwhile, so one poll is always worth it.
	 */
	return ROLE_POLL;
}
