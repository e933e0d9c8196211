/* SPDX-License-Identifier: ISC */
/* The engine: dispatches inputs to their handlers. */
#include "dhcpd/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dhcpd/action.h"
#include "dhcpd/agent.h"
#include "dhcpd/conf_build.h"
#include "dhcpd/conf_index.h"
#include "dhcpd/grant.h"
#include "dhcpd/proxy.h"
#include "dhcpd/subnet.h"
#include "dhcpd/request.h"
#include "dhcpd/serve.h"

/*
 * How long a reply waits for its neighbour entry.  The parent answers in
 * microseconds, but waits itself while the kernel adds or removes interfaces;
 * a client repeats its DISCOVER after one second at the earliest.
 */
#define ENGINE_NEIGH_MS 500
#define ENGINE_DUE_MAX 64 /* delayed replies a step */

struct engine *
engine_new(uint64_t seed)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->seed = seed;
	if ((e->pool = pool_new(seed)) == NULL ||
	    pending_init(&e->pending) == -1 ||
	    delay_init(&e->delay, seed) == -1) {
		pool_free(e->pool);
		pending_free(&e->pending);
		free(e);
		return NULL;
	}
	return e;
}

int
engine_prepare(
    struct engine *e, const struct dhcp_conf *c, struct binding_queue **lists)
{
	return pool_prepare(e->pool, c, lists);
}

void
engine_use(struct engine *e, struct dhcp_conf *c, struct binding_queue *lists)
{
	struct dhcp_conf *old = e->conf;

	e->conf = c;
	pool_use(e->pool, c, lists);
	dhcp_conf_free(old);
}

uint64_t
engine_due_ms(const struct engine *e)
{
	const struct pending *p = TAILQ_FIRST(&e->pending.neigh);
	uint64_t delay = delay_next_ms(&e->delay), neigh;

	if (p == NULL)
		return delay;
	neigh = p->since_ms + ENGINE_NEIGH_MS;
	return delay == 0 || neigh < delay ? neigh : delay;
}

uint64_t
engine_store_since(const struct engine *e)
{
	const struct pending *p = TAILQ_FIRST(&e->pending.store);

	return e->store_up && p != NULL ? p->since_ms : 0;
}

/* Sends what is due; what is left is due in the next step. */
static void
engine_due(struct engine *e)
{
	struct delayed *d;
	struct pending *p;
	size_t n;

	for (n = 0; n < ENGINE_DUE_MAX &&
		    (d = delay_take(&e->delay, e->now.mono_ms)) != NULL;
	     n++)
		action_delayed(e, d);
	/*
	 * Last, because this frees their places: actions of this step refer to
	 * the replies in them, and a delayed reply would take such a place.
	 */
	while ((p = TAILQ_FIRST(&e->pending.neigh)) != NULL &&
	       e->now.mono_ms - p->since_ms >= ENGINE_NEIGH_MS)
		action_neigh_done(e, p, ETIMEDOUT);
}

static void
engine_dispatch(struct engine *e)
{
	switch (e->packet.type) {
	case PACKET_BOOTP:
		serve_bootp(e);
		break;
	case PACKET_DISCOVER:
		serve_discover(e);
		break;
	case PACKET_REQUEST:
		request_serve(e);
		break;
	case PACKET_DECLINE:
		serve_decline(e);
		break;
	case PACKET_RELEASE:
		serve_release(e);
		break;
	case PACKET_INFORM:
		serve_inform(e);
		break;
	default:
		action_drop(e, DROP_NOT_CLIENT);
		break;
	}
}

/* An address on the network that relay or client ask for, or 0. */
static uint32_t
engine_link(const struct engine *e)
{
	uint32_t link = agent_addr(&e->packet, AGENT_LINK);

	if (link == 0 && e->conf->dhcp.subnet_selection)
		(void)packet_u32(&e->packet, OPT_SUBNET, &link);
	return link;
}

/* Whether there is a range for the network of this request. */
static bool
engine_has_range(struct engine *e)
{
	struct note *n;

	if (e->rq.nnets > 0)
		return true;
	/* The client has an address already. */
	if (e->packet.type == PACKET_INFORM && e->packet.giaddr == 0)
		return true;
	action_drop(e, DROP_NO_RANGE);
	e->rq.client.hwtype = e->packet.htype;
	e->rq.client.hwlen = e->packet.hlen;
	memcpy(e->rq.client.hw, e->packet.hw, e->packet.hlen);
	e->rq.client.idlen = 0;
	n = action_note(e, NOTE_NO_RANGE, e->packet.type, e->packet.giaddr);
	if (n != NULL) {
		n->failed = true;
		n->link = engine_link(e);
	}
	return false;
}

/* Whether giaddr can be the address of a relay agent. */
static bool
engine_relay_ok(const struct engine *e)
{
	uint32_t addr = e->packet.giaddr;
	uint8_t n, net = (uint8_t)(addr >> 24);

	if (addr == 0)
		return true;
	if (net == 0 || net == 127 || net >= 224 ||
	    dhcp_conf_is_own(e->conf, addr))
		return false;
	for (n = 0; n < e->rq.iface->i.naddrs; n++) {
		const struct iface_addr *a = &e->rq.iface->i.addr[n];

		if (addr == a->broadcast ||
		    (a->mask < 0xfffffffe && addr == (a->addr & a->mask)))
			return false;
	}
	return true;
}

/*
 * The address that the client uses.  DISCOVER, DECLINE and a REQUEST with
 * option 50 have none (RFC 2131 table 5), whatever is in the field.
 */
static uint32_t
engine_ciaddr(const struct packet *p)
{
	uint32_t addr;

	if (p->type == PACKET_DISCOVER || p->type == PACKET_DECLINE ||
	    (p->type == PACKET_REQUEST &&
		packet_u32(p, OPT_REQUESTED_IP, &addr)))
		return 0;
	return p->ciaddr;
}

/*
 * The server identifier that a relay asks for, or that dhcp-proxy gives to
 * clients behind it: then all their messages pass through the relay.
 */
static uint32_t
engine_server_id(const struct engine *e)
{
	uint32_t asked = agent_addr(&e->packet, AGENT_SERVER_ID);
	uint32_t relay = e->packet.giaddr;
	bool listed = false;
	size_t i;

	if (asked != 0 || relay == 0)
		return asked;
	for (i = 0; i < e->conf->relay_proxies.n; i++) {
		if (e->conf->relay_proxies.v[i] == relay)
			return relay;
		listed |= e->conf->relay_proxies.v[i] != 0;
	}
	return i > 0 && !listed ? relay : 0;
}

/* Sets where the client is, and the ranges for that place. */
static void
engine_place(struct engine *e)
{
	const struct packet *p = &e->packet;
	struct subnet_where w = { .giaddr = p->giaddr };

	e->rq.ciaddr = engine_ciaddr(p);
	e->rq.server_id = engine_server_id(e);
	w.link = engine_link(e);
	w.relay = e->rq.server_id;
	w.ciaddr = e->rq.ciaddr;
	w.local = e->rq.local;
	e->rq.nnets = subnet_find(e->conf, e->rq.iface, &w, &e->rq.nets);
}

static void
engine_packet(struct engine *e)
{
	const struct engine_input *in = e->in;
	enum packet_reason why;

	why = packet_parse(&e->packet, in->data, in->len);
	e->count.parsed[why]++;
	if (why != PACKET_OK)
		return;
	e->count.received[e->packet.type]++;
	if (e->conf == NULL || (e->rq.iface = dhcp_conf_find_iface(
				    e->conf, in->ifindex)) == NULL) {
		action_drop(e, DROP_UNSERVED);
		return;
	}
	if (!engine_relay_ok(e)) {
		action_drop(e, DROP_RELAY);
		return;
	}
	e->rq.p = &e->packet;
	e->rq.local = in->local;
	e->rq.unicast = in->unicast;
	if (!dhcp_conf_is_own(e->conf, in->local))
		e->rq.local =
		    e->rq.iface->i.naddrs > 0 ? e->rq.iface->i.addr[0].addr : 0;
	engine_place(e);
	if (!engine_has_range(e))
		return;
	classify(e->conf, &e->rq);
	if (e->conf->dhcp.log_dhcp)
		(void)action_note(e, NOTE_REQUEST, e->packet.type, 0);
	if (!proxy_serve(e))
		engine_dispatch(e);
}

const struct actions *
engine_step(struct engine *e, const struct engine_input *in,
    const struct engine_time *now)
{
	struct pending *p;

	e->in = in;
	e->now = *now;
	e->out.n = e->out.nnotes = 0;
	switch (in->kind) {
	case ENGINE_PACKET:
		engine_packet(e);
		break;
	case ENGINE_DURABLE:
		grant_durable(e, in->id);
		break;
	case ENGINE_REFUSED:
		grant_refused(e, in->id, in->reason);
		break;
	case ENGINE_NEIGH_DONE:
		p = pending_find(&e->pending, in->id, PENDING_NEIGH);
		if (p != NULL)
			action_neigh_done(e, p, in->error);
		break;
	case ENGINE_STORE_UP:
		e->store_up = true;
		grant_resend(e);
		break;
	case ENGINE_STORE_DOWN:
		e->store_up = false;
		break;
	case ENGINE_TICK:
		pool_tick(e->pool, e->now.wall_s, e->now.mono_ms);
		break;
	case ENGINE_DUE:
		engine_due(e);
		break;
	}
	return &e->out;
}
