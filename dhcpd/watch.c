/* SPDX-License-Identifier: ISC */
/* Deadlines for the answers of leased. */
#include "dhcpd/watch.h"

#include <string.h>

enum watch_event
watch_step(struct watch *w, uint64_t since_ms, uint64_t now_ms)
{
	uint64_t late_ms =
	    since_ms == 0 || since_ms > now_ms ? 0 : now_ms - since_ms;

	if (late_ms < WATCH_SLOW_MS) {
		if (!w->slow)
			return WATCH_NONE;
		w->slow = w->hung = false;
		return WATCH_BACK;
	}
	if (!w->slow) {
		w->slow = true;
		w->since_ms = since_ms;
		return WATCH_SLOW;
	}
	if (late_ms >= WATCH_HUNG_MS && !w->hung) {
		w->hung = true;
		return WATCH_HUNG;
	}
	return WATCH_NONE;
}

void
watch_reset(struct watch *w)
{
	memset(w, 0, sizeof(*w));
}
