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
	p->parsed_ms = 0;
}

void
watch_pace_parsed(struct watch_pace *p, uint64_t now_ms)
{
	p->parsed_ms = now_ms;
}

/* How long the reading took, without the time that a role did not run. */
static uint64_t
pace_took_ms(const struct watch_pace *p, uint64_t now_ms)
{
	uint64_t took_ms = now_ms - p->began_ms;
	uint64_t most_ms = (p->parsed_ms - p->began_ms) * 2;

	return p->parsed_ms != 0 && took_ms > most_ms ? most_ms : took_ms;
}

void
watch_pace_end(struct watch_pace *p, uint64_t now_ms)
{
	uint64_t pause_ms = pace_took_ms(p, now_ms) * WATCH_PAUSE_TIMES;

	if (!p->reading)
		return;
	p->reading = false;
	if (pause_ms < WATCH_PAUSE_MS)
		pause_ms = WATCH_PAUSE_MS;
	if (pause_ms > WATCH_PAUSE_MAX_MS)
		pause_ms = WATCH_PAUSE_MAX_MS;
	p->pause_ms = now_ms + pause_ms;
}
