/* SPDX-License-Identifier: ISC */
/* The bindings: memory, and changes of state. */
#include "dhcpd/pool.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/sort.h"
#include "dhcpd/pool_find.h"
#include "dhcpd/tell.h"

#define POOL_SWEEP 8192 /* bindings looked at in one tick */
#define POOL_SPARE 64

struct pool *
pool_new(uint64_t seed)
{
	struct pool *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->seed = seed;
	TAILQ_INIT(&p->unused);
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
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->nchunks; i++)
		free(p->chunk[i].v);
	free(p->by_addr);
	free(p->by_id);
	free(p->by_hw);
	free(p->idle);
	free(p);
}

int
pool_reserve(struct pool *p, size_t n)
{
	struct binding *v;
	size_t more;

	if (n <= p->capacity)
		return 0;
	/* At least a quarter more, so that the chunks always suffice. */
	more = n - p->capacity;
	if (more < p->capacity / 4)
		more = p->capacity / 4;
	if (p->nchunks == POOL_CHUNKS_MAX ||
	    pool_rehash(p, p->capacity + more) == -1 ||
	    (v = calloc(more, sizeof(*v))) == NULL)
		return -1;
	p->chunk[p->nchunks].v = v;
	p->chunk[p->nchunks].used = 0;
	p->chunk[p->nchunks++].n = more;
	p->capacity += more;
	return 0;
}

/* The chunk that has bindings which were never used; NULL: all were. */
static struct binding_chunk *
pool_fresh(struct pool *p)
{
	size_t i;

	/* The last one is the largest, and filled last. */
	for (i = p->nchunks; i > 0; i--)
		if (p->chunk[i - 1].used < p->chunk[i - 1].n)
			return &p->chunk[i - 1];
	return NULL;
}

/* A binding that is not in use, zeroed; NULL: all are. */
static struct binding *
pool_take(struct pool *p)
{
	struct binding *b = TAILQ_FIRST(&p->unused);
	struct binding_chunk *c;

	if (b == NULL) {
		c = pool_fresh(p);
		return c == NULL ? NULL : &c->v[c->used++];
	}
	TAILQ_REMOVE(&p->unused, b, entry);
	memset(b, 0, sizeof(*b));
	return b;
}

static bool
pool_full(struct pool *p)
{
	return TAILQ_EMPTY(&p->unused) && pool_fresh(p) == NULL;
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

/* The idle list of an address: that of its range, or the last. */
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
	b->list = pool_list(p, b->l.addr);
	TAILQ_INSERT_TAIL(&p->idle[b->list], b, entry);
}

/* Takes a binding out of the state that it is in. */
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
		tell_mark(p, b);
		break;
	default:
		break;
	}
}

int
pool_prepare(
    struct pool *p, const struct dhcp_conf *c, struct binding_queue **lists)
{
	size_t i, want = c->hosts.n, most = (size_t)c->dhcp.lease_max * 2;

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
	size_t i, j, nold = p->nidle;
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
	for (i = 0; i < p->nchunks; i++)
		for (j = 0; j < p->chunk[i].used; j++)
			if (p->chunk[i].v[j].state != BINDING_UNUSED)
				pool_mark(p, p->chunk[i].v[j].l.addr, true);
}

/* The binding that is idle for longest, of all. */
static struct binding *
pool_oldest(const struct pool *p)
{
	struct binding *b, *best = NULL;
	size_t i;

	for (i = 0; i < p->nidle; i++) {
		TAILQ_FOREACH(b, &p->idle[i], entry)
			if (b->hold == NULL)
				break;
		if (b != NULL &&
		    (best == NULL || b->l.expiry_s < best->l.expiry_s))
			best = b;
	}
	return best;
}

struct binding *
pool_get(struct pool *p, uint32_t addr)
{
	struct binding *b = pool_at(p, addr);

	if (b != NULL)
		return b;
	if (pool_full(p) && (b = pool_oldest(p)) != NULL)
		pool_forget(p, b);
	if ((b = pool_take(p)) == NULL)
		return NULL;
	b->l.addr = addr;
	b->state = BINDING_IDLE;
	pool_link_addr(p, b);
	pool_append_idle(p, b);
	pool_mark(p, addr, true);
	return b;
}

void
pool_forget(struct pool *p, struct binding *b)
{
	pool_leave(p, b);
	tell_drop(p, b);
	pool_unlink_client(b);
	LIST_REMOVE(b, by_addr);
	pool_mark(p, b->l.addr, false);
	b->state = BINDING_UNUSED;
	TAILQ_INSERT_HEAD(&p->unused, b, entry);
}

void
pool_offer(
    struct pool *p, struct binding *b, const struct client *k, uint64_t now_ms)
{
	struct client was;

	client_of_lease(&was, &b->l);
	pool_leave(p, b);
	if (!client_equal(&was, k)) {
		bool same = client_owns(k, &b->l);

		pool_unlink_client(b);
		client_to_lease(k, &b->l);
		pool_link_client(p, b);
		if (!same) {
			b->l.start_s = b->l.expiry_s = 0;
			b->l.name[0] = '\0';
		}
	}
	b->state = BINDING_OFFERED;
	b->until_ms = now_ms + POOL_OFFER_MS;
	TAILQ_INSERT_TAIL(&p->offered, b, entry);
}

void
pool_store(struct pool *p, struct binding *b, const struct lease *l)
{
	pool_leave(p, b);
	pool_unlink_client(b);
	b->l = *l;
	pool_link_client(p, b);
	switch (l->state) {
	case LEASE_BOUND:
		b->state = BINDING_BOUND;
		p->nbound++;
		tell_mark(p, b);
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

void
pool_idle(struct pool *p, struct binding *b)
{
	pool_leave(p, b);
	b->state = BINDING_IDLE;
	pool_append_idle(p, b);
}

bool
pool_taken(const struct binding *b, uint64_t now_s)
{
	if (b->hold != NULL)
		return true;
	switch (b->state) {
	case BINDING_OFFERED:
		return true;
	case BINDING_BOUND:
	case BINDING_DECLINED:
		return b->l.expiry_s > now_s;
	default:
		return false;
	}
}

/* An offer that nobody took: back to what it was before. */
static void
pool_lapse(struct pool *p, struct binding *b, uint64_t now_ms)
{
	if (b->hold != NULL) {
		/* It is being stored; the outcome decides. */
		TAILQ_REMOVE(&p->offered, b, entry);
		b->until_ms = now_ms + POOL_OFFER_MS;
		TAILQ_INSERT_TAIL(&p->offered, b, entry);
	} else if (b->l.expiry_s == 0) {
		pool_forget(p, b);
	} else {
		pool_idle(p, b);
	}
}

/* A lease whose time is over. */
static void
pool_expire(struct pool *p, struct binding *b, uint64_t now_s)
{
	if (b->hold != NULL || b->l.expiry_s > now_s)
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
		pool_lapse(p, b, now_ms);
	for (i = 0; i < POOL_SWEEP && i < p->capacity; i++) {
		if (p->sweep_at < p->chunk[p->sweep_chunk].used) {
			b = &p->chunk[p->sweep_chunk].v[p->sweep_at++];
			pool_expire(p, b, now_s);
			continue;
		}
		p->sweep_at = 0;
		if (++p->sweep_chunk == p->nchunks)
			p->sweep_chunk = 0;
	}
}

int
pool_load(struct pool *p, const struct lease *l)
{
	struct binding *b;

	if (pool_full(p) && pool_at(p, l->addr) == NULL &&
	    pool_reserve(p, p->capacity + 1) == -1)
		return -1;
	if ((b = pool_get(p, l->addr)) == NULL)
		return -1;
	pool_store(p, b, l);
	return 0;
}

static int
binding_older(const void *a, const void *b)
{
	const struct binding *const *x = a, *const *y = b;

	if ((*x)->l.expiry_s != (*y)->l.expiry_s)
		return (*x)->l.expiry_s < (*y)->l.expiry_s ? -1 : 1;
	return (*x)->l.addr < (*y)->l.addr ? -1 : 1;
}

int
pool_loaded(struct pool *p, uint64_t now_s)
{
	struct binding **v = calloc(p->capacity, sizeof(struct binding *));
	size_t i, j, n = 0;

	if (v == NULL)
		return -1;
	for (i = 0; i < p->nchunks; i++)
		for (j = 0; j < p->chunk[i].used; j++) {
			struct binding *b = &p->chunk[i].v[j];

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
