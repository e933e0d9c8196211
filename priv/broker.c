/* SPDX-License-Identifier: ISC */
/* Deciding on requests of roles. */
#include "priv/broker.h"

#include <errno.h>

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
	struct reader r;

	reader_init(&r, e->addr, 4);
	return e->family == 4 ? reader_u32(&r) : 0;
}

static bool
iface_has(const struct iface *i, uint32_t addr)
{
	uint8_t n;

	for (n = 0; n < i->naddrs; n++)
		if (i->addr[n].addr == addr)
			return true;
	return false;
}

/* Whether any served interface has it as its own. */
static bool
address_own(const struct conf *c, uint32_t addr)
{
	size_t i;

	for (i = 0; i < c->nifaces; i++)
		if (iface_has(&c->ifaces[i], addr))
			return true;
	return false;
}

/* A client may ask by one interface for the address of another. */
static bool
address_serves_tftp(const struct conf *c, uint32_t addr)
{
	size_t i;

	for (i = 0; i < c->nifaces; i++)
		if (c->ifaces[i].tftp && iface_has(&c->ifaces[i], addr))
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

/* Class D and E, the zero net. */
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

/* A client on this host is no service of it. */
static bool
port_of_client(uint16_t port)
{
	return port >= PORT_SYSTEM_END && port != PORT_PXE;
}

int
broker_socket(const struct conf *c, uint32_t ifindex,
    const struct endpoint *local, const struct endpoint *remote)
{
	const struct iface *i = iface_find(c, ifindex);
	uint32_t from = endpoint_ip4(local), to = endpoint_ip4(remote);

	if (i == NULL || !i->tftp)
		return ENODEV;
	if (from == 0 || to == 0)
		return EAFNOSUPPORT;
	if (local->port != 0 || !address_serves_tftp(c, from))
		return EADDRNOTAVAIL;
	if (remote->port == 0 || !address_unicast(to) ||
	    address_broadcast(c, to))
		return EACCES;
	if ((address_own(c, to) || address_loopback(to)) &&
	    !port_of_client(remote->port))
		return EACCES;
	return 0;
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

			if (c->ranges[n].mode != RECORD_RANGE_PROXY &&
			    ((c->ranges[n].start ^ a->addr) & a->mask) == 0 &&
			    ((addr ^ a->addr) & a->mask) == 0)
				return 0;
		}
	return EACCES;
}
