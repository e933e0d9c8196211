/* SPDX-License-Identifier: ISC */
/* The pace of readings that changed folders cause. */
#include "priv/watch_pace.h"

void
watch_pace_change(struct watch_pace *p, bool complete, uint64_t now_ms)
{
	if (!p->changed)
		p->first_ms = now_ms;
	p->changed = true;
	p->quiet_ms = now_ms + (complete ? WATCH_QUIET_MS : WATCH_OPEN_MS);
}

uint64_t
watch_pace_due_ms(const struct watch_pace *p)
{
	uint64_t due_ms = p->first_ms + WATCH_LATEST_MS;

	if (!p->changed || p->asked || p->reading)
		return 0;
	if (p->quiet_ms < due_ms)
		due_ms = p->quiet_ms;
	return due_ms < p->pause_ms ? p->pause_ms : due_ms;
}

void
watch_pace_ask(struct watch_pace *p)
{
	p->asked = true;
}

void
watch_pace_begin(struct watch_pace *p, uint64_t now_ms)
{
	p->changed = p->asked = false;
	p->reading = true;
	p->began_ms = now_ms;
}

void
watch_pace_end(struct watch_pace *p, uint64_t now_ms)
{
	uint64_t pause_ms = (now_ms - p->began_ms) * WATCH_PAUSE_TIMES;

	/* A reading that does not begin would not begin the next time. */
	if (p->asked)
		p->changed = p->asked = false;
	if (!p->reading)
		return;
	p->reading = false;
	if (pause_ms < WATCH_PAUSE_MS)
		pause_ms = WATCH_PAUSE_MS;
	if (pause_ms > WATCH_PAUSE_MAX_MS)
		pause_ms = WATCH_PAUSE_MAX_MS;
	p->pause_ms = now_ms + pause_ms;
}
