/* SPDX-License-Identifier: ISC */
/* Chooses between relay, unicast, neighbour entry and broadcast. */
#include "dhcpd/dest.h"

#include <string.h>

#include "dhcpd/conf_index.h"

/* The port is that of clients already. */
static void
dest_broadcast(struct dest *d)
{
	d->direct = true;
	d->addr = UINT32_MAX;
}

void
dest_without_neigh(struct dest *d)
{
	d->neigh = false;
	if (!d->in_use)
		dest_broadcast(d);
}

static void
dest_neigh(struct dest *d, const struct packet *p, uint32_t addr)
{
	d->direct = true;
	d->neigh = true;
	d->addr = addr;
	d->hwtype = p->htype;
	d->hwlen = p->hlen;
	memcpy(d->hw, p->hw, p->hlen);
}

/* Whether addr is on a subnet of the interface, or on one that shares it. */
static bool
dest_attached(const struct conf_iface *ci, uint32_t addr)
{
	uint8_t n;

	for (n = 0; n < ci->i.naddrs; n++)
		if (dhcp_conf_same_net(
			addr, ci->i.addr[n].addr, ci->i.addr[n].mask))
			return true;
	return dhcp_conf_on_nets(ci->net, ci->nnets, addr);
}

/*
 * To a client that uses its address.  While it renews a lease, its firmware
 * may not answer ARP; a client that sends INFORM has a complete IP stack.
 */
static void
dest_unicast(struct dest *d, const struct request *rq, uint8_t type,
    uint32_t from, uint16_t from_port)
{
	const struct packet *p = rq->p;

	d->in_use = true;
	d->addr = rq->ciaddr;
	if (from == rq->ciaddr && from_port != 0)
		d->port = from_port;
	if (type == PACKET_ACK && p->type == PACKET_REQUEST && p->hlen > 0 &&
	    p->htype != 0 && dest_attached(rq->iface, rq->ciaddr))
		dest_neigh(d, p, rq->ciaddr);
}

bool
dest_nak_routed(const struct request *rq)
{
	return rq->unicast && rq->p->giaddr == 0 && rq->ciaddr != 0 &&
	       !dest_attached(rq->iface, rq->ciaddr);
}

/* As dest_attached(); *host: it is neither first nor last of such a network. */
static bool
dest_on_net(
    uint32_t addr, uint32_t net, uint32_t mask, uint32_t broadcast, bool *host)
{
	if (mask == 0 || !dhcp_conf_same_net(addr, net, mask))
		return false;
	if (addr == broadcast || (mask < 0xfffffffe && addr == (addr & mask)))
		*host = false;
	return true;
}

bool
dest_ciaddr_ok(const struct dhcp_conf *conf, const struct request *rq)
{
	const struct iface *i = &rq->iface->i;
	bool served = false, host = true;
	size_t n;

	for (n = 0; n < i->naddrs; n++)
		served |= dest_on_net(rq->p->ciaddr, i->addr[n].addr,
		    i->addr[n].mask, i->addr[n].broadcast, &host);
	for (n = 0; n < rq->nnets; n++)
		served |= dest_on_net(rq->p->ciaddr, rq->nets[n].range->start,
		    rq->nets[n].mask, rq->nets[n].broadcast, &host);
	return served && host && !dhcp_conf_is_own(conf, rq->p->ciaddr);
}

void
dest_choose(struct dest *d, const struct dhcp_conf *conf,
    const struct request *rq, uint8_t type, uint32_t yiaddr, uint32_t local,
    uint32_t from, uint16_t from_port)
{
	const struct packet *p = rq->p;

	memset(d, 0, sizeof(*d));
	d->ifindex = rq->iface->i.index;
	d->src = local;
	d->port = conf->dhcp.client_port;
	if (p->giaddr != 0) {
		d->addr = p->giaddr;
		d->port = conf->dhcp.server_port;
		return;
	}
	/* A client that gets a NAK may not use its address any more. */
	if (type == PACKET_NAK && !dest_nak_routed(rq)) {
		dest_broadcast(d);
		return;
	}
	if (rq->ciaddr != 0 &&
	    (type != PACKET_BOOTP || dest_ciaddr_ok(conf, rq))) {
		dest_unicast(d, rq, type, from, from_port);
		return;
	}
	if (rq->broadcast || p->hlen == 0 || p->htype == 0 || yiaddr == 0) {
		dest_broadcast(d);
		return;
	}
	dest_neigh(d, p, yiaddr);
}

/* A client without an address waits for a broadcast on its own port. */
void
dest_choose_pxe(struct dest *d, const struct dhcp_conf *conf,
    const struct request *rq, uint32_t local, uint32_t from, uint16_t from_port)
{
	memset(d, 0, sizeof(*d));
	d->ifindex = rq->iface->i.index;
	d->src = local;
	d->pxe = true;
	d->in_use = true;
	d->addr = from;
	d->port = from_port;
	if (from == 0) {
		d->port = conf->dhcp.client_port;
		dest_broadcast(d);
	}
}
