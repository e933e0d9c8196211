/* SPDX-License-Identifier: ISC */
/* Checks of reservations: duplicates, and addresses outside all ranges. */
#include "confd/check_hosts.h"

#include <string.h>

#include "confd/builder.h"
#include "confd/diag.h"
#include "confd/keys.h"
#include "daemon/endpoint.h"

/* Addresses, names and identifiers of hosts, each with its last entry. */
struct claims {
	struct keys addrs;
	struct keys macs;
};

/* The networks of all ranges. */
struct nets {
	bool any; /* the mask is that of the interface, which is not known here
		   */
	uint32_t mask[33]; /* masks that occur */
	size_t nmasks;
	struct keys nets; /* address and mask */
};

/* dnsmasq refuses this as well: the address could go to either machine. */
static void
address_twice(struct config *c, const struct config_entry *e, uint32_t addr,
    uint32_t before)
{
	const struct place *first = &c->entries[before].place;
	char text[16];

	diag_at(c, LOG_ERR, &e->place,
	    "duplicate reservation of %s: the first is at %s, line %u; give each machine an address of its own",
	    ip4_text(addr, text), diag_show(c, first->file), first->line);
}

/* dhcpd finds the last one first, so the others have no effect. */
static void
machine_twice(struct config *c, const struct config_entry *e, uint32_t before)
{
	const struct place *first = &c->entries[before].place;

	diag_at(c, LOG_WARNING, &e->place,
	    "duplicate hardware address: the first reservation is at %s, line %u; within one network only this one counts",
	    diag_show(c, first->file), first->line);
}

static bool
nets_add(struct nets *n, const struct record_range *g)
{
	uint32_t key[2] = { g->start & g->mask, g->mask };
	size_t i;

	if (g->mask == 0) {
		n->any = true;
		return true;
	}
	for (i = 0; i < n->nmasks && n->mask[i] != g->mask; i++)
		continue;
	if (i == n->nmasks)
		n->mask[n->nmasks++] = g->mask;
	return keys_put(&n->nets, key, sizeof(key), 0, NULL);
}

/* False without memory. */
static bool
nets_load(const struct config *c, struct nets *n)
{
	struct record rec;
	size_t i;

	for (i = 0; i < c->nentries; i++) {
		if (c->entries[i].kind != RECORD_RANGE)
			continue;
		config_entry_record(c, &c->entries[i], &rec);
		if (!nets_add(n, &rec.u.range))
			return false;
	}
	return true;
}

/* Whether a reserved address can be given out in some range's network. */
static bool
check_nets_have(const struct nets *n, uint32_t addr)
{
	size_t i;

	for (i = 0; i < n->nmasks && !n->any; i++) {
		uint32_t key[2] = { addr & n->mask[i], n->mask[i] };

		if (keys_find(&n->nets, key, sizeof(key)) != KEYS_NONE)
			return true;
	}
	return n->any || n->nmasks == 0;
}

/* An address that a machine cannot have: the first or last of a network. */
static void
check_net_ends(struct config *c, const struct config_entry *e,
    const struct nets *n, uint32_t addr)
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

/* Whether a host may share its address with others. */
static bool
mac_comparable(const struct record_host *h)
{
	static const uint8_t zero[RECORD_HW_MAX];

	return h->nmac == 1 && h->addr != 0 && h->mac[0].wild == 0 &&
	       h->tags.n == 0 && h->idlen == 0 &&
	       memcmp(h->mac[0].addr, zero, sizeof(zero)) != 0;
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

/* The key of a hardware address; returns its length. */
static size_t
mac_key(uint8_t key[2 + RECORD_HW_MAX], const struct record_mac *m)
{
	key[0] = m->hwtype;
	key[1] = m->len;
	memcpy(key + 2, m->addr, m->len);
	return 2U + m->len;
}

/* Compares a host with those before it; false without memory. */
static bool
host_check(struct config *c, uint32_t i, const struct record_host *h,
    const struct nets *nets, struct claims *claims)
{
	const struct config_entry *e = &c->entries[i];
	uint8_t key[2 + RECORD_HW_MAX];
	uint32_t before;
	char addr[16];

	host_zero(c, e, h);
	if (h->addr == 0)
		return true;
	if (!keys_put(&claims->addrs, &h->addr, sizeof(h->addr), i, &before))
		return false;
	if (before != KEYS_NONE)
		address_twice(c, e, h->addr, before);
	if (mac_comparable(h)) {
		if (!keys_put(&claims->macs, key, mac_key(key, &h->mac[0]), i,
			&before))
			return false;
		if (before != KEYS_NONE)
			machine_twice(c, e, before);
	}
	if (!check_nets_have(nets, h->addr))
		diag_at(c, LOG_WARNING, &e->place,
		    "%s is in the network of no dhcp-range; it is never assigned; add a dhcp-range for its network",
		    ip4_text(h->addr, addr));
	check_net_ends(c, e, nets, h->addr);
	return true;
}

void
check_hosts(struct config *c)
{
	struct claims claims = { 0 };
	struct nets nets = { 0 };
	bool memory = nets_load(c, &nets);
	struct record rec;
	size_t i;

	for (i = 0; i < c->nentries && memory; i++) {
		if (c->entries[i].kind != RECORD_HOST)
			continue;
		config_entry_record(c, &c->entries[i], &rec);
		memory =
		    host_check(c, (uint32_t)i, &rec.u.host, &nets, &claims);
	}
	if (!memory)
		diag_error(c, "out of memory");
	keys_free(&claims.addrs);
	keys_free(&claims.macs);
	keys_free(&nets.nets);
}
