/* SPDX-License-Identifier: ISC */
/* Checks of reservations: duplicates, and addresses outside all ranges. */
#include "confd/check_hosts.h"

#include <string.h>

#include "confd/builder.h"
#include "confd/diag.h"
#include "confd/keys.h"
#include "confd/networks.h"
#include "daemon/endpoint.h"

/*
 * dnsmasq refuses this as well: the address could go to either machine.  A
 * line of a file of hosts only loses its effect.
 */
static void
address_twice(
    struct config *c, struct config_entry *e, const struct place *other)
{
	struct record rec;
	char text[16];

	config_entry_record(c, e, &rec);
	diag_at(c, e->lenient ? LOG_WARNING : LOG_ERR, &e->place,
	    "duplicate reservation of %s: the other is at %s; give each machine an address of its own%s",
	    ip4_text(rec.u.host.addr, text), diag_place(c, other, &e->place),
	    e->lenient ? "; the line is ignored" : "");
	e->dropped = e->lenient;
	if (e->dropped && rec.u.host.set.n > 0)
		c->sets_lost = true;
}

/*
 * Enters the address of a host.  Of two hosts with the same one, the later is
 * wrong, unless only the earlier is of a file of hosts.
 */
static bool
address_check(struct config *c, uint32_t i, uint32_t addr, struct keys *addrs)
{
	uint32_t before = keys_find(addrs, &addr, sizeof(addr));
	struct config_entry *e = &c->entries[i], *first;

	if (before == KEYS_NONE)
		return keys_put(addrs, &addr, sizeof(addr), i);
	first = &c->entries[before];
	if (e->lenient || !first->lenient) {
		address_twice(c, e, &first->place);
		return true;
	}
	address_twice(c, first, &e->place);
	return keys_put(addrs, &addr, sizeof(addr), i);
}

/* Removes the entries that were dropped. */
static void
entries_remove(struct config *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->nentries; i++)
		if (!c->entries[i].dropped)
			c->entries[n++] = c->entries[i];
	c->nentries = n;
}

/* An address that a machine cannot have: the first or last of a network. */
static void
check_net_ends(struct config *c, const struct config_entry *e,
    const struct networks *n, uint32_t addr)
{
	char ip[16], net[16];
	size_t i;

	for (i = 0; i < n->nmasks; i++) {
		uint32_t host = ~n->mask[i];
		uint32_t key[2] = { addr & n->mask[i], n->mask[i] };

		/* A /31 has no such addresses (RFC 3021). */
		if (host < 3 || ((addr & host) != 0 && (addr & host) != host) ||
		    keys_find(&n->nets, key, sizeof(key)) == KEYS_NONE)
			continue;
		diag_at(c, LOG_WARNING, &e->place,
		    "%s is the %s address of the network %s/%d; a machine cannot use it; reserve another address",
		    ip4_text(addr, ip),
		    (addr & host) == 0 ? "network" : "broadcast",
		    ip4_text(key[0], net), __builtin_popcount(n->mask[i]));
		return;
	}
}

static void
host_zero(
    struct config *c, const struct config_entry *e, const struct record_host *h)
{
	static const uint8_t zero[RECORD_HW_MAX];
	size_t i;

	for (i = 0; i < h->nmac; i++)
		if (h->mac[i].wild == 0 && h->mac[i].len > 0 &&
		    memcmp(h->mac[i].addr, zero, sizeof(zero)) == 0)
			diag_at(c, LOG_WARNING, &e->place,
			    "hardware address 00:00:00:00:00:00 belongs to no machine; write the real one");
}

/* Compares a host with those before it; false without memory. */
static bool
host_check(struct config *c, uint32_t i, const struct record_host *h,
    const struct networks *nets, struct keys *addrs)
{
	const struct config_entry *e = &c->entries[i];
	char addr[16];

	host_zero(c, e, h);
	if (h->addr == 0)
		return true;
	if (!address_check(c, i, h->addr, addrs))
		return false;
	if (e->dropped)
		return true;
	if (!networks_may_have(nets, h->addr))
		diag_at(c, LOG_WARNING, &e->place,
		    "%s is in the network of no dhcp-range; it is never assigned; add a dhcp-range for its network",
		    ip4_text(h->addr, addr));
	check_net_ends(c, e, nets, h->addr);
	return true;
}

void
check_hosts(struct config *c)
{
	struct keys addrs = { 0 };
	struct networks nets = { 0 };
	bool memory = networks_load(c, &nets);
	struct record rec;
	size_t i;

	for (i = 0; memory && config_next(c, RECORD_HOST, &i, &rec); i++)
		memory = host_check(c, (uint32_t)i, &rec.u.host, &nets, &addrs);
	if (!memory)
		diag_error(c, "out of memory");
	entries_remove(c);
	keys_free(&addrs);
	networks_free(&nets);
}
