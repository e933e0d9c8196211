/* SPDX-License-Identifier: ISC */
/* The ranges of each interface, and the addresses that they keep back. */
#include "dhcpd/conf_range.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/range.h"
#include "dhcpd/host.h"

/* Adds a range to an interface, unless it has it; NULL then. */
static struct conf_net *
range_add(struct conf_iface *ci, struct conf_range *g, uint32_t local)
{
	struct conf_net *n;
	size_t i;

	g->attached = true;
	for (i = 0; i < ci->nnets; i++)
		if (ci->net[i].range == g)
			return NULL; /* a second address on the same net */
	n = &ci->net[ci->nnets++];
	n->range = g;
	n->local = local;
	n->mask = g->mask;
	return n;
}

/* The first address of the interface on the subnet of a range, or naddrs. */
static uint8_t
range_first_addr(const struct iface *i, const struct conf_range *g)
{
	const struct range r = { g->start, g->end, g->mask };
	uint8_t a;

	for (a = 0; a < i->naddrs; a++)
		if (range_fit(&r, &i->addr[a]) == RANGE_FIT_YES)
			break;
	return a;
}

/* Adds a range to an interface that has this address on its subnet. */
static void
range_attach(
    struct conf_iface *ci, const struct iface_addr *a, struct conf_range *g)
{
	struct conf_net *n;

	if (g->mask == 0) {
		g->mask = a->mask;
		if (g->broadcast == 0)
			g->broadcast = a->broadcast;
	}
	if ((n = range_add(ci, g, a->addr)) != NULL)
		n->router = a->addr;
}

bool
conf_range_on_net(const struct conf_range *g, uint32_t addr)
{
	return g->mask != 0 && dhcp_conf_same_net(addr, g->start, g->mask) &&
	       dhcp_conf_same_net(addr, g->end, g->mask);
}

/* This server's address for clients on a network that is shared; 0: none. */
static uint32_t
range_shared_local(const struct conf_iface *ci, const struct record_shared *s)
{
	uint8_t a;

	for (a = 0; a < ci->i.naddrs; a++)
		if (s->iface[0] != '\0' ? strcmp(s->iface, ci->i.name) == 0
					: s->via == ci->i.addr[a].addr)
			return ci->i.addr[a].addr;
	return 0;
}

/*
 * The ranges of other networks that share the cable of an interface, after its
 * own.  The router of such a network is not known, nor is a netmask guessed.
 */
static void
range_share(struct dhcp_conf *c, struct conf_iface *ci)
{
	uint32_t local;
	size_t i, j;

	for (i = 0; i < c->shared.n; i++) {
		if ((local = range_shared_local(ci, &c->shared.v[i])) == 0)
			continue;
		for (j = 0; j < c->ranges.n; j++)
			if (conf_range_on_net(
				&c->ranges.v[j], c->shared.v[i].addr))
				(void)range_add(ci, &c->ranges.v[j], local);
	}
}

/*
 * The ranges of an interface.  Those of its last address come first, as with
 * dnsmasq, so that new clients get addresses of the same subnet.
 */
static int
range_nets_of(struct dhcp_conf *c, struct conf_iface *ci)
{
	uint8_t a;
	size_t j;

	ci->nnets = 0;
	ci->net = calloc(c->ranges.n + 1, sizeof(*ci->net));
	if (ci->net == NULL)
		return -1;
	for (a = ci->i.naddrs; a-- > 0;)
		for (j = 0; j < c->ranges.n; j++)
			if (range_first_addr(&ci->i, &c->ranges.v[j]) == a)
				range_attach(
				    ci, &ci->i.addr[a], &c->ranges.v[j]);
	return 0;
}

/* The broadcast address may have become known after the range. */
static void
range_broadcasts(struct conf_iface *ci)
{
	size_t i;

	for (i = 0; i < ci->nnets; i++)
		ci->net[i].broadcast = ci->net[i].range->broadcast;
}

int
conf_range_nets(struct dhcp_conf *c)
{
	size_t i, j;

	for (i = 0; i < c->ifaces.n; i++)
		if (range_nets_of(c, &c->ifaces.v[i]) != 0)
			return -1;
	for (i = 0; i < c->ifaces.n; i++)
		range_share(c, &c->ifaces.v[i]);
	for (j = 0; j < c->ranges.n; j++) {
		struct conf_range *g = &c->ranges.v[j];
		const struct range r = { g->start, g->end, g->mask };

		if (g->mask == 0) {
			g->mask = range_class_mask(&r);
			g->guessed = true;
		}
		if (g->broadcast == 0 && g->mask != 0)
			g->broadcast = g->start | ~g->mask;
	}
	for (i = 0; i < c->ifaces.n; i++)
		range_broadcasts(&c->ifaces.v[i]);
	c->relayed = calloc(c->ranges.n + 1, sizeof(*c->relayed));
	return c->relayed == NULL ? -1 : 0;
}

/* Keeps an address from clients without a reservation. */
static void
range_fix(struct conf_range *g, uint32_t addr)
{
	uint32_t n = addr - g->start;

	if (addr >= g->start && addr <= g->end)
		g->fixed[n / 64] |= UINT64_C(1) << (n % 64);
}

/* Goes through all hosts or all addresses, whichever are fewer. */
static void
range_fix_hosts(const struct dhcp_conf *c, struct conf_range *g)
{
	uint64_t addr;
	size_t i;

	if (g->end - g->start < c->hosts.n) {
		for (addr = g->start; addr <= g->end; addr++)
			if (host_find_addr(c, (uint32_t)addr) != NULL)
				range_fix(g, (uint32_t)addr);
		return;
	}
	for (i = 0; i < c->hosts.n; i++)
		range_fix(g, c->hosts.v[i].addr);
}

static void
range_fix_all(const struct dhcp_conf *c, struct conf_range *g)
{
	uint64_t addr;
	size_t i;

	for (i = 0; i < c->own.n; i++)
		range_fix(g, c->own.v[i]);
	range_fix_hosts(c, g);
	range_fix(g, g->broadcast);
	if (g->mask != 0 && g->mask < 0xfffffffe) {
		range_fix(g, g->start & g->mask);
		range_fix(g, g->start | ~g->mask);
	}
	/* Windows takes no .0 or .255 in class C space, supernets or not. */
	if (g->start >> 29 != 6)
		return;
	for (addr = g->start & ~UINT32_C(255); addr <= g->end; addr += 256) {
		range_fix(g, (uint32_t)addr);
		range_fix(g, (uint32_t)addr | 255);
	}
}

int
conf_range_bitmaps(struct dhcp_conf *c)
{
	size_t i;

	for (i = 0; i < c->ranges.n; i++) {
		struct conf_range *g = &c->ranges.v[i];
		size_t words = (g->end - g->start) / 64 + 1;

		if (g->mode != RECORD_RANGE_DYNAMIC)
			continue;
		g->fixed = calloc(words, sizeof(*g->fixed));
		g->used = calloc(words, sizeof(*g->used));
		if (g->fixed == NULL || g->used == NULL)
			return -1;
		range_fix_all(c, g);
	}
	return 0;
}
