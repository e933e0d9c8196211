/* SPDX-License-Identifier: ISC */
/* Ranges and the networks of interfaces. */
#include "daemon/range.h"

#include <stddef.h>

#include "daemon/addr.h"
#include "daemon/log.h"

static bool
range_same_net(uint32_t a, uint32_t b, uint32_t mask)
{
	return ((a ^ b) & mask) == 0;
}

enum range_fit
range_fit(const struct range *r, const struct iface_addr *a)
{
	uint32_t mask = r->mask != 0 ? r->mask : a->mask;
	bool start = range_same_net(a->addr, r->start, mask);
	bool end = range_same_net(a->addr, r->end, mask);

	if (start && end)
		return RANGE_FIT_YES;
	return start || end ? RANGE_FIT_PARTLY : RANGE_FIT_NO;
}

uint32_t
range_class_mask(const struct range *r)
{
	uint32_t mask;

	if (r->start >> 31 == 0)
		mask = 0xff000000;
	else if (r->start >> 30 == 2)
		mask = 0xffff0000;
	else if (r->start >> 29 == 6)
		mask = 0xffffff00;
	else
		return 0;
	return range_same_net(r->start, r->end, mask) ? mask : 0;
}

bool
range_example(uint32_t net, uint32_t mask, uint32_t *start, uint32_t *end)
{
	uint32_t size = ~mask + 1; /* 0: of all addresses */

	if (size < 4)
		return false;
	net &= mask;
	*start = net + (size < 256 ? size / 4 : 50);
	*end = net + (size < 256 ? size / 4 * 3 - 1 : 150);
	return true;
}

bool
range_log_unserved(const struct range *r, struct log_place at,
    const char *ifname, const struct iface_addr *addr)
{
	char start[16], end[16], ip[16];
	uint32_t mask = range_class_mask(r);

	(void)ip4_text(r->start, start);
	if (addr != NULL)
		log_at(LOG_WARNING, at,
		    "dhcp-range %s-%s does not fit into the network of %s (%s/%d), so clients there get no address from it; correct the range or the netmask of the interface",
		    start, ip4_text(r->end, end), ifname,
		    ip4_text(addr->addr, ip), __builtin_popcount(addr->mask));
	else if (r->mask != 0)
		log_at(LOG_NOTICE, at,
		    "dhcp-range %s: no interface is on its subnet; for relayed clients only",
		    start);
	else if (mask != 0)
		log_at(LOG_WARNING, at,
		    "dhcp-range %s: no interface is on its subnet and it has no netmask; relayed clients get the netmask of its address class, %s; correct the range, or add the netmask if they are meant",
		    start, ip4_text(mask, ip));
	else
		log_at(LOG_WARNING, at,
		    "dhcp-range %s: no interface is on its subnet and it has no netmask; ignored; correct the range, or add the netmask",
		    start);
	return addr != NULL || r->mask == 0;
}
