/* SPDX-License-Identifier: ISC */
/* The list of bindings that tftpd is to be told of. */
#include "dhcpd/tell.h"

#include <string.h>

void
tell_drop(struct pool *p, struct binding *b)
{
	if (!b->telling)
		return;
	TAILQ_REMOVE(&p->telling, b, tell);
	b->telling = false;
}

void
tell_mark(struct pool *p, struct binding *b)
{
	tell_drop(p, b);
	TAILQ_INSERT_HEAD(&p->telling, b, tell);
	b->telling = true;
}

void
tell_all(struct pool *p)
{
	struct binding *b;
	size_t i, j;

	while ((b = TAILQ_FIRST(&p->telling)) != NULL)
		tell_drop(p, b);
	for (i = 0; i < p->nchunks; i++)
		for (j = 0; j < p->chunk[i].used; j++)
			if (p->chunk[i].v[j].state == BINDING_BOUND)
				tell_mark(p, &p->chunk[i].v[j]);
}

bool
tell_waiting(const struct pool *p)
{
	return !TAILQ_EMPTY(&p->telling);
}

bool
tell_next(struct pool *p, uint64_t now_s, struct writer *w)
{
	struct binding *b = TAILQ_FIRST(&p->telling);
	bool bound;

	if (b == NULL)
		return false;
	tell_drop(p, b);
	bound = b->state == BINDING_BOUND && b->l.expiry_s > now_s;
	writer_u32(w, b->l.addr);
	writer_u8(w, bound ? b->l.hwtype : 0);
	writer_blob(w, b->l.hw, bound ? b->l.hwlen : 0);
	writer_str(w, bound ? b->l.name : "");
	return true;
}
