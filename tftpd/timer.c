/* SPDX-License-Identifier: ISC */
/* Timers in a pairing heap (Fredman et al., Algorithmica 1, 1986). */
#include "tftpd/timer.h"

#include <stddef.h>

/* Joins two heaps, either of which may be NULL; returns the earlier one. */
static struct timer *
heap_join(struct timer *a, struct timer *b)
{
	struct timer *later;

	if (a == NULL || b == NULL)
		return a != NULL ? a : b;
	if (b->heap_ms < a->heap_ms) {
		later = a;
		a = b;
	} else {
		later = b;
	}
	later->before = a;
	later->next = a->child;
	if (later->next != NULL)
		later->next->before = later;
	a->child = later;
	return a;
}

/* Joins siblings, in pairs and then all pairs, which keeps heaps shallow. */
static struct timer *
heap_join_all(struct timer *t)
{
	struct timer *pairs = NULL, *all = NULL, *pair, *rest;

	for (; t != NULL; t = rest) {
		pair = t->next;
		rest = pair != NULL ? pair->next : NULL;
		pair = heap_join(t, pair);
		pair->next = pairs;
		pairs = pair;
	}
	for (; pairs != NULL; pairs = rest) {
		rest = pairs->next;
		all = heap_join(all, pairs);
	}
	if (all != NULL)
		all->next = NULL;
	return all;
}

static void
heap_insert(struct timer_heap *h, struct timer *t, uint64_t at_ms)
{
	t->child = t->next = t->before = NULL;
	t->at_ms = t->heap_ms = at_ms;
	h->first = heap_join(h->first, t);
}

static void
heap_remove(struct timer_heap *h, struct timer *t)
{
	struct timer *children = heap_join_all(t->child);

	if (t == h->first) {
		h->first = children;
		return;
	}
	if (t->before->child == t)
		t->before->child = t->next;
	else
		t->before->next = t->next;
	if (t->next != NULL)
		t->next->before = t->before;
	h->first = heap_join(h->first, children);
}

void
timer_clear(struct timer_heap *h, struct timer *t)
{
	if (!t->armed)
		return;
	heap_remove(h, t);
	t->armed = false;
}

void
timer_set(
    struct timer_heap *h, struct timer *t, uint64_t now_ms, uint64_t at_ms)
{
	if (at_ms <= now_ms)
		at_ms = now_ms + 1;
	if (t->armed && at_ms >= t->heap_ms) {
		t->at_ms = at_ms;
		return;
	}
	timer_clear(h, t);
	heap_insert(h, t, at_ms);
	t->armed = true;
}

uint64_t
timer_next(const struct timer_heap *h)
{
	return h->first != NULL ? h->first->heap_ms : 0;
}

void
timer_run(struct timer_heap *h, uint64_t now_ms, timer_fire_fn *fire, void *arg)
{
	struct timer *t;

	while ((t = h->first) != NULL && t->heap_ms <= now_ms) {
		heap_remove(h, t);
		if (t->at_ms > now_ms) {
			heap_insert(h, t, t->at_ms);
			continue;
		}
		t->armed = false;
		fire(t, now_ms, arg);
	}
}
