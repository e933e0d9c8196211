/* SPDX-License-Identifier: ISC */
/* Compares ranges and reservations with the interfaces of this host. */
#include "priv/ranges_test.h"

#include <stdlib.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "daemon/range.h"

#define RESERVED_LOGGED 5 /* more addresses are only counted */

/* The best fit of a range, and the address that it is of; NULL for none. */
static enum range_fit
range_best(const struct conf *c, const struct range *r,
    const struct iface **iface, const struct iface_addr **addr)
{
	enum range_fit best = RANGE_FIT_NO, fit;
	size_t i;
	uint8_t n;

	*iface = NULL;
	*addr = NULL;
	for (i = 0; i < c->nifaces; i++)
		for (n = 0; c->ifaces[i].dhcp && n < c->ifaces[i].naddrs; n++) {
			fit = range_fit(r, &c->ifaces[i].addr[n]);
			if (fit <= best)
				continue;
			best = fit;
			*iface = &c->ifaces[i];
			*addr = &c->ifaces[i].addr[n];
		}
	return best;
}

/*
 * Logs a range that this host does not serve itself; whether that is a warning.
 * *mask: the netmask that dhcpd uses; 0: it ignores the range.
 */
static bool
range_look(const struct conf *c, const struct range *r, uint32_t *mask)
{
	const struct iface_addr *addr;
	const struct iface *iface;
	enum range_fit fit = range_best(c, r, &iface, &addr);

	*mask = r->mask;
	if (*mask == 0)
		*mask = fit == RANGE_FIT_YES ? addr->mask : range_class_mask(r);
	return fit != RANGE_FIT_YES &&
	       range_log_unserved(r, iface == NULL ? NULL : iface->name, addr);
}

/* Whether a reserved address is in the network of a range. */
static bool
reserved_in_range(const struct conf *c, const uint32_t *mask, uint32_t ip)
{
	size_t n;

	for (n = 0; n < c->nranges; n++)
		if (mask[n] != 0 && ((ip ^ c->ranges[n].start) & mask[n]) == 0)
			return true;
	return false;
}

/* Logs reserved addresses that are in no network; their number. */
static uint32_t
reserved_test(const struct conf *c, const uint32_t *mask)
{
	uint32_t outside = 0;
	char ip[16];
	size_t n;

	for (n = 0; n < c->reserved.nslots; n++) {
		uint32_t addr = c->reserved.slots[n];

		if (addr == 0 || reserved_in_range(c, mask, addr))
			continue;
		if (outside++ < RESERVED_LOGGED)
			log_warnx(
			    "dhcp-host with %s: the address is in no network of a dhcp-range; add a range for that network (it may be static)",
			    ip4_text(addr, ip));
	}
	if (outside > RESERVED_LOGGED)
		log_warnx("%u similar messages suppressed",
		    outside - RESERVED_LOGGED);
	return outside;
}

uint32_t
ranges_test(const struct conf *c)
{
	uint32_t *mask = calloc(c->nranges + 1, sizeof(*mask)), warnings = 0;
	size_t n;

	if (mask == NULL) {
		log_warnx("out of memory: ranges are not checked");
		return 1;
	}
	for (n = 0; n < c->nranges; n++) {
		const struct conf_pool *g = &c->ranges[n];
		struct range r = { g->start, g->end, g->mask };

		if (g->mode != RECORD_RANGE_PROXY)
			warnings += range_look(c, &r, &mask[n]) ? 1 : 0;
	}
	warnings += reserved_test(c, mask);
	free(mask);
	return warnings;
}
