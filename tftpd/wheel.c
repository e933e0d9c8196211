/* SPDX-License-Identifier: ISC */
/* The timer wheel. */
#include "tftpd/wheel.h"

#include <string.h>

#define GROUP_BITS 64

_Static_assert(WHEEL_SLOTS / GROUP_BITS == GROUP_BITS, "one word of groups");

void
wheel_init(struct wheel *w, uint64_t now_ms)
{
	memset(w, 0, sizeof(*w)); /* an empty LIST is all zero */
	w->now_ms = now_ms;
}

static void
timer_insert(struct wheel *w, struct wheel_timer *t)
{
	uint32_t slot = (uint32_t)(t->at_ms % WHEEL_SLOTS);

	t->slot_ms = t->at_ms;
	LIST_INSERT_HEAD(&w->slot[slot], t, entry);
	w->used[slot / GROUP_BITS] |= 1ULL << slot % GROUP_BITS;
	w->groups |= 1ULL << slot / GROUP_BITS;
}

static void
timer_remove(struct wheel *w, struct wheel_timer *t)
{
	uint32_t slot = (uint32_t)(t->slot_ms % WHEEL_SLOTS);
	uint32_t group = slot / GROUP_BITS;

	LIST_REMOVE(t, entry);
	if (!LIST_EMPTY(&w->slot[slot]))
		return;
	w->used[group] &= ~(1ULL << slot % GROUP_BITS);
	if (w->used[group] == 0)
		w->groups &= ~(1ULL << group);
}

void
wheel_clear(struct wheel *w, struct wheel_timer *t)
{
	if (!t->armed)
		return;
	timer_remove(w, t);
	t->armed = false;
	w->armed--;
}

void
wheel_set(
    struct wheel *w, struct wheel_timer *t, uint64_t now_ms, uint64_t at_ms)
{
	/* An empty wheel may not have been run for a while. */
	if (w->armed == 0 && now_ms > w->now_ms)
		w->now_ms = now_ms;
	if (at_ms <= w->now_ms)
		at_ms = w->now_ms + 1;
	if (at_ms <= now_ms)
		at_ms = now_ms + 1;
	if (t->armed && at_ms >= t->slot_ms) {
		t->at_ms = at_ms;
		return;
	}
	wheel_clear(w, t);
	t->at_ms = at_ms;
	timer_insert(w, t);
	t->armed = true;
	w->armed++;
}

/* The first slot in use at or after `from`, cyclic; there must be one. */
static uint32_t
slot_next(const struct wheel *w, uint32_t from)
{
	uint32_t group = from / GROUP_BITS;
	uint64_t bits;

	bits = w->used[group] >> from % GROUP_BITS;
	if (bits != 0)
		return from + (uint32_t)__builtin_ctzll(bits);
	/* A later group, else the first one, which may be this group again. */
	bits = group == GROUP_BITS - 1 ? 0 : w->groups >> (group + 1);
	if (bits != 0)
		group += 1 + (uint32_t)__builtin_ctzll(bits);
	else
		group = (uint32_t)__builtin_ctzll(w->groups);
	return group * GROUP_BITS + (uint32_t)__builtin_ctzll(w->used[group]);
}

bool
wheel_next(const struct wheel *w, uint64_t *at_ms)
{
	uint64_t first = w->now_ms + 1;
	uint32_t from = (uint32_t)(first % WHEEL_SLOTS);

	if (w->groups == 0)
		return false;
	*at_ms = first + (slot_next(w, from) - from) % WHEEL_SLOTS;
	return true;
}

/* Moves due timers of a slot to `due`, postponed ones to their new slot. */
static void
slot_collect(
    struct wheel *w, uint32_t slot, uint64_t now_ms, struct wheel_list *due)
{
	struct wheel_timer *t, *next;

	for (t = LIST_FIRST(&w->slot[slot]); t != NULL; t = next) {
		next = LIST_NEXT(t, entry);
		if (t->slot_ms > now_ms)
			continue;
		timer_remove(w, t);
		if (t->at_ms > now_ms)
			timer_insert(w, t);
		else
			LIST_INSERT_HEAD(due, t, entry);
	}
}

/* Checks all slots since the last call. */
static void
wheel_turn(struct wheel *w, uint64_t now_ms, struct wheel_list *due)
{
	uint64_t passed = now_ms - w->now_ms, i = 0;
	uint32_t from, slot;

	if (passed > WHEEL_SLOTS)
		passed = WHEEL_SLOTS;
	while (w->groups != 0) {
		from = (uint32_t)((w->now_ms + 1 + i) % WHEEL_SLOTS);
		slot = slot_next(w, from);
		i += (slot - from) % WHEEL_SLOTS;
		if (i++ >= passed)
			break;
		slot_collect(w, slot, now_ms, due);
	}
	w->now_ms = now_ms;
}

void
wheel_run(struct wheel *w, uint64_t now_ms, wheel_fire_fn *fire, void *arg)
{
	struct wheel_list due = LIST_HEAD_INITIALIZER(due);
	struct wheel_timer *t;

	if (now_ms <= w->now_ms)
		return;
	wheel_turn(w, now_ms, &due);
	/* Timers in `due` count as armed until they fire. */
	while ((t = LIST_FIRST(&due)) != NULL) {
		LIST_REMOVE(t, entry);
		if (t->at_ms > now_ms) {
			/* It was postponed meanwhile. */
			timer_insert(w, t);
			continue;
		}
		t->armed = false;
		w->armed--;
		fire(t, now_ms, arg);
	}
}
