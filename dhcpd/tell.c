/* SPDX-License-Identifier: ISC */
/* The list of bindings that tftpd must be told about. */
#include "dhcpd/tell.h"

#include <string.h>

void
tell_drop(struct binding_queue *q, struct binding *b)
{
	if (!b->telling)
		return;
	TAILQ_REMOVE(q, b, tell);
	b->telling = false;
}

void
tell_mark(struct binding_queue *q, struct binding *b)
{
	tell_drop(q, b);
	TAILQ_INSERT_HEAD(q, b, tell);
	b->telling = true;
}

void
tell_all(struct binding_queue *q, const struct slab *s)
{
	struct binding *b;
	struct slab_place at = { 0, 0 };

	while ((b = TAILQ_FIRST(q)) != NULL)
		tell_drop(q, b);
	while ((b = slab_next(s, &at)) != NULL)
		if (b->state == BINDING_BOUND)
			tell_mark(q, b);
}

bool
tell_waiting(const struct binding_queue *q)
{
	return !TAILQ_EMPTY(q);
}

bool
tell_next(struct binding_queue *q, uint64_t now_s, struct writer *w)
{
	struct binding *b = TAILQ_FIRST(q);
	char name[LEASE_NAME_MAX] = "";
	struct addr addr;
	bool bound;

	if (b == NULL)
		return false;
	tell_drop(q, b);
	bound = b->state == BINDING_BOUND && b->expiry_s > now_s;
	if (bound)
		binding_name(b, name);
	addr = addr_from_ip4(b->addr);
	addr_encode(&addr, w);
	writer_u8(w, bound ? b->hwtype : 0);
	writer_blob(w, b->hw, bound ? b->hwlen : 0);
	writer_str(w, name);
	return true;
}
