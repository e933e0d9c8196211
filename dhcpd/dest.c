/* SPDX-License-Identifier: ISC */
/* The choice between relay, unicast, neighbour entry and broadcast. */
#include "dhcpd/dest.h"

#include <string.h>

void
dest_broadcast(struct dest *d)
{
	d->neigh = false;
	d->direct = true;
	d->addr = UINT32_MAX;
	d->port = DEST_CLIENT_PORT;
}

void
dest_choose(struct dest *d, const struct request *rq, uint8_t type,
    uint32_t yiaddr, uint32_t server, uint32_t from, uint16_t from_port)
{
	const struct packet *p = rq->p;

	memset(d, 0, sizeof(*d));
	d->ifindex = rq->iface->i.index;
	d->src = server;
	if (p->giaddr != 0) {
		d->addr = p->giaddr;
		d->port = DEST_SERVER_PORT;
		return;
	}
	/* A client that is refused its address cannot be reached at it. */
	if (type == PACKET_NAK) {
		dest_broadcast(d);
		return;
	}
	/* Who discovers has no address, whatever its firmware left there. */
	if (p->ciaddr != 0 && type != PACKET_OFFER) {
		d->addr = p->ciaddr;
		d->port = DEST_CLIENT_PORT;
		if (from == p->ciaddr && from_port != 0)
			d->port = from_port;
		return;
	}
	if ((p->flags & PACKET_BROADCAST) != 0 || p->hlen == 0 ||
	    p->htype == 0 || yiaddr == 0) {
		dest_broadcast(d);
		return;
	}
	d->direct = true;
	d->neigh = true;
	d->addr = yiaddr;
	d->port = DEST_CLIENT_PORT;
	d->hwtype = p->htype;
	d->hwlen = p->hlen;
	memcpy(d->hw, p->hw, p->hlen);
}
