/* SPDX-License-Identifier: ISC */
/* Lists of requests that wait, and of those whose turn it is again. */
#include "imaged/waiting.h"

#include <stdlib.h>
#include <string.h>

void
waiting_init(struct waiting *w)
{
	w->n = 0;
	TAILQ_INIT(&w->waits);
	TAILQ_INIT(&w->ready);
}

int
waiting_add(struct waiting *w, const struct waiting_request *req)
{
	struct waiting_request *r;

	if (w->n == WAITING_MAX || (r = malloc(sizeof(*r))) == NULL)
		return -1;
	memcpy(r, req, sizeof(*r));
	r->given_up = false;
	TAILQ_INSERT_TAIL(&w->waits, r, entry);
	w->n++;
	return 0;
}

static void
make_ready(struct waiting *w, struct waiting_request *r, bool given_up)
{
	r->given_up = given_up;
	TAILQ_REMOVE(&w->waits, r, entry);
	TAILQ_INSERT_TAIL(&w->ready, r, entry);
}

bool
waiting_call(struct waiting *w, uint32_t ticket, bool given_up)
{
	struct waiting_request *r, *next;

	for (r = TAILQ_FIRST(&w->waits); r != NULL; r = next) {
		next = TAILQ_NEXT(r, entry);
		if (r->ticket == ticket)
			make_ready(w, r, given_up);
	}
	return !TAILQ_EMPTY(&w->ready);
}

bool
waiting_call_all(struct waiting *w)
{
	struct waiting_request *r;

	while ((r = TAILQ_FIRST(&w->waits)) != NULL)
		make_ready(w, r, false);
	return !TAILQ_EMPTY(&w->ready);
}

struct waiting_request *
waiting_next(struct waiting *w)
{
	struct waiting_request *r = TAILQ_FIRST(&w->ready);

	if (r != NULL) {
		TAILQ_REMOVE(&w->ready, r, entry);
		w->n--;
	}
	return r;
}

static void
drop(struct waiting *w, struct waiting_list *list, enum role peer)
{
	struct waiting_request *r, *next;

	for (r = TAILQ_FIRST(list); r != NULL; r = next) {
		next = TAILQ_NEXT(r, entry);
		if (r->peer != peer)
			continue;
		TAILQ_REMOVE(list, r, entry);
		w->n--;
		free(r);
	}
}

void
waiting_drop(struct waiting *w, enum role peer)
{
	drop(w, &w->waits, peer);
	drop(w, &w->ready, peer);
}
