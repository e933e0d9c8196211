/* SPDX-License-Identifier: ISC */
/* The bindings and their changes of state. */
#include "dhcpd/pool.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/sort.h"
#include "dhcpd/tell.h"

#define POOL_SWEEP 8192 /* bindings looked at in one tick */
#define POOL_SPARE 64

/* Room for n bindings in all.  -1 without memory; nothing has changed. */
static int
pool_reserve(struct pool *p, size_t n)
{
	size_t size = slab_size(&p->slab, n);

	if (size == 0 || index_resize(&p->index, &p->slab, size) == -1)
		return -1;
	return slab_reserve(&p->slab, n);
}

struct pool *
pool_new(uint64_t seed)
{
	struct pool *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	slab_init(&p->slab);
	p->index.seed = seed;
	TAILQ_INIT(&p->offered);
	TAILQ_INIT(&p->telling);
	p->idle = calloc(1, sizeof(*p->idle));
	if (p->idle == NULL || pool_reserve(p, POOL_SPARE) == -1) {
		pool_free(p);
		return NULL;
	}
	TAILQ_INIT(&p->idle[0]);
	p->nidle = 1;
	return p;
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	slab_free(&p->slab);
	index_free(&p->index);
	free(p->idle);
	free(p);
}

static void
range_mark(struct conf_range *g, uint32_t addr, bool used)
{
	uint32_t n = addr - g->start;
	uint64_t bit = UINT64_C(1) << (n % 64);

	if (g->used == NULL || addr < g->start || addr > g->end)
		return;
	if (used)
		g->used[n / 64] |= bit;
	else
		g->used[n / 64] &= ~bit;
}

static void
pool_mark(struct pool *p, uint32_t addr, bool used)
{
	size_t i;

	for (i = 0; p->conf != NULL && i < p->conf->ranges.n; i++)
		range_mark(&p->conf->ranges.v[i], addr, used);
}

/* The idle list of an address: the list of its range, else the last one. */
static size_t
pool_list(const struct pool *p, uint32_t addr)
{
	size_t i;

	for (i = 0; p->conf != NULL && i < p->conf->ranges.n; i++)
		if (addr >= p->conf->ranges.v[i].start &&
		    addr <= p->conf->ranges.v[i].end)
			return i;
	return p->nidle - 1;
}

static void
pool_append_idle(struct pool *p, struct binding *b)
{
	b->list = pool_list(p, b->addr);
	TAILQ_INSERT_TAIL(&p->idle[b->list], b, entry);
}

/* Takes a binding out of the lists and counts of its state. */
static void
pool_leave(struct pool *p, struct binding *b)
{
	switch (b->state) {
	case BINDING_IDLE:
		TAILQ_REMOVE(&p->idle[b->list], b, entry);
		break;
	case BINDING_OFFERED:
		TAILQ_REMOVE(&p->offered, b, entry);
		break;
	case BINDING_BOUND:
		p->nbound--;
		tell_mark(&p->telling, b);
		break;
	default:
		break;
	}
}

int
pool_prepare(
    struct pool *p, const struct dhcp_conf *c, struct binding_queue **lists)
{
	size_t i, want = c->hosts.n;
	size_t most = (size_t)c->dhcp.lease_max * 2 + c->hosts.n;

	for (i = 0; i < c->ranges.n; i++)
		if (c->ranges.v[i].mode == RECORD_RANGE_DYNAMIC)
			want += c->ranges.v[i].end - c->ranges.v[i].start + 1;
	if (want > most)
		want = most;
	if (pool_reserve(p, want + p->nbound + POOL_SPARE) == -1)
		return -1;
	*lists = calloc(c->ranges.n + 1, sizeof(**lists));
	if (*lists == NULL)
		return -1;
	for (i = 0; i <= c->ranges.n; i++)
		TAILQ_INIT(&(*lists)[i]);
	return 0;
}

void
pool_use(struct pool *p, struct dhcp_conf *c, struct binding_queue *lists)
{
	struct binding_queue *old = p->idle;
	size_t i, nold = p->nidle;
	struct slab_place at = { 0, 0 };
	struct binding *b;

	p->conf = c;
	p->idle = lists;
	p->nidle = c->ranges.n + 1;
	for (i = 0; i < nold; i++)
		while ((b = TAILQ_FIRST(&old[i])) != NULL) {
			TAILQ_REMOVE(&old[i], b, entry);
			pool_append_idle(p, b);
		}
	free(old);
	while ((b = slab_next(&p->slab, &at)) != NULL)
		if (b->state != BINDING_UNUSED)
			pool_mark(p, b->addr, true);
}

/* The binding that has been idle for longest. */
static struct binding *
pool_oldest(const struct pool *p)
{
	struct binding *b, *best = NULL;
	size_t i;

	for (i = 0; i < p->nidle; i++) {
		TAILQ_FOREACH(b, &p->idle[i], entry)
			if (b->pending == NULL)
				break;
		if (b != NULL && (best == NULL || b->expiry_s < best->expiry_s))
			best = b;
	}
	return best;
}

/*
 * The binding that another one may replace.  Not even an offer is safe: its
 * client gets the address all the same if it is still free.  So DISCOVERs that
 * lead to nothing do not use up the places.
 */
static struct binding *
pool_loser(const struct pool *p)
{
	struct binding *b = pool_oldest(p);

	if (b != NULL)
		return b;
	TAILQ_FOREACH(b, &p->offered, entry)
		if (b->pending == NULL)
			break;
	return b;
}

static void
pool_forget(struct pool *p, struct binding *b)
{
	pool_leave(p, b);
	tell_drop(&p->telling, b);
	index_remove_client(b);
	index_remove_addr(b);
	pool_mark(p, b->addr, false);
	slab_put(&p->slab, b);
}

struct binding *
pool_get(struct pool *p, uint32_t addr)
{
	struct binding *b = pool_at(p, addr);

	if (b != NULL)
		return b;
	if (slab_is_full(&p->slab) && (b = pool_loser(p)) != NULL)
		pool_forget(p, b);
	if ((b = slab_get(&p->slab)) == NULL)
		return NULL;
	b->addr = addr;
	b->state = BINDING_IDLE;
	index_add_addr(&p->index, b);
	pool_append_idle(p, b);
	pool_mark(p, addr, true);
	return b;
}

/* Sets the client of a binding, and enters it under that client. */
static void
pool_set_client(
    struct pool *p, struct binding *b, const struct client *k, const char *name)
{
	index_remove_client(b);
	b->hwtype = k->hwtype;
	b->hwlen = k->hwlen;
	memset(b->hw, 0, sizeof(b->hw));
	memcpy(b->hw, k->hw, k->hwlen);
	slab_set_text(&p->slab, b, k->id, k->idlen, name,
	    strnlen(name, LEASE_NAME_MAX - 1));
	index_add_client(&p->index, b);
}

void
pool_offer(
    struct pool *p, struct binding *b, const struct client *k, uint64_t now_ms)
{
	struct client was;
	char name[LEASE_NAME_MAX];

	binding_client(b, &was);
	binding_name(b, name);
	pool_leave(p, b);
	if (!client_equal(&was, k)) {
		if (!binding_is_of(b, k)) {
			b->start_s = b->expiry_s = 0;
			b->relay = 0;
			name[0] = '\0';
		}
		pool_set_client(p, b, k, name);
	}
	b->state = BINDING_OFFERED;
	b->until_ms = now_ms + POOL_OFFER_MS;
	TAILQ_INSERT_TAIL(&p->offered, b, entry);
}

void
pool_store(struct pool *p, struct binding *b, const struct lease *l)
{
	struct client k;

	client_of_lease(&k, l);
	pool_leave(p, b);
	pool_set_client(p, b, &k, l->name);
	b->start_s = l->start_s;
	b->expiry_s = l->expiry_s;
	(void)addr_to_ip4(&l->relay, &b->relay);
	switch (l->state) {
	case LEASE_BOUND:
		b->state = BINDING_BOUND;
		p->nbound++;
		tell_mark(&p->telling, b);
		break;
	case LEASE_DECLINED:
		b->state = BINDING_DECLINED;
		break;
	default:
		b->state = BINDING_IDLE;
		pool_append_idle(p, b);
		break;
	}
}

/* A lease has ended: others may get the address. */
static void
pool_idle(struct pool *p, struct binding *b)
{
	pool_leave(p, b);
	b->state = BINDING_IDLE;
	pool_append_idle(p, b);
}

bool
pool_bound(const struct binding *b, uint64_t now_s)
{
	return b->state == BINDING_BOUND && b->expiry_s > now_s;
}

bool
pool_taken(const struct binding *b, uint64_t now_s)
{
	if (b->pending != NULL)
		return true;
	switch (b->state) {
	case BINDING_OFFERED:
		return true;
	case BINDING_BOUND:
	case BINDING_DECLINED:
		return b->expiry_s > now_s;
	default:
		return false;
	}
}

void
pool_lapse(struct pool *p, struct binding *b)
{
	if (b->expiry_s == 0)
		pool_forget(p, b);
	else
		pool_idle(p, b);
}

/* The time of an offer is over. */
static void
pool_offer_ends(struct pool *p, struct binding *b, uint64_t now_ms)
{
	if (b->pending == NULL) {
		pool_lapse(p, b);
		return;
	}
	/* Its proposal is pending, and the outcome decides. */
	TAILQ_REMOVE(&p->offered, b, entry);
	b->until_ms = now_ms + POOL_OFFER_MS;
	TAILQ_INSERT_TAIL(&p->offered, b, entry);
}

/* Ends a lease whose time is over. */
static void
pool_expire(struct pool *p, struct binding *b, uint64_t now_s)
{
	if (b->pending != NULL || b->expiry_s > now_s)
		return;
	if (b->state == BINDING_BOUND)
		pool_idle(p, b);
	else if (b->state == BINDING_DECLINED)
		pool_forget(p, b);
}

void
pool_tick(struct pool *p, uint64_t now_s, uint64_t now_ms)
{
	struct binding *b;
	size_t i;

	while ((b = TAILQ_FIRST(&p->offered)) != NULL && b->until_ms <= now_ms)
		pool_offer_ends(p, b, now_ms);
	for (i = 0; i < POOL_SWEEP; i++) {
		if ((b = slab_next(&p->slab, &p->sweep)) == NULL)
			break;
		pool_expire(p, b, now_s);
	}
}

int
pool_load(struct pool *p, const struct lease *l)
{
	struct binding *b;

	if (slab_is_full(&p->slab) && pool_at(p, lease_ip4(l)) == NULL &&
	    pool_reserve(p, p->slab.capacity + 1) == -1)
		return -1;
	if ((b = pool_get(p, lease_ip4(l))) == NULL)
		return -1;
	pool_store(p, b, l);
	return 0;
}

static int
binding_older(const void *a, const void *b)
{
	const struct binding *const *x = a, *const *y = b;

	if ((*x)->expiry_s != (*y)->expiry_s)
		return (*x)->expiry_s < (*y)->expiry_s ? -1 : 1;
	return (*x)->addr < (*y)->addr ? -1 : 1;
}

int
pool_loaded(struct pool *p, uint64_t now_s)
{
	struct binding **v = calloc(p->slab.capacity, sizeof(struct binding *));
	struct slab_place at = { 0, 0 };
	struct binding *b;
	size_t i, n = 0;

	if (v == NULL)
		return -1;
	while ((b = slab_next(&p->slab, &at)) != NULL) {
		pool_expire(p, b, now_s);
		if (b->state == BINDING_IDLE)
			v[n++] = b;
	}
	sort_array(v, n, sizeof(struct binding *), binding_older);
	for (i = 0; i < n; i++)
		pool_idle(p, v[i]);
	free(v);
	return 0;
}
