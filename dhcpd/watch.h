/* SPDX-License-Identifier: ISC */
/* Deadlines for the answers of leased.  Pure. */
#ifndef DHCPD_WATCH_H
#define DHCPD_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A commit takes milliseconds on a disk that works.  The parent kills a
 * leased that hangs; the second limit is for one that still answers the
 * parent but not dhcpd.
 */
#define WATCH_SLOW_MS 5000
#define WATCH_HUNG_MS 30000

enum watch_event {
	WATCH_NONE,
	WATCH_SLOW, /* the first answer is overdue */
	WATCH_HUNG, /* leased must be replaced */
	WATCH_BACK /* leased answers again */
};

struct watch {
	bool slow; /* the last event was SLOW or HUNG */
	bool hung;
	uint64_t since_ms; /* when the overdue question was sent */
};

/*
 * Called every second.  since_ms: when the oldest unanswered question was
 * sent, or when the last part of a long answer came; 0: none is open.
 */
enum watch_event watch_step(struct watch *, uint64_t since_ms, uint64_t now_ms);

/* leased has ended: its answers are no longer expected. */
void watch_reset(struct watch *);

#endif
