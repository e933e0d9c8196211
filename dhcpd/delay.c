/* SPDX-License-Identifier: ISC */
/* A heap of replies by the time when they are due, and a hash table of them. */
#include "dhcpd/delay.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/hash.h"

static void
delay_free(struct delay_queue *q)
{
	free(q->v);
	free(q->heap);
	free(q->chain);
	memset(q, 0, sizeof(*q));
}

int
delay_init(struct delay_queue *q, uint64_t seed)
{
	memset(q, 0, sizeof(*q));
	q->seed = seed;
	q->v = calloc(DELAY_MAX, sizeof(*q->v));
	q->heap = calloc(DELAY_MAX, sizeof(*q->heap));
	q->chain = calloc(DELAY_MAX, sizeof(*q->chain));
	if (q->v != NULL && q->heap != NULL && q->chain != NULL)
		return 0;
	delay_free(q);
	return -1;
}

static uint32_t *
delay_chain(struct delay_queue *q, const struct delay_key *k)
{
	uint32_t hash = hash_bytes(q->seed ^ k->xid, k->hw, sizeof(k->hw));

	return &q->chain[hash % DELAY_MAX];
}

static bool
delay_key_same(const struct delay_key *a, const struct delay_key *b)
{
	return a->xid == b->xid && a->giaddr == b->giaddr &&
	       a->ifindex == b->ifindex && a->type == b->type &&
	       a->pxe == b->pxe && a->hwtype == b->hwtype &&
	       a->hwlen == b->hwlen && memcmp(a->hw, b->hw, sizeof(a->hw)) == 0;
}

struct delayed *
delay_find(struct delay_queue *q, const struct delay_key *k)
{
	uint32_t i;

	for (i = *delay_chain(q, k); i != 0; i = q->v[i - 1].next)
		if (delay_key_same(&q->v[i - 1].key, k))
			return &q->v[i - 1];
	return NULL;
}

static void
heap_set(struct delay_queue *q, uint32_t at, uint32_t place)
{
	q->heap[at] = place;
	q->v[place].at = at;
}

/* Whether the place a is due before the place b. */
static bool
heap_before(const struct delay_queue *q, uint32_t a, uint32_t b)
{
	const struct delayed *x = &q->v[a], *y = &q->v[b];

	if (x->due_ms != y->due_ms)
		return x->due_ms < y->due_ms;
	return x->order < y->order;
}

/* Moves a place up from an index of the heap that is free. */
static void
heap_up(struct delay_queue *q, uint32_t at, uint32_t place)
{
	while (at > 0 && heap_before(q, place, q->heap[(at - 1) / 2])) {
		heap_set(q, at, q->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_set(q, at, place);
}

/* Moves a place down from an index of the heap that is free. */
static void
heap_down(struct delay_queue *q, uint32_t at, uint32_t place)
{
	uint32_t child;

	while ((child = 2 * at + 1) < q->n) {
		if (child + 1 < q->n &&
		    heap_before(q, q->heap[child + 1], q->heap[child]))
			child++;
		if (!heap_before(q, q->heap[child], place))
			break;
		heap_set(q, at, q->heap[child]);
		at = child;
	}
	heap_set(q, at, place);
}

struct delayed *
delay_add(struct delay_queue *q, const struct delay_key *k, uint64_t due_ms)
{
	uint32_t *chain = delay_chain(q, k);
	uint32_t place = q->unused;
	struct delayed *d;

	if (place != 0)
		q->unused = q->v[--place].next;
	else if (q->nused < DELAY_MAX)
		place = q->nused++;
	else
		return NULL;
	d = &q->v[place];
	d->key = *k;
	d->due_ms = due_ms;
	d->order = q->order++;
	d->len = 0;
	d->next = *chain;
	*chain = place + 1;
	heap_up(q, q->n++, place);
	return d;
}

struct delayed *
delay_take(struct delay_queue *q, uint64_t now_ms)
{
	struct delayed *d;
	uint32_t *link;

	if (q->n == 0)
		return NULL;
	d = &q->v[q->heap[0]];
	if (d->due_ms > now_ms)
		return NULL;
	link = delay_chain(q, &d->key);
	while (&q->v[*link - 1] != d)
		link = &q->v[*link - 1].next;
	*link = d->next;
	d->next = q->unused;
	q->unused = (uint32_t)(d - q->v) + 1;
	if (--q->n > 0)
		heap_down(q, 0, q->heap[q->n]);
	return d;
}

uint64_t
delay_next_ms(const struct delay_queue *q)
{
	return q->n == 0 ? 0 : q->v[q->heap[0]].due_ms;
}
