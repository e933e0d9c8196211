/* SPDX-License-Identifier: ISC */
/* The places for replies and proposals that wait. */
#include "dhcpd/held.h"

#include <stdlib.h>

int
held_init(struct held *h)
{
	uint32_t i;

	TAILQ_INIT(&h->unused);
	TAILQ_INIT(&h->store);
	TAILQ_INIT(&h->neigh);
	h->nstore = 0;
	if ((h->v = calloc(HELD_MAX, sizeof(*h->v))) == NULL)
		return -1;
	for (i = 0; i < HELD_MAX; i++) {
		h->v[i].id = i;
		TAILQ_INSERT_TAIL(&h->unused, &h->v[i], entry);
	}
	return 0;
}

void
held_done(struct held *h)
{
	free(h->v);
	h->v = NULL;
}

static struct hold_queue *
held_queue(struct held *h, uint8_t state)
{
	switch (state) {
	case HOLD_STORE:
		return &h->store;
	case HOLD_NEIGH:
		return &h->neigh;
	default:
		return &h->unused;
	}
}

void
held_move(struct held *h, struct hold *o, enum hold_state state)
{
	TAILQ_REMOVE(held_queue(h, o->state), o, entry);
	if (o->state == HOLD_STORE)
		h->nstore--;
	o->state = (uint8_t)state;
	if (state == HOLD_STORE)
		h->nstore++;
	TAILQ_INSERT_TAIL(held_queue(h, o->state), o, entry);
}

struct hold *
held_get(struct held *h, enum hold_state state)
{
	struct hold *o = TAILQ_FIRST(&h->unused);

	if (o == NULL)
		return NULL;
	/* The place is in the low bits; what is above counts its uses. */
	o->id += HELD_MAX;
	if (o->id < HELD_MAX)
		o->id += HELD_MAX;
	o->binding = NULL;
	o->len = 0;
	o->fresh = false;
	held_move(h, o, state);
	return o;
}

struct hold *
held_find(struct held *h, uint32_t id, enum hold_state state)
{
	struct hold *o = &h->v[id % HELD_MAX];

	return o->id == id && o->state == state ? o : NULL;
}

void
held_put(struct held *h, struct hold *o)
{
	held_move(h, o, HOLD_FREE);
}
