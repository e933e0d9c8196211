/* SPDX-License-Identifier: ISC */
/* Who is looked at, instead of being watched. */
#include "tftpd/sweep.h"

#include "tftpd/table.h"

bool
sweep_answered(struct sweep *w, struct session *s, bool awake, uint32_t running)
{
	if (!awake) {
		s->swept.quick = 0;
		return false;
	}
	if (running > SWEEP_MAX || w->n == SWEEP_MAX ||
	    ++s->swept.quick < SWEEP_QUICK)
		return false;
	w->at[w->n++] = s;
	s->swept = (struct swept){ .place = (uint8_t)w->n, .turn = w->turns };
	return true;
}

bool
sweep_looked(struct sweep *w, struct session *s, bool found)
{
	if (found)
		s->swept.turn = w->turns;
	else if (w->turns - s->swept.turn >= SWEEP_MISSES)
		sweep_remove(w, s);
	return s->swept.place != 0;
}

void
sweep_turn(struct sweep *w)
{
	w->turns++;
}

void
sweep_remove(struct sweep *w, struct session *s)
{
	struct session *last;

	if (s->swept.place == 0)
		return;
	last = w->at[--w->n];
	w->at[s->swept.place - 1] = last;
	last->swept.place = s->swept.place;
	s->swept = (struct swept){ 0 };
}
