/* SPDX-License-Identifier: ISC */
/*
 * Checks of dhcp-host: one machine in several lines, which are not combined,
 * and machines that get the address of a router.
 */
#include "confd/check_machines.h"

#include <string.h>

#include "confd/builder.h"
#include "confd/diag.h"
#include "confd/keys.h"
#include "confd/networks.h"
#include "daemon/dhcp_option.h"
#include "daemon/endpoint.h"

struct machines {
	struct networks nets;
	struct keys macs; /* with the last line of each */
	struct keys routers; /* addresses in option 3, with a line of each */
};

/* The key of a hardware address; 0: it may be that of several machines. */
static size_t
mac_key(uint8_t key[2 + RECORD_HW_MAX], const struct record_mac *m)
{
	static const uint8_t zero[RECORD_HW_MAX];

	if (m->wild != 0 || memcmp(m->addr, zero, sizeof(zero)) == 0)
		return 0;
	key[0] = m->hwtype;
	key[1] = m->len;
	memcpy(key + 2, m->addr, m->len);
	return 2U + m->len;
}

/* Whether both addresses are, or may be, reserved in one network. */
static bool
same_network(const struct networks *n, uint32_t a, uint32_t b)
{
	uint32_t mask = networks_mask(n, a);

	if (a == 0 || b == 0)
		return true;
	if (mask == 0)
		mask = networks_mask(n, b);
	/* That of an interface is not known here. */
	return ((a ^ b) & (mask != 0 ? mask : 0xffffff00)) == 0;
}

/*
 * dhcpd finds the last line of a machine first.  In another network one with an
 * address does not count.
 */
static void
machine_twice(struct config *c, const struct machines *m,
    const struct config_entry *e, const struct record_host *h,
    const struct config_entry *before)
{
	struct record rec;

	config_entry_record(c, before, &rec);
	/* The same address in both is an error of its own. */
	if ((h->addr != 0 && h->addr == rec.u.host.addr) ||
	    !same_network(&m->nets, h->addr, rec.u.host.addr))
		return;
	diag_at(c, LOG_WARNING, &e->place,
	    "duplicate hardware address: %s is about the same machine, and within one network only this one counts; write all of it in one line",
	    diag_place(c, &before->place, &e->place));
}

static void
router_taken(struct config *c, const struct machines *m,
    const struct config_entry *e, uint32_t addr)
{
	uint32_t line = keys_find(&m->routers, &addr, sizeof(addr));
	char text[16];

	if (line != KEYS_NONE)
		diag_at(c, LOG_INFO, &e->place,
		    "%s is the router of %s; unless this machine is the router, give it another address",
		    ip4_text(addr, text),
		    diag_place(c, &c->entries[line].place, &e->place));
}

/* False without memory. */
static bool
machine_check(struct config *c, struct machines *m, uint32_t i,
    const struct record_host *h)
{
	const struct config_entry *e = &c->entries[i];
	uint8_t key[2 + RECORD_HW_MAX], k;
	uint32_t before, told = KEYS_NONE;
	size_t len;

	if (h->addr != 0)
		router_taken(c, m, e, h->addr);
	if (h->tags.n > 0 || h->idlen > 0)
		return true;
	for (k = 0; k < h->nmac; k++) {
		if ((len = mac_key(key, &h->mac[k])) == 0)
			continue;
		before = keys_find(&m->macs, key, len);
		if (!keys_put(&m->macs, key, len, i))
			return false;
		if (before == KEYS_NONE || before == i || before == told)
			continue;
		told = before;
		machine_twice(c, m, e, h, &c->entries[before]);
	}
	return true;
}

/* Collects the routers that clients are told; false without memory. */
static bool
routers_load(const struct config *c, struct keys *routers)
{
	struct record rec;
	struct reader r;
	uint32_t addr;
	size_t i;

	for (i = 0; config_next(c, RECORD_OPTION, &i, &rec); i++) {
		if (rec.u.option.code != OPT_ROUTER)
			continue;
		reader_init(&r, rec.u.option.data, rec.u.option.len);
		while (r.left >= 4) {
			addr = reader_u32(&r);
			if (addr != 0 && !keys_put(routers, &addr, sizeof(addr),
					     (uint32_t)i))
				return false;
		}
	}
	return true;
}

void
check_machines(struct config *c)
{
	struct machines m = { 0 };
	bool memory = networks_load(c, &m.nets) && routers_load(c, &m.routers);
	struct record rec;
	size_t i;

	for (i = 0; memory && config_next(c, RECORD_HOST, &i, &rec); i++)
		memory = machine_check(c, &m, (uint32_t)i, &rec.u.host);
	if (!memory)
		diag_error(c, "out of memory");
	networks_free(&m.nets);
	keys_free(&m.macs);
	keys_free(&m.routers);
}
