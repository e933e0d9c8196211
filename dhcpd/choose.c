/* SPDX-License-Identifier: ISC */
/* Choosing an address for a client that has none, and nets for addresses. */
#include "dhcpd/pool.h"

static bool
net_open(const struct dhcp_conf *c, const struct request *rq,
    const struct conf_net *n)
{
	return tags_hold(&c->tags, &n->range->tags, &rq->tags);
}

const struct conf_net *
pool_net_dynamic(
    const struct dhcp_conf *c, const struct request *rq, uint32_t addr)
{
	size_t i;

	for (i = 0; i < rq->nnets; i++)
		if (addr == rq->nets[i].router || addr == rq->nets[i].local)
			return NULL;
	for (i = 0; i < rq->nnets; i++) {
		const struct conf_range *g = rq->nets[i].range;

		if (g->mode == RECORD_RANGE_DYNAMIC && addr >= g->start &&
		    addr <= g->end && net_open(c, rq, &rq->nets[i]))
			return &rq->nets[i];
	}
	return NULL;
}

const struct conf_net *
pool_net(const struct dhcp_conf *c, const struct request *rq, uint32_t addr)
{
	const struct conf_net *n = pool_net_dynamic(c, rq, addr), *any = NULL;
	size_t i;

	for (i = 0; n == NULL && i < rq->nnets; i++) {
		const struct conf_range *g = rq->nets[i].range;

		if (g->mode == RECORD_RANGE_PROXY ||
		    !conf_same_net(addr, g->start, rq->nets[i].mask) ||
		    !net_open(c, rq, &rq->nets[i]))
			continue;
		if (g->mode == RECORD_RANGE_STATIC)
			return &rq->nets[i];
		if (any == NULL)
			any = &rq->nets[i];
	}
	return n != NULL ? n : any;
}

/* The first free address in [from, end), as an offset, or CONF_NONE. */
static uint32_t
range_free(const struct conf_range *g, uint32_t from, uint32_t end)
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

/* Where dhcp-sequential-ip begins: at the highest address in use. */
static uint32_t
range_highest(const struct conf_range *g)
{
	uint32_t w = (g->end - g->start) / 64 + 1;

	while (w-- > 0)
		if (g->used[w] != 0)
			return w * 64 + 63 -
			       (uint32_t)__builtin_clzll(g->used[w]);
	return 0;
}

/*
 * The same well-known hash (sdbm) and start as dnsmasq, so that a client
 * without a lease file finds its address again after a change of server.
 */
static uint32_t
client_start(const struct client *k, uint32_t size)
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
net_choose(
    const struct pool *p, const struct request *rq, const struct conf_net *net)
{
	const struct conf_range *g = net->range;
	uint32_t size = g->end - g->start + 1, n;
	uint32_t start = p->conf->dhcp.sequential
			     ? range_highest(g)
			     : client_start(&rq->client, size);
	uint32_t from = start, end = size;

	for (;;) {
		n = range_free(g, from, end);
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

/* Whether a binding that is idle could be handed on within this net. */
static bool
net_may_take(const struct conf_net *net, const struct binding *b)
{
	const struct conf_range *g = net->range;
	uint32_t addr = b->l.addr, n = addr - g->start;

	return b->hold == NULL && addr >= g->start && addr <= g->end &&
	       addr != net->router && addr != net->local &&
	       (g->fixed[n / 64] >> (n % 64) & 1) == 0;
}

/* The address of one net that is idle for longest, or 0. */
static uint32_t
net_oldest(const struct pool *p, const struct conf_net *net)
{
	const struct conf_range *g = net->range;
	const struct binding *b;
	size_t i;

	/* Ranges may overlap, and share their idle addresses. */
	for (i = 0; i < p->conf->ranges.n; i++) {
		const struct conf_range *o = &p->conf->ranges.v[i];

		if (o->end < g->start || o->start > g->end)
			continue;
		TAILQ_FOREACH(b, &p->idle[i], entry)
			if (net_may_take(net, b))
				return b->l.addr;
	}
	return 0;
}

static uint32_t
pool_pass(const struct pool *p, const struct request *rq, bool oldest)
{
	uint32_t addr;
	int tagged;
	size_t i;

	/* Ranges that ask for tags come first, then those that do not. */
	for (tagged = 1; tagged >= 0; tagged--)
		for (i = 0; i < rq->nnets; i++) {
			const struct conf_net *n = &rq->nets[i];

			if (n->range->mode != RECORD_RANGE_DYNAMIC ||
			    (n->range->tags.n > 0) != (tagged == 1) ||
			    !net_open(p->conf, rq, n))
				continue;
			addr = oldest ? net_oldest(p, n) : net_choose(p, rq, n);
			if (addr != 0)
				return addr;
		}
	return 0;
}

uint32_t
pool_choose(struct pool *p, const struct request *rq)
{
	uint32_t addr = pool_pass(p, rq, false);

	return addr != 0 ? addr : pool_pass(p, rq, true);
}
