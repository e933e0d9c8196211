/* SPDX-License-Identifier: ISC */
/* Deciding on requests of roles. */
#include "priv/broker.h"

#include <errno.h>
#include <string.h>

#define HWTYPE_ETHERNET 1 /* RFC 1700, "Hardware Type" */
#define HWLEN_ETHERNET 6
#define PORT_SYSTEM_END 1024 /* RFC 6335 6: services have those below */
#define PORT_PXE 4011

static const struct iface *
iface_find(const struct conf *c, uint32_t ifindex)
{
	size_t i;

	/* A role may ask before the first configuration is in force. */
	for (i = 0; c != NULL && i < c->nifaces; i++)
		if (c->ifaces[i].index == ifindex)
			return &c->ifaces[i];
	return NULL;
}

/* The address, when the endpoint is IPv4, else 0. */
static uint32_t
endpoint_ip4(const struct endpoint *e)
{
	uint32_t addr;

	return addr_to_ip4(&e->addr, &addr) ? addr : 0;
}

/* Whether a served interface has this address. */
static bool
address_own(const struct conf *c, uint32_t addr)
{
	size_t i;

	for (i = 0; i < c->nifaces; i++)
		if (iface_has4(&c->ifaces[i], addr))
			return true;
	return false;
}

/* A client may ask by one interface for the address of another. */
static bool
address_serves_tftp(const struct conf *c, uint32_t addr)
{
	size_t i;

	for (i = 0; i < c->nifaces; i++)
		if (c->ifaces[i].tftp && iface_has4(&c->ifaces[i], addr))
			return true;
	return false;
}

static bool
address_broadcast(const struct conf *c, uint32_t addr)
{
	size_t i;
	uint8_t n;

	for (i = 0; i < c->nifaces; i++)
		for (n = 0; n < c->ifaces[i].naddrs; n++) {
			const struct iface_addr *a = &c->ifaces[i].addr[n];

			if (addr == a->broadcast ||
			    (a->mask < 0xfffffffe &&
				(addr == (a->addr | ~a->mask) ||
				    addr == (a->addr & a->mask))))
				return true;
		}
	return false;
}

/* False for 0.0.0.0/8, class D and class E. */
static bool
address_unicast(uint32_t addr)
{
	return addr >> 24 != 0 && addr >> 24 < 224;
}

static bool
address_loopback(uint32_t addr)
{
	return addr >> 24 == 127;
}

/*
 * Ports below 1024, 4011 (PXE) and that of dhcp-alternate-port belong to
 * services, not to clients.
 */
bool
broker_port_of_client(const struct record_dhcp *dhcp, uint16_t port)
{
	return port >= PORT_SYSTEM_END && port != PORT_PXE &&
	       port != dhcp->server_port;
}

static bool
address6_loopback(const uint8_t a[16])
{
	static const uint8_t loopback[16] = { [15] = 1 };

	return memcmp(a, loopback, sizeof(loopback)) == 0;
}

/* Whether `a` is the prefix of `own` with all host bits zero. */
static bool
address6_net(const uint8_t own[16], uint8_t prefix, const uint8_t a[16])
{
	uint8_t i;

	for (i = 0; i < 16; i++) {
		int bits = prefix - i * 8;
		uint8_t mask = bits >= 8   ? 0xff
			       : bits <= 0 ? 0
					   : (uint8_t)(0xff00U >> bits);

		if (a[i] != (own[i] & mask))
			return false;
	}
	return true;
}

/* False for multicast, "::", and IPv4-mapped and -compatible addresses. */
static bool
address6_unicast(const uint8_t a[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const uint8_t zero[12];

	if (a[0] == 0xff || memcmp(a, mapped, sizeof(mapped)) == 0)
		return false;
	/* "::", and IPv4-compatible addresses (2.5.5.1); but "::1" is one. */
	return memcmp(a, zero, sizeof(zero)) != 0 || address6_loopback(a);
}

static bool
address6_link_local(const uint8_t a[16])
{
	return a[0] == 0xfe && (a[1] & 0xc0) == 0x80;
}

/*
 * The subnet-router anycast address (RFC 4291 2.6.1).  If this host routes, it
 * is an address of this host, on interfaces that are not served, too.
 */
static bool
address6_subnet_router_anycast(const struct conf *c, const uint8_t a[16])
{
	size_t i;
	uint8_t n;

	for (i = 0; i < c->nfound; i++)
		for (n = 0; n < c->ifaces[i].naddrs6; n++) {
			const struct iface_addr6 *own = &c->ifaces[i].addr6[n];

			/* RFC 6164: with a /127 it is an ordinary address. */
			if (own->prefix < 127 &&
			    address6_net(own->addr, own->prefix, a))
				return true;
		}
	return false;
}

/*
 * The local end.  A global address may be that of any interface with TFTP; a
 * link-local one must be on this link, given by its scope (RFC 4007 5).
 */
static bool
local6_serves_tftp(
    const struct conf *c, const struct iface *i, const struct endpoint *e)
{
	size_t n;

	if (!address6_unicast(e->addr.bytes))
		return false;
	if (address6_link_local(e->addr.bytes))
		return e->scope == i->index && iface_has6(i, e->addr.bytes);
	for (n = 0; n < c->nifaces; n++)
		if (c->ifaces[n].tftp &&
		    iface_has6(&c->ifaces[n], e->addr.bytes))
			return e->scope == 0;
	return false;
}

static bool
address6_own(const struct conf *c, const uint8_t a[16])
{
	size_t i;

	for (i = 0; i < c->nifaces; i++)
		if (iface_has6(&c->ifaces[i], a))
			return true;
	return false;
}

static int
broker_socket6(const struct conf *c, const struct iface *i,
    const struct endpoint *local, const struct endpoint *remote)
{
	bool linked = address6_link_local(remote->addr.bytes);

	if (!local6_serves_tftp(c, i, local))
		return EADDRNOTAVAIL;
	if (!address6_unicast(remote->addr.bytes) ||
	    address6_subnet_router_anycast(c, remote->addr.bytes) ||
	    remote->scope != (linked ? i->index : 0))
		return EACCES;
	/*
	 * A client with only a link-local address may use a global address of
	 * the same link, but not of another one: routers do not forward
	 * packets to link-local addresses (RFC 4291 2.5.6).
	 */
	if (linked && !iface_has6(i, local->addr.bytes))
		return EACCES;
	if ((address6_own(c, remote->addr.bytes) ||
		address6_loopback(remote->addr.bytes)) &&
	    !broker_port_of_client(&c->dhcp, remote->port))
		return EACCES;
	return 0;
}

static int
broker_socket4(const struct conf *c, const struct endpoint *local,
    const struct endpoint *remote)
{
	uint32_t from = endpoint_ip4(local), to = endpoint_ip4(remote);

	if (from == 0 || to == 0)
		return EAFNOSUPPORT;
	if (!address_serves_tftp(c, from))
		return EADDRNOTAVAIL;
	if (!address_unicast(to) || address_broadcast(c, to))
		return EACCES;
	if ((address_own(c, to) || address_loopback(to)) &&
	    !broker_port_of_client(&c->dhcp, remote->port))
		return EACCES;
	return 0;
}

int
broker_socket(const struct conf *c, uint32_t ifindex,
    const struct endpoint *local, const struct endpoint *remote)
{
	const struct iface *i = iface_find(c, ifindex);

	if (i == NULL || !i->tftp)
		return ENODEV;
	if (local->port != 0)
		return EADDRNOTAVAIL;
	if (remote->port == 0)
		return EACCES;
	if (local->addr.family == 4 && remote->addr.family == 4)
		return broker_socket4(c, local, remote);
	if (local->addr.family == 6 && remote->addr.family == 6)
		return broker_socket6(c, i, local, remote);
	return EAFNOSUPPORT;
}

/* Whether a range is of the net of this address of an interface. */
static bool
range_is_of(const struct conf_pool *g, const struct iface_addr *a)
{
	return g->mode != RECORD_RANGE_PROXY &&
	       ((g->start ^ a->addr) & a->mask) == 0;
}

/* Addresses that are given out: those of dynamic ranges, and reservations. */
static bool
range_assigns(const struct conf *c, const struct conf_pool *g, uint32_t addr)
{
	return (g->mode == RECORD_RANGE_DYNAMIC && addr >= g->start &&
		   addr <= g->end) ||
	       addrs_has(&c->reserved, addr);
}

int
broker_neigh(const struct conf *c, uint32_t ifindex, uint32_t addr,
    uint8_t hwtype, size_t hwlen)
{
	const struct iface *i = iface_find(c, ifindex);
	size_t n;
	uint8_t k;

	if (i == NULL || !i->dhcp)
		return ENODEV;
	if (hwtype != HWTYPE_ETHERNET || hwlen != HWLEN_ETHERNET)
		return EPFNOSUPPORT;
	if (address_own(c, addr) || address_broadcast(c, addr) ||
	    !address_unicast(addr) || address_loopback(addr))
		return EACCES;
	for (n = 0; n < c->nranges; n++)
		for (k = 0; k < i->naddrs; k++) {
			const struct iface_addr *a = &i->addr[k];

			if (((addr ^ a->addr) & a->mask) == 0 &&
			    range_is_of(&c->ranges[n], a) &&
			    range_assigns(c, &c->ranges[n], addr))
				return 0;
		}
	return EACCES;
}
