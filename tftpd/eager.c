/* SPDX-License-Identifier: ISC */
/* Looking for the next packet at once, where that pays. */
#include "tftpd/eager.h"

#define GAIN_MOST 64
#define GAIN_LEAST (-4)
#define MISS 4 /* what a look in vain takes back */

bool
eager_on(struct eager *l, uint64_t packets, uint64_t now_us)
{
	if (packets != l->packets) {
		if (l->since_us != 0 && l->gain < GAIN_MOST)
			l->gain++;
		l->packets = packets;
		l->since_us = 0;
		if (l->gain < 0 && ++l->passed % EAGER_TRIAL != 0)
			return false;
		l->since_us = now_us;
		return true;
	}
	if (l->since_us == 0)
		return false;
	if (now_us - l->since_us < EAGER_US)
		return true;
	l->since_us = 0;
	if (l->gain > GAIN_LEAST)
		l->gain -= MISS;
	return false;
}
