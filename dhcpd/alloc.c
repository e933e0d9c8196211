/* SPDX-License-Identifier: ISC */
/* The search for an address for a client that has none. */
#include "dhcpd/alloc.h"

#include "dhcpd/subnet.h"

/* The first free address in [from, end), as an offset, or CONF_NONE. */
static uint32_t
alloc_free_in(const struct conf_range *g, uint32_t from, uint32_t end)
{
	uint32_t w, n;

	for (w = from / 64; from < end && (uint64_t)w * 64 < end; w++) {
		uint64_t left = ~(g->fixed[w] | g->used[w]);

		if (w == from / 64)
			left &= UINT64_MAX << (from % 64);
		if (left == 0)
			continue;
		n = w * 64 + (uint32_t)__builtin_ctzll(left);
		return n < end ? n : CONF_NONE;
	}
	return CONF_NONE;
}

/* The start for dhcp-sequential-ip: the highest address in use. */
static uint32_t
alloc_highest(const struct conf_range *g)
{
	uint32_t w = (g->end - g->start) / 64 + 1;

	while (w-- > 0)
		if (g->used[w] != 0)
			return w * 64 + 63 -
			       (uint32_t)__builtin_clzll(g->used[w]);
	return 0;
}

/*
 * The same hash (sdbm) and start as in dnsmasq, so that clients keep their
 * addresses when dnsmasq is replaced without its lease file.
 */
static uint32_t
alloc_start(const struct client *k, uint32_t size)
{
	const uint8_t *p = k->hwlen > 0 ? k->hw : k->id;
	size_t i, n = k->hwlen > 0 ? k->hwlen : k->idlen;
	uint32_t h = 0;

	for (i = 0; i < n; i++)
		h = p[i] + (h << 6) + (h << 16) - h;
	return (h == 0 ? 1 : h) % size;
}

/* A free address of one net, or 0. */
static uint32_t
alloc_net(
    const struct pool *p, const struct request *rq, const struct conf_net *net)
{
	const struct conf_range *g = net->range;
	uint32_t size = g->end - g->start + 1, n;
	uint32_t start = p->conf->dhcp.sequential
			     ? alloc_highest(g)
			     : alloc_start(&rq->client, size);
	uint32_t from = start, end = size;

	for (;;) {
		n = alloc_free_in(g, from, end);
		if (n != CONF_NONE && g->start + n != net->router &&
		    g->start + n != net->local)
			return g->start + n;
		if (n != CONF_NONE)
			from = n + 1;
		else if (end == size && start > 0) {
			from = 0;
			end = start;
			size = 0; /* the second and last way round */
		} else
			return 0;
	}
}

/* Whether the address of an idle binding may be given to a new client. */
static bool
alloc_may_take(const struct conf_net *net, const struct binding *b)
{
	const struct conf_range *g = net->range;
	uint32_t addr = b->addr, n = addr - g->start;

	return b->pending == NULL && addr >= g->start && addr <= g->end &&
	       addr != net->router && addr != net->local &&
	       (g->fixed[n / 64] >> (n % 64) & 1) == 0;
}

/* The address of one net that is idle, the oldest of its range's list, or 0. */
static uint32_t
alloc_oldest(const struct pool *p, const struct conf_net *net)
{
	const struct conf_range *g = net->range;
	const struct binding *b;
	size_t i;

	/* Ranges may overlap; each idle address is in the list of one. */
	for (i = 0; i < p->conf->ranges.n; i++) {
		const struct conf_range *o = &p->conf->ranges.v[i];

		if (o->end < g->start || o->start > g->end)
			continue;
		TAILQ_FOREACH(b, &p->idle[i], entry)
			if (alloc_may_take(net, b))
				return b->addr;
	}
	return 0;
}

static uint32_t
alloc_pass(const struct pool *p, const struct request *rq, bool oldest)
{
	uint32_t addr;
	int tagged;
	size_t i;

	/* Ranges that require tags come before those that do not. */
	for (tagged = 1; tagged >= 0; tagged--)
		for (i = 0; i < rq->nnets; i++) {
			const struct conf_net *n = &rq->nets[i];

			if (n->range->mode != RECORD_RANGE_DYNAMIC ||
			    (n->range->tags.n > 0) != (tagged == 1) ||
			    !subnet_is_open(p->conf, rq, n))
				continue;
			addr =
			    oldest ? alloc_oldest(p, n) : alloc_net(p, rq, n);
			if (addr != 0)
				return addr;
		}
	return 0;
}

uint32_t
alloc_addr(const struct pool *p, const struct request *rq)
{
	uint32_t addr = alloc_pass(p, rq, false);

	return addr != 0 ? addr : alloc_pass(p, rq, true);
}
