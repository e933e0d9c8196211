/* SPDX-License-Identifier: ISC */
/* Finding the ranges that a request or an address is served from. */
#include "dhcpd/subnet.h"

#include "dhcpd/conf_index.h"
#include "dhcpd/conf_range.h"

/*
 * The router of a net that a relay forwards for: the address that the relay
 * has there.  A relay on a net of our own is not its router; on one that only
 * shares a cable with ours, this host has no address, and it is.
 */
static uint32_t
subnet_router(const struct conf_iface *ci, const struct conf_range *g,
    const struct subnet_where *w)
{
	size_t i;

	for (i = 0; i < ci->nnets; i++)
		if (ci->net[i].range == g && ci->net[i].router != 0)
			return ci->net[i].router;
	if (dhcp_conf_same_net(w->giaddr, g->start, g->mask))
		return w->giaddr;
	return dhcp_conf_same_net(w->relay, g->start, g->mask) ? w->relay : 0;
}

/* Whether a shared-network line gives the range to clients of this relay. */
static bool
subnet_shared(
    const struct dhcp_conf *c, const struct conf_range *g, uint32_t relay)
{
	size_t i;

	for (i = 0; relay != 0 && i < c->shared.n; i++)
		if (c->shared.v[i].via == relay &&
		    conf_range_on_net(g, c->shared.v[i].addr))
			return true;
	return false;
}

/*
 * A relayed client is on the subnet of its relay, on one that shares its cable,
 * or on the one that the relay names.  A client that renews across a router
 * names no relay and is on the subnet of its address.
 */
size_t
subnet_find(struct dhcp_conf *c, const struct conf_iface *ci,
    const struct subnet_where *w, const struct conf_net **nets)
{
	uint32_t addr = w->link, local = w->local;
	size_t i, n = 0;

	if (addr == 0)
		addr = w->giaddr != 0 ? w->giaddr : w->ciaddr;
	*nets = ci->net;
	if (addr == 0 ||
	    (addr == w->ciaddr && dhcp_conf_on_nets(ci->net, ci->nnets, addr)))
		return ci->nnets;
	if (!dhcp_conf_is_own(c, local))
		local = ci->i.naddrs > 0 ? ci->i.addr[0].addr : 0;
	for (i = 0; i < c->ranges.n; i++) {
		const struct conf_range *g = &c->ranges.v[i];

		if (!conf_range_on_net(g, addr) &&
		    (addr != w->giaddr || !subnet_shared(c, g, w->giaddr)))
			continue;
		c->relayed[n].range = g;
		c->relayed[n].local = local;
		c->relayed[n].router = subnet_router(ci, g, w);
		c->relayed[n].mask = g->mask;
		c->relayed[n].broadcast = g->broadcast;
		n++;
	}
	if (n == 0 && addr == w->ciaddr)
		return ci->nnets;
	*nets = c->relayed;
	return n;
}

bool
subnet_is_open(const struct dhcp_conf *c, const struct request *rq,
    const struct conf_net *n)
{
	return tags_hold(&c->tags, &n->range->tags, &rq->tags);
}

const struct conf_net *
subnet_first(const struct dhcp_conf *c, const struct request *rq,
    enum record_range_mode mode)
{
	size_t i;

	for (i = 0; i < rq->nnets; i++)
		if (rq->nets[i].range->mode == mode &&
		    subnet_is_open(c, rq, &rq->nets[i]))
			return &rq->nets[i];
	return NULL;
}

bool
subnet_is_proxied(const struct request *rq)
{
	size_t i;

	for (i = 0; i < rq->nnets; i++)
		if (rq->nets[i].range->mode != RECORD_RANGE_PROXY)
			return false;
	return rq->nnets > 0;
}

const struct conf_net *
subnet_of_dynamic(
    const struct dhcp_conf *c, const struct request *rq, uint32_t addr)
{
	size_t i;

	for (i = 0; i < rq->nnets; i++)
		if (addr == rq->nets[i].router || addr == rq->nets[i].local)
			return NULL;
	for (i = 0; i < rq->nnets; i++) {
		const struct conf_range *g = rq->nets[i].range;

		if (g->mode == RECORD_RANGE_DYNAMIC && addr >= g->start &&
		    addr <= g->end && subnet_is_open(c, rq, &rq->nets[i]))
			return &rq->nets[i];
	}
	return NULL;
}

const struct conf_net *
subnet_of_addr(
    const struct dhcp_conf *c, const struct request *rq, uint32_t addr)
{
	const struct conf_net *n = subnet_of_dynamic(c, rq, addr), *any = NULL;
	size_t i;

	for (i = 0; n == NULL && i < rq->nnets; i++) {
		const struct conf_range *g = rq->nets[i].range;

		if (g->mode == RECORD_RANGE_PROXY ||
		    !dhcp_conf_same_net(addr, g->start, rq->nets[i].mask) ||
		    !subnet_is_open(c, rq, &rq->nets[i]))
			continue;
		if (g->mode == RECORD_RANGE_STATIC)
			return &rq->nets[i];
		if (any == NULL)
			any = &rq->nets[i];
	}
	return n != NULL ? n : any;
}
