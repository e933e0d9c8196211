/* SPDX-License-Identifier: ISC */
/* The pace of readings that changed folders cause. */
#include "priv/watch_pace.h"

void
watch_pace_change(struct watch_pace *p, uint64_t now_ms)
{
	if (!p->changed)
		p->first_ms = now_ms;
	p->changed = true;
}

uint64_t
watch_pace_due_ms(const struct watch_pace *p)
{
	uint64_t due_ms = p->first_ms + WATCH_DELAY_MS;

	if (!p->changed || p->reading)
		return 0;
	return due_ms < p->pause_ms ? p->pause_ms : due_ms;
}

void
watch_pace_begin(struct watch_pace *p, uint64_t now_ms)
{
	p->changed = false;
	p->reading = true;
	p->began_ms = now_ms;
}

void
watch_pace_end(struct watch_pace *p, uint64_t now_ms)
{
	uint64_t pause_ms = (now_ms - p->began_ms) * WATCH_PAUSE_TIMES;

	if (!p->reading)
		return;
	p->reading = false;
	if (pause_ms < WATCH_PAUSE_MS)
		pause_ms = WATCH_PAUSE_MS;
	if (pause_ms > WATCH_PAUSE_MAX_MS)
		pause_ms = WATCH_PAUSE_MAX_MS;
	p->pause_ms = now_ms + pause_ms;
}
