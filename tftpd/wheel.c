/* SPDX-License-Identifier: ISC */
/* The timer wheel. */
#include "tftpd/wheel.h"

void
wheel_init(struct wheel *w, uint64_t now_ms)
{
	unsigned int i;

	w->tick = now_ms / WHEEL_TICK_MS;
	w->armed = 0;
	for (i = 0; i < WHEEL_SLOTS; i++)
		LIST_INIT(&w->slot[i]);
}

void
wheel_clear(struct wheel *w, struct wheel_timer *t)
{
	if (!t->armed)
		return;
	LIST_REMOVE(t, entry);
	t->armed = false;
	w->armed--;
}

void
wheel_set(
    struct wheel *w, struct wheel_timer *t, uint64_t now_ms, uint64_t at_ms)
{
	wheel_clear(w, t);
	/* An empty wheel need not have been turned. */
	if (w->armed == 0 && now_ms / WHEEL_TICK_MS > w->tick)
		w->tick = now_ms / WHEEL_TICK_MS;
	t->tick = (at_ms + WHEEL_TICK_MS - 1) / WHEEL_TICK_MS;
	if (t->tick <= w->tick)
		t->tick = w->tick + 1;
	LIST_INSERT_HEAD(&w->slot[t->tick % WHEEL_SLOTS], t, entry);
	t->armed = true;
	w->armed++;
}

/* Moves the due timers of a slot to another list. */
static void
slot_collect(struct wheel_list *slot, uint64_t now, struct wheel_list *due)
{
	struct wheel_timer *t, *next;

	for (t = LIST_FIRST(slot); t != NULL; t = next) {
		next = LIST_NEXT(t, entry);
		if (t->tick > now)
			continue; /* of a later turn of the wheel */
		LIST_REMOVE(t, entry);
		LIST_INSERT_HEAD(due, t, entry);
	}
}

void
wheel_run(struct wheel *w, uint64_t now_ms, wheel_fire_fn *fire, void *arg)
{
	uint64_t now = now_ms / WHEEL_TICK_MS;
	struct wheel_list due = LIST_HEAD_INITIALIZER(due);
	struct wheel_timer *t;
	uint64_t steps, i;

	if (now <= w->tick)
		return;
	steps = now - w->tick < WHEEL_SLOTS ? now - w->tick : WHEEL_SLOTS;
	for (i = 0; i < steps && w->armed > 0; i++)
		slot_collect(&w->slot[(now - i) % WHEEL_SLOTS], now, &due);
	w->tick = now;
	/* Collected timers count as armed until they fire. */
	while ((t = LIST_FIRST(&due)) != NULL) {
		wheel_clear(w, t);
		fire(t, now_ms, arg);
	}
}
