/* SPDX-License-Identifier: ISC */
/* The places for replies and proposals that wait for an outcome. */
#include "dhcpd/pending.h"

#include <stdlib.h>

int
pending_init(struct pending_table *t)
{
	TAILQ_INIT(&t->unused);
	TAILQ_INIT(&t->store);
	TAILQ_INIT(&t->neigh);
	t->nused = t->nstore = 0;
	t->v = calloc(PENDING_MAX, sizeof(*t->v));
	return t->v == NULL ? -1 : 0;
}

void
pending_free(struct pending_table *t)
{
	free(t->v);
	t->v = NULL;
}

/* Enters a place that is in no queue into the queue of a state. */
static void
pending_enter(
    struct pending_table *t, struct pending *p, enum pending_state state)
{
	p->state = (uint8_t)state;
	switch (state) {
	case PENDING_STORE:
		t->nstore++;
		TAILQ_INSERT_TAIL(&t->store, p, entry);
		break;
	case PENDING_NEIGH:
		TAILQ_INSERT_TAIL(&t->neigh, p, entry);
		break;
	case PENDING_FREE:
		TAILQ_INSERT_HEAD(&t->unused, p, entry);
		break;
	}
}

static void
pending_leave(struct pending_table *t, struct pending *p)
{
	switch (p->state) {
	case PENDING_STORE:
		t->nstore--;
		TAILQ_REMOVE(&t->store, p, entry);
		break;
	case PENDING_NEIGH:
		TAILQ_REMOVE(&t->neigh, p, entry);
		break;
	default:
		TAILQ_REMOVE(&t->unused, p, entry);
		break;
	}
}

void
pending_move(
    struct pending_table *t, struct pending *p, enum pending_state state)
{
	pending_leave(t, p);
	pending_enter(t, p, state);
}

struct pending *
pending_get(struct pending_table *t, enum pending_state state)
{
	struct pending *p = TAILQ_FIRST(&t->unused);

	if (p != NULL) {
		pending_leave(t, p);
	} else {
		if (t->nused == PENDING_MAX)
			return NULL;
		p = &t->v[t->nused];
		p->id = (uint32_t)t->nused++;
	}
	/* The place is in the low bits; what is above counts its uses. */
	p->id += PENDING_MAX;
	if (p->id < PENDING_MAX)
		p->id += PENDING_MAX;
	p->binding = NULL;
	p->fresh = false;
	p->xid = 0;
	p->ifname[0] = '\0';
	p->len = 0;
	pending_enter(t, p, state);
	return p;
}

struct pending *
pending_find(struct pending_table *t, uint32_t id, enum pending_state state)
{
	struct pending *p = &t->v[id % PENDING_MAX];

	return p->id == id && p->state == state ? p : NULL;
}

void
pending_put(struct pending_table *t, struct pending *p)
{
	pending_move(t, p, PENDING_FREE);
}
