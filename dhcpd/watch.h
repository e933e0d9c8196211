/* SPDX-License-Identifier: ISC */
/* Notices a leased that does not answer.  Pure. */
#ifndef DHCPD_WATCH_H
#define DHCPD_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A commit takes milliseconds on a disk that works.  The parent kills a
 * leased that does not answer the parent either; the second limit is for one
 * that answers the parent alone.
 */
#define WATCH_SLOW_MS 5000
#define WATCH_HUNG_MS 30000

enum watch_event {
	WATCH_NONE,
	WATCH_SLOW, /* the first answer is overdue */
	WATCH_HUNG, /* and will not come */
	WATCH_BACK /* it came */
};

struct watch {
	bool slow; /* SLOW was said, and BACK was not */
	bool hung;
	uint64_t since_ms; /* of the question that was found overdue */
};

/*
 * To be called every second.  since_ms: when the oldest question that has no
 * answer was sent, or for a long answer when its last part came; 0: none
 * waits.
 */
enum watch_event watch_step(struct watch *, uint64_t since_ms, uint64_t now_ms);

/* leased has gone; nothing is said of its answers. */
void watch_reset(struct watch *);

#endif
