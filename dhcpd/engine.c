/* SPDX-License-Identifier: ISC */
/* The engine: inputs, and the actions that come out. */
#include "dhcpd/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dhcpd/serve.h"

#define ENGINE_NEIGH_MS 3000 /* the parent answers in microseconds */

const char *
engine_drop_text(enum engine_drop why)
{
	static const char *const text[ENGINE_DROP_MAX] = {
		[DROP_UNSERVED] = "interface not served",
		[DROP_RELAY] = "relay with an impossible address",
		[DROP_NO_RANGE] = "no range for its network",
		[DROP_PROXY] = "proxy range only",
		[DROP_NOT_CLIENT] = "message of a server",
		[DROP_NO_ID] = "no unique id",
		[DROP_IGNORED] = "ignored by the configuration",
		[DROP_OTHER_SERVER] = "meant for another server",
		[DROP_UNKNOWN] = "unknown client",
		[DROP_MALFORMED] = "a field is missing",
		[DROP_BUSY] = "an earlier request is being stored",
		[DROP_PLACES] = "no place for it in memory",
		[DROP_NO_ADDRESS] = "no address available",
		[DROP_LEASES] = "no leases left",
		[DROP_NOT_OWNER] = "not its lease",
		[DROP_BOOTP] = "BOOTP without a reservation",
	};

	return (unsigned int)why < ENGINE_DROP_MAX ? text[why] : "?";
}

struct engine *
engine_new(uint64_t seed)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	if ((e->pool = pool_new(seed)) == NULL || held_init(&e->held) == -1) {
		pool_free(e->pool);
		free(e);
		return NULL;
	}
	return e;
}

void
engine_free(struct engine *e)
{
	if (e == NULL)
		return;
	pool_free(e->pool);
	held_done(&e->held);
	dhcp_conf_free(e->conf);
	free(e);
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

static struct action *
engine_action(struct engine *e, enum action_kind kind)
{
	struct action *a;

	if (e->out.n == ENGINE_ACTIONS_MAX)
		return NULL;
	a = &e->out.v[e->out.n++];
	memset(a, 0, sizeof(*a));
	a->kind = kind;
	return a;
}

struct note *
engine_note(struct engine *e, enum note_kind kind, uint8_t type, uint32_t addr)
{
	/* Steps that are not about a packet may exceed the room: then none. */
	static const struct note none;
	struct action *a;
	struct note *n;

	if (e->out.nnotes == ENGINE_NOTES_MAX ||
	    (a = engine_action(e, ACTION_NOTE)) == NULL)
		return NULL;
	n = a->note = &e->out.note[e->out.nnotes++];
	*n = none;
	n->kind = kind;
	n->type = type;
	n->addr = addr;
	if (e->in->kind == ENGINE_PACKET) {
		n->xid = e->packet.xid;
		n->client = e->rq.client;
		memcpy(n->ifname, e->rq.iface->i.name, sizeof(n->ifname));
	}
	return n;
}

void
engine_note_fail(
    struct engine *e, uint8_t type, uint32_t addr, const char *text)
{
	struct note *n = engine_note(e, NOTE_MESSAGE, type, addr);

	if (n != NULL) {
		n->failed = true;
		n->text = text;
	}
}

void
engine_drop(struct engine *e, enum engine_drop why)
{
	e->count.dropped[why]++;
}

bool
engine_bound(const struct engine *e, const struct binding *b)
{
	return b->state == BINDING_BOUND && b->l.expiry_s > e->now.wall_s;
}

static void
engine_send(struct engine *e, uint8_t type, const struct dest *d,
    const void *data, size_t len)
{
	struct action *a = engine_action(e, ACTION_SEND);

	if (a == NULL)
		return;
	a->dest = d;
	a->data = data;
	a->len = len;
	e->count.sent[type]++;
}

void
engine_deliver(struct engine *e, struct hold *h)
{
	struct action *a;

	if (!h->dest.neigh || (a = engine_action(e, ACTION_NEIGH)) == NULL) {
		if (h->dest.neigh)
			dest_broadcast(&h->dest);
		engine_send(e, h->type, &h->dest, h->reply, h->len);
		held_put(&e->held, h);
		return;
	}
	held_move(&e->held, h, HOLD_NEIGH);
	h->since_ms = e->now.mono_ms;
	a->id = h->id;
	a->dest = &h->dest;
}

void
engine_reply(struct engine *e, uint8_t type, uint32_t yiaddr, uint32_t server)
{
	struct hold *h;

	e->count.options_left_out += e->reply.left_out;
	if (e->conf->dhcp.log_dhcp)
		(void)engine_note(e, NOTE_REPLY, type, yiaddr);
	dest_choose(&e->dest, &e->rq, type, yiaddr, server, e->in->from,
	    e->in->from_port);
	if (e->dest.neigh && (h = held_get(&e->held, HOLD_NEIGH)) != NULL) {
		h->kind = HOLD_REPLY;
		h->type = type;
		h->dest = e->dest;
		h->len = reply_finish(&e->reply, h->reply);
		engine_deliver(e, h);
		return;
	}
	if (e->dest.neigh)
		dest_broadcast(&e->dest);
	engine_send(e, type, &e->dest, e->buf, reply_finish(&e->reply, e->buf));
}

void
engine_store(struct engine *e, struct hold *h)
{
	struct action *a;

	/* While leased is away proposals wait for its return. */
	if (!e->store_up || (a = engine_action(e, ACTION_STORE)) == NULL)
		return;
	a->id = h->id;
	a->lease = &h->lease;
	h->since_ms = e->now.mono_ms;
}

uint64_t
engine_store_since(const struct engine *e)
{
	const struct hold *h = TAILQ_FIRST(&e->held.store);

	return e->store_up && h != NULL ? h->since_ms : 0;
}

/* An outcome of a neighbour entry, or none: the reply leaves anyhow. */
static void
engine_neigh(struct engine *e, struct hold *h, uint32_t error)
{
	struct note *n;

	if (error != 0) {
		e->count.neigh_failed++;
		n = engine_note(e, NOTE_NEIGH, h->type, h->dest.addr);
		if (n != NULL)
			n->error = error;
		dest_broadcast(&h->dest);
	}
	engine_send(e, h->type, &h->dest, h->reply, h->len);
	held_put(&e->held, h);
}

static void
engine_tick(struct engine *e)
{
	struct hold *h;

	pool_tick(e->pool, e->now.wall_s, e->now.mono_ms);
	while ((h = TAILQ_FIRST(&e->held.neigh)) != NULL &&
	       e->now.mono_ms - h->since_ms >= ENGINE_NEIGH_MS)
		engine_neigh(e, h, ETIMEDOUT);
}

static void
engine_serve(struct engine *e)
{
	switch (e->packet.type) {
	case PACKET_BOOTP:
		serve_bootp(e);
		break;
	case PACKET_DISCOVER:
		serve_discover(e);
		break;
	case PACKET_REQUEST:
		serve_request(e);
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
		engine_drop(e, DROP_NOT_CLIENT);
		break;
	}
}

/* Whether there is a range for this request that is not a proxy's. */
static bool
engine_has_range(struct engine *e)
{
	struct note *n;
	size_t i;

	for (i = 0; i < e->rq.nnets; i++)
		if (e->rq.nets[i].range->mode != RECORD_RANGE_PROXY)
			return true;
	if (e->rq.nnets > 0) {
		engine_drop(e, DROP_PROXY);
		return false;
	}
	if (e->packet.type == PACKET_INFORM)
		return true; /* it has its address, and needs no range */
	engine_drop(e, DROP_NO_RANGE);
	e->rq.client.hwlen = 0;
	n = engine_note(e, NOTE_NO_RANGE, e->packet.type, e->packet.giaddr);
	if (n != NULL)
		n->failed = true;
	return false;
}

/* Whether a relay agent may have the address that it gives. */
static bool
engine_relay_ok(const struct engine *e)
{
	uint32_t addr = e->packet.giaddr;
	uint8_t n, net = (uint8_t)(addr >> 24);

	if (addr == 0)
		return true;
	if (net == 0 || net == 127 || net >= 224 || conf_own(e->conf, addr))
		return false;
	for (n = 0; n < e->rq.iface->i.naddrs; n++) {
		const struct iface_addr *a = &e->rq.iface->i.addr[n];

		if (addr == a->broadcast ||
		    (a->mask < 0xfffffffe && addr == (a->addr & a->mask)))
			return false;
	}
	return true;
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
	if (e->conf == NULL ||
	    (e->rq.iface = conf_iface_find(e->conf, in->ifindex)) == NULL) {
		engine_drop(e, DROP_UNSERVED);
		return;
	}
	if (!engine_relay_ok(e)) {
		engine_drop(e, DROP_RELAY);
		return;
	}
	e->rq.p = &e->packet;
	e->rq.local = in->local;
	if (!conf_own(e->conf, in->local))
		e->rq.local =
		    e->rq.iface->i.naddrs > 0 ? e->rq.iface->i.addr[0].addr : 0;
	e->rq.nnets = conf_nets_find(e->conf, e->rq.iface, e->packet.giaddr,
	    e->packet.ciaddr, e->rq.local, &e->rq.nets);
	if (!engine_has_range(e))
		return;
	classify(e->conf, &e->rq);
	if (e->conf->dhcp.log_dhcp)
		(void)engine_note(e, NOTE_REQUEST, e->packet.type, 0);
	engine_serve(e);
}

const struct actions *
engine_step(struct engine *e, const struct engine_input *in,
    const struct engine_time *now)
{
	struct hold *h;

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
		if ((h = held_find(&e->held, in->id, HOLD_NEIGH)) != NULL)
			engine_neigh(e, h, in->error);
		break;
	case ENGINE_STORE_UP:
		e->store_up = true;
		grant_resend(e);
		break;
	case ENGINE_STORE_DOWN:
		e->store_up = false;
		break;
	case ENGINE_TICK:
		engine_tick(e);
		break;
	}
	return &e->out;
}
