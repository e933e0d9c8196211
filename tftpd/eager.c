/* SPDX-License-Identifier: ISC */
/* Looking for the next packet at once, where that pays. */
#include "tftpd/eager.h"

#define GAIN_MOST 64
#define GAIN_LEAST (-4)
#define MISS 4 /* what a look in vain takes back */

enum role_turn
eager_turn(struct eager *l, uint64_t packets, uint64_t now_us)
{
	if (packets != l->packets) {
		if (l->since_us != 0 && l->gain < GAIN_MOST)
			l->gain++;
		l->packets = packets;
		l->since_us = 0;
		if (l->gain < 0 && ++l->passed % EAGER_TRIAL != 0)
			return ROLE_SLEEP;
		l->since_us = now_us;
		return ROLE_LOOK;
	}
	if (l->since_us == 0)
		return ROLE_SLEEP;
	if (now_us - l->since_us < EAGER_US)
		return ROLE_YIELD;
	l->since_us = 0;
	if (l->gain > GAIN_LEAST)
		l->gain -= MISS;
	return ROLE_SLEEP;
}
