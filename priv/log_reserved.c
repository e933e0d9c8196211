/* SPDX-License-Identifier: ISC */
/* Compares reservations with the networks of ranges. */
#include "priv/log_reserved.h"

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "daemon/range.h"

#define LOGGED_MAX 5 /* more addresses are only counted */
#define MASKS 33 /* netmasks, by their number of bits */

/* The networks of all ranges, by their netmask, and whether one is 0.0.0.0. */
struct networks {
	struct addrs of[MASKS];
	bool zero[MASKS];
	struct addrs maskless[MASKS]; /* of ranges without a netmask */
};

/* The netmask of an interface whose network the range is in; 0: none. */
static uint32_t
iface_mask(const struct conf *c, const struct range *r)
{
	size_t i;
	uint8_t n;

	for (i = 0; i < c->nifaces; i++)
		for (n = 0; c->ifaces[i].dhcp && n < c->ifaces[i].naddrs; n++)
			if (range_fit(r, &c->ifaces[i].addr[n]) ==
			    RANGE_FIT_YES)
				return c->ifaces[i].addr[n].mask;
	return 0;
}

/* The netmask that dhcpd uses; 0: it ignores the range. */
static uint32_t
reserved_mask(const struct conf *c, const struct conf_pool *g)
{
	const struct range r = { g->start, g->end, g->mask };
	uint32_t mask = g->mask;

	if (mask == 0)
		mask = iface_mask(c, &r);
	return mask != 0 ? mask : range_class_mask(&r);
}

static int
networks_find(const struct conf *c, struct networks *nets)
{
	const struct conf_pool *g;
	uint32_t mask, bits, net;

	for (g = c->ranges; g < c->ranges + c->nranges; g++) {
		if (g->mode == RECORD_RANGE_PROXY ||
		    (mask = reserved_mask(c, g)) == 0)
			continue;
		bits = (uint32_t)__builtin_popcount(mask);
		net = g->start & mask;
		if (net == 0)
			nets->zero[bits] = true;
		/* confd knows the others, and the lines of their hosts. */
		if (addrs_add(&nets->of[bits], net) == -1 ||
		    (g->mask == 0 &&
			addrs_add(&nets->maskless[bits], net) == -1))
			return -1;
	}
	return 0;
}

static bool
networks_have(const struct networks *nets, uint32_t ip)
{
	uint32_t bits, net;

	for (bits = 1; bits < MASKS; bits++) {
		net = ip & (UINT32_MAX << (32 - bits));
		if (net == 0 ? nets->zero[bits]
			     : nets->of[bits].n > 0 &&
				   addrs_has(&nets->of[bits], net))
			return true;
	}
	return false;
}

/* The bits of a network whose first or last address this is; 0: none. */
static uint32_t
networks_end(const struct networks *nets, uint32_t ip)
{
	uint32_t bits, host;

	for (bits = 1; bits < MASKS - 2; bits++) {
		host = UINT32_MAX >> bits;
		if (((ip & host) == 0 || (ip & host) == host) &&
		    nets->maskless[bits].n > 0 &&
		    addrs_has(&nets->maskless[bits], ip & ~host))
			return bits;
	}
	return 0;
}

/* An address that a machine cannot have. */
static void
reserved_end(const struct networks *nets, uint32_t addr)
{
	uint32_t bits = networks_end(nets, addr);
	uint32_t host = UINT32_MAX >> bits;
	char ip[16], net[16];

	if (bits == 0)
		return;
	log_warnx(
	    "dhcp-host with %s: this is the %s address of the network %s/%u; a machine cannot use it; reserve another address",
	    ip4_text(addr, ip), (addr & host) == 0 ? "network" : "broadcast",
	    ip4_text(addr & ~host, net), bits);
}

/* Keeps the lowest addresses, so that each start names the same ones. */
static void
lowest_add(uint32_t lowest[LOGGED_MAX], uint32_t n, uint32_t addr)
{
	uint32_t i = n < LOGGED_MAX ? n : LOGGED_MAX;

	for (; i > 0 && lowest[i - 1] > addr; i--)
		if (i < LOGGED_MAX)
			lowest[i] = lowest[i - 1];
	if (i < LOGGED_MAX)
		lowest[i] = addr;
}

/* The line of the first dhcp-host with an address. */
static struct log_place
reserved_place(const struct conf *c, uint32_t addr)
{
	struct conf_place none = { 0, 0 };
	struct conf_record r;
	struct record rec;
	size_t at = 0;

	while (conf_next_record(c, &at, &r))
		if (r.kind == RECORD_HOST &&
		    conf_record_decode(&r, &rec) == 0 &&
		    rec.u.host.addr == addr)
			return conf_log_place(c, conf_place_after(c, at));
	return conf_log_place(c, none);
}

static void
reserved_look(const struct conf *c, const struct networks *nets)
{
	uint32_t lowest[LOGGED_MAX], outside = 0, i;
	char ip[16];
	size_t n;

	for (n = 0; n < c->reserved.nslots; n++) {
		uint32_t addr = c->reserved.slots[n];

		if (addr != 0 && !networks_have(nets, addr))
			lowest_add(lowest, outside++, addr);
		else if (addr != 0)
			reserved_end(nets, addr);
	}
	for (i = 0; i < outside && i < LOGGED_MAX; i++)
		log_at(LOG_WARNING, reserved_place(c, lowest[i]),
		    "dhcp-host with %s: the address is in no network of a dhcp-range; add a range for that network (it may be static)",
		    ip4_text(lowest[i], ip));
	if (outside > LOGGED_MAX)
		log_warnx(
		    "%u similar messages suppressed", outside - LOGGED_MAX);
}

void
log_reserved(const struct conf *c)
{
	struct networks nets = { 0 };
	size_t n;

	if (networks_find(c, &nets) == 0)
		reserved_look(c, &nets);
	else
		log_warnx("out of memory: reservations are not checked");
	for (n = 0; n < MASKS; n++) {
		addrs_free(&nets.of[n]);
		addrs_free(&nets.maskless[n]);
	}
}
