/* SPDX-License-Identifier: ISC */
/* Finding bindings, by address and by client. */
#include "dhcpd/binding_index.h"

#include <stdlib.h>

#include "daemon/hash.h"

/*
 * How many bindings with one hardware address, or one identifier, are examined
 * for a packet.  A client can leave any number of them behind: one that changes
 * its identifier each time, or that requests one address after the other.
 * Those that it got last come first.
 */
#define INDEX_CHAIN_MAX 256

static size_t
index_hash(const struct binding_index *x, const void *bytes, size_t n)
{
	return hash_bytes(x->seed, bytes, n) & x->mask;
}

void
index_add_client(struct binding_index *x, struct binding *b)
{
	uint8_t id[LEASE_ID_MAX];

	if (b->idlen > 0) {
		binding_id(b, id);
		LIST_INSERT_HEAD(
		    &x->by_id[index_hash(x, id, b->idlen)], b, by_id);
	}
	if (b->hwlen > 0)
		LIST_INSERT_HEAD(
		    &x->by_hw[index_hash(x, b->hw, b->hwlen)], b, by_hw);
}

void
index_remove_client(struct binding *b)
{
	if (b->idlen > 0)
		LIST_REMOVE(b, by_id);
	if (b->hwlen > 0)
		LIST_REMOVE(b, by_hw);
}

void
index_add_addr(struct binding_index *x, struct binding *b)
{
	LIST_INSERT_HEAD(&x->by_addr[index_hash(x, &b->addr, 4)], b, by_addr);
}

void
index_remove_addr(struct binding *b)
{
	LIST_REMOVE(b, by_addr);
}

void
index_free(struct binding_index *x)
{
	free(x->by_addr);
	free(x->by_id);
	free(x->by_hw);
}

int
index_resize(struct binding_index *x, const struct slab *s, size_t capacity)
{
	struct binding_index new = { .seed = x->seed };
	struct slab_place at = { 0, 0 };
	struct binding *b;
	size_t size = 64;

	/* Two bindings a head when all are in use. */
	while (size < capacity / 2)
		size *= 2;
	if (x->by_addr != NULL && size <= x->mask + 1)
		return 0;
	new.mask = size - 1;
	new.by_addr = calloc(size, sizeof(*new.by_addr));
	new.by_id = calloc(size, sizeof(*new.by_id));
	new.by_hw = calloc(size, sizeof(*new.by_hw));
	if (new.by_addr == NULL || new.by_id == NULL || new.by_hw == NULL) {
		index_free(&new);
		return -1;
	}
	index_free(x);
	*x = new;
	while ((b = slab_next(s, &at)) != NULL)
		if (b->state != BINDING_UNUSED) {
			index_add_addr(x, b);
			index_add_client(x, b);
		}
	return 0;
}

struct binding *
index_at(const struct binding_index *x, uint32_t addr)
{
	struct binding *b;

	LIST_FOREACH(b, &x->by_addr[index_hash(x, &addr, 4)], by_addr)
		if (b->addr == addr)
			return b;
	return NULL;
}

/* How well a binding suits a search; 0: it does not count. */
typedef int
rank_fn(const struct binding *, const struct client *, uint32_t but_addr);

static int
rank_present(const struct binding *b, const struct client *k, uint32_t but_addr)
{
	(void)k;
	(void)but_addr;
	if (b->pending != NULL)
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

/* A lease at another address. */
static int
rank_other(const struct binding *b, const struct client *k, uint32_t but_addr)
{
	return b->state == BINDING_BOUND && b->pending == NULL &&
	       b->addr != but_addr && (b->idlen > 0) == (k->idlen > 0);
}

static bool
same_client(const struct binding *b, const struct client *k, bool by_id)
{
	if (by_id)
		return binding_same_id(b, k);
	return (k->idlen == 0 || b->idlen == 0) && binding_same_hw(b, k);
}

/*
 * The first of the highest rank with the identifier of the client, or with its
 * hardware address, where not both have an identifier.  NULL: there is none.
 */
static struct binding *
best(const struct binding_index *x, const struct client *k, bool by_id,
    rank_fn *rank, uint32_t but_addr)
{
	struct binding *b, *found = NULL;
	int r, top = 0, left = INDEX_CHAIN_MAX;

	if ((by_id ? k->idlen : k->hwlen) == 0)
		return NULL;
	b = by_id ? LIST_FIRST(&x->by_id[index_hash(x, k->id, k->idlen)])
		  : LIST_FIRST(&x->by_hw[index_hash(x, k->hw, k->hwlen)]);
	for (; b != NULL && left > 0; left--) {
		r = rank(b, k, but_addr);
		if (r > top && same_client(b, k, by_id)) {
			top = r;
			found = b;
		}
		b = by_id ? LIST_NEXT(b, by_id) : LIST_NEXT(b, by_hw);
	}
	return found;
}

struct binding *
index_of(const struct binding_index *x, const struct client *k)
{
	struct binding *b = best(x, k, true, rank_present, 0);

	return b != NULL ? b : best(x, k, false, rank_present, 0);
}

struct binding *
index_bound_of(
    const struct binding_index *x, const struct client *k, uint32_t but_addr)
{
	return best(x, k, k->idlen > 0, rank_other, but_addr);
}
