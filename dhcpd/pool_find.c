/* SPDX-License-Identifier: ISC */
/* Finding bindings, by address and by client. */
#include "dhcpd/pool_find.h"

#include <stdlib.h>

#include "daemon/hash.h"

/*
 * Bindings of one hardware address that are looked at for a packet.  A client
 * that sends another identifier each time makes as many as it likes.
 */
#define POOL_SAME_HW_MAX 256

static size_t
pool_hash(const struct pool *p, const void *bytes, size_t n)
{
	return hash_bytes(p->seed, bytes, n) & p->mask;
}

void
pool_link_client(struct pool *p, struct binding *b)
{
	if (b->l.idlen > 0)
		LIST_INSERT_HEAD(
		    &p->by_id[pool_hash(p, b->l.id, b->l.idlen)], b, by_id);
	if (b->l.hwlen > 0)
		LIST_INSERT_HEAD(
		    &p->by_hw[pool_hash(p, b->l.hw, b->l.hwlen)], b, by_hw);
}

void
pool_unlink_client(struct binding *b)
{
	if (b->l.idlen > 0)
		LIST_REMOVE(b, by_id);
	if (b->l.hwlen > 0)
		LIST_REMOVE(b, by_hw);
}

void
pool_link_addr(struct pool *p, struct binding *b)
{
	LIST_INSERT_HEAD(&p->by_addr[pool_hash(p, &b->l.addr, 4)], b, by_addr);
}

int
pool_rehash(struct pool *p, size_t capacity)
{
	struct binding_list *addr, *id, *hw;
	size_t size = 64, i, j;

	while (size < capacity * 2)
		size *= 2;
	if (p->by_addr != NULL && size <= p->mask + 1)
		return 0;
	addr = calloc(size, sizeof(*addr));
	id = calloc(size, sizeof(*id));
	hw = calloc(size, sizeof(*hw));
	if (addr == NULL || id == NULL || hw == NULL) {
		free(addr);
		free(id);
		free(hw);
		return -1;
	}
	free(p->by_addr);
	free(p->by_id);
	free(p->by_hw);
	p->by_addr = addr;
	p->by_id = id;
	p->by_hw = hw;
	p->mask = size - 1;
	for (i = 0; i < p->nchunks; i++)
		for (j = 0; j < p->chunk[i].used; j++)
			if (p->chunk[i].v[j].state != BINDING_UNUSED) {
				pool_link_addr(p, &p->chunk[i].v[j]);
				pool_link_client(p, &p->chunk[i].v[j]);
			}
	return 0;
}

struct binding *
pool_at(const struct pool *p, uint32_t addr)
{
	struct binding *b;

	LIST_FOREACH(b, &p->by_addr[pool_hash(p, &addr, 4)], by_addr)
		if (b->l.addr == addr)
			return b;
	return NULL;
}

static int
binding_rank(const struct binding *b)
{
	if (b->hold != NULL)
		return 4;
	switch (b->state) {
	case BINDING_BOUND:
		return 3;
	case BINDING_OFFERED:
		return 2;
	case BINDING_IDLE:
		return 1;
	default:
		return 0;
	}
}

struct binding *
pool_of(const struct pool *p, const struct client *k)
{
	struct binding *b, *best = NULL;
	int rank, top = 0, left = POOL_SAME_HW_MAX;

	if (k->idlen > 0) {
		LIST_FOREACH(b, &p->by_id[pool_hash(p, k->id, k->idlen)], by_id)
			if ((rank = binding_rank(b)) > top &&
			    client_same_id(k, &b->l)) {
				top = rank;
				best = b;
			}
	}
	if (best != NULL || k->hwlen == 0)
		return best;
	LIST_FOREACH(b, &p->by_hw[pool_hash(p, k->hw, k->hwlen)], by_hw) {
		if ((k->idlen == 0 || b->l.idlen == 0) &&
		    (rank = binding_rank(b)) > top &&
		    client_same_hw(k, &b->l)) {
			top = rank;
			best = b;
		}
		if (--left == 0)
			break;
	}
	return best;
}

struct binding *
pool_bound_of(const struct pool *p, const struct client *k, uint32_t but_addr)
{
	struct binding *b;
	int left = POOL_SAME_HW_MAX;

	if (k->idlen > 0) {
		LIST_FOREACH(b, &p->by_id[pool_hash(p, k->id, k->idlen)], by_id)
			if (b->state == BINDING_BOUND && b->hold == NULL &&
			    b->l.addr != but_addr && client_same_id(k, &b->l))
				return b;
		return NULL;
	}
	if (k->hwlen == 0)
		return NULL;
	LIST_FOREACH(b, &p->by_hw[pool_hash(p, k->hw, k->hwlen)], by_hw) {
		if (b->state == BINDING_BOUND && b->hold == NULL &&
		    b->l.addr != but_addr && b->l.idlen == 0 &&
		    client_same_hw(k, &b->l))
			return b;
		if (--left == 0)
			break;
	}
	return NULL;
}
