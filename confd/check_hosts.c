/* SPDX-License-Identifier: ISC */
/* Reservations: one address for two, and addresses that nobody can get. */
#include "confd/check.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/sort.h"

/* Addresses, or hardware addresses, with the entry that they stand in. */
struct claim {
	uint32_t addr;
	uint32_t entry;
	struct record_mac mac;
};

static int
claim_compare(const void *a, const void *b)
{
	const struct claim *x = a;
	const struct claim *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

static int
claim_compare_mac(const void *a, const void *b)
{
	const struct claim *x = a;
	const struct claim *y = b;
	int r = memcmp(&x->mac, &y->mac, sizeof(x->mac));

	if (r != 0)
		return r;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* dnsmasq refuses this, and rightly: who would get the address? */
static void
addresses_twice(struct config *c, const struct claim *claims, size_t n)
{
	char addr[16];
	size_t i;

	for (i = 1; i < n; i++) {
		const struct place *first =
		    &c->entries[claims[i - 1].entry].place;

		if (claims[i].addr != claims[i - 1].addr)
			continue;
		config_diag_at(c, LOG_ERR, &c->entries[claims[i].entry].place,
		    "%s is reserved a second time, after %s, line %u; an "
		    "address belongs to one machine",
		    ip4_text(claims[i].addr, addr), config_show(c, first->file),
		    first->line);
	}
}

/* The last one is found first, so that the other has no effect. */
static void
machines_twice(struct config *c, struct claim *claims, size_t n)
{
	size_t i;

	sort_array(claims, n, sizeof(*claims), claim_compare_mac);
	for (i = 1; i < n; i++) {
		const struct place *first =
		    &c->entries[claims[i - 1].entry].place;

		if (memcmp(&claims[i].mac, &claims[i - 1].mac,
			sizeof(claims[i].mac)) != 0)
			continue;
		config_diag_at(c, LOG_WARNING,
		    &c->entries[claims[i].entry].place,
		    "this hardware address has a reservation at %s, line %u; "
		    "where both addresses are in one network, only this one "
		    "counts",
		    config_show(c, first->file), first->line);
	}
}

/* Whether a reserved address can be given out in some range's network. */
static bool
host_reachable(const struct record_range *ranges, size_t n, uint32_t addr)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct record_range *g = &ranges[i];

		/* The interface knows a mask that is not written here. */
		if (g->mask == 0 || (addr & g->mask) == (g->start & g->mask))
			return true;
	}
	return n == 0;
}

/* All ranges, decoded; NULL without memory or when there is none. */
static struct record_range *
ranges_load(const struct config *c, size_t *n)
{
	struct record_range *ranges;
	struct record rec;
	size_t i;

	*n = 0;
	for (i = 0; i < c->nentries; i++)
		if (c->entries[i].kind == RECORD_RANGE)
			(*n)++;
	ranges = *n == 0 ? NULL : calloc(*n, sizeof(*ranges));
	if (ranges == NULL) {
		*n = 0;
		return NULL;
	}
	for (*n = 0, i = 0; i < c->nentries; i++)
		if (c->entries[i].kind == RECORD_RANGE) {
			config_entry_record(c, &c->entries[i], &rec);
			ranges[(*n)++] = rec.u.range;
		}
	return ranges;
}

/* Whether a host stands for itself among others of the same address. */
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
			config_diag_at(c, LOG_WARNING, &e->place,
			    "no machine has the hardware address "
			    "00:00:00:00:00:00; put in the real one");
}

/* Fills both lists, and looks at each host alone. */
static void
hosts_collect(struct config *c, struct claim *addrs, size_t *naddrs,
    struct claim *macs, size_t *nmacs)
{
	struct record_range *ranges;
	struct record rec;
	size_t i, nranges;
	char addr[16];

	ranges = ranges_load(c, &nranges);
	for (i = 0; i < c->nentries; i++) {
		const struct record_host *h = &rec.u.host;

		if (c->entries[i].kind != RECORD_HOST)
			continue;
		config_entry_record(c, &c->entries[i], &rec);
		host_zero(c, &c->entries[i], h);
		if (h->addr == 0)
			continue;
		addrs[*naddrs].addr = h->addr;
		addrs[(*naddrs)++].entry = (uint32_t)i;
		if (mac_comparable(h)) {
			macs[*nmacs].mac = h->mac[0];
			macs[(*nmacs)++].entry = (uint32_t)i;
		}
		if (!host_reachable(ranges, nranges, h->addr))
			config_diag_at(c, LOG_WARNING, &c->entries[i].place,
			    "%s is in the network of no dhcp-range, and will "
			    "never be given out",
			    ip4_text(h->addr, addr));
	}
	free(ranges);
}

void
check_hosts(struct config *c)
{
	struct claim *addrs, *macs;
	size_t naddrs = 0, nmacs = 0;

	if (c->nentries == 0)
		return;
	addrs = calloc(c->nentries, sizeof(*addrs));
	macs = calloc(c->nentries, sizeof(*macs));
	if (addrs != NULL && macs != NULL) {
		hosts_collect(c, addrs, &naddrs, macs, &nmacs);
		sort_array(addrs, naddrs, sizeof(*addrs), claim_compare);
		addresses_twice(c, addrs, naddrs);
		machines_twice(c, macs, nmacs);
	} else {
		config_error(c, "no memory");
	}
	free(addrs);
	free(macs);
}
