/* SPDX-License-Identifier: ISC */
/* Looking for the next packet at once, where that pays. */
#include "tftpd/eager.h"

#define GAIN_MOST 64
#define GAIN_LEAST (-4)
#define MISS 4 /* what a look in vain takes back */

static enum role_turn
packets_came(struct eager *l, bool keen, uint64_t now_us)
{
	bool looks = keen || l->gain >= 0 || ++l->passed % EAGER_TRIAL == 0;

	if (l->since_us != 0 && l->gain < GAIN_MOST)
		l->gain++;
	l->since_us = looks ? now_us : 0;
	/* More may have come meanwhile, so one look is always worth it. */
	return ROLE_LOOK;
}

static enum role_turn
nothing_came(struct eager *l, uint64_t now_us)
{
	if (l->since_us == 0)
		return ROLE_SLEEP;
	if (now_us - l->since_us < EAGER_US)
		return ROLE_YIELD;
	l->since_us = 0;
	if (l->gain > GAIN_LEAST)
		l->gain -= MISS;
	return ROLE_SLEEP;
}

enum role_turn
eager_turn(struct eager *l, uint64_t packets, bool keen, uint64_t now_us)
{
	uint64_t came = packets - l->packets;
	enum role_turn turn;

	l->packets = packets;
	turn =
	    came > 0 ? packets_came(l, keen, now_us) : nothing_came(l, now_us);
	l->awake = turn == ROLE_SLEEP ? 0 : l->awake + came;
	return turn;
}

bool
eager_awake(const struct eager *l)
{
	return l->awake >= EAGER_AWAKE;
}
