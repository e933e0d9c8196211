/* SPDX-License-Identifier: ISC */
/* From a proposal to the store to the reply that it lets go. */
#include <string.h>

#include "dhcpd/serve.h"

bool
grant_limit(const struct engine *e, const struct binding *b)
{
	if (b != NULL && (b->state == BINDING_BOUND || b->hold != NULL))
		return false;
	return e->pool->nbound + e->nfresh >= e->conf->dhcp.lease_max;
}

static uint64_t
grant_expiry(const struct engine *e, uint32_t lease_s)
{
	return lease_s == RECORD_LEASE_INFINITE ? LEASE_NEVER
						: e->now.wall_s + lease_s;
}

/*
 * What the store is to hold for the client of the request.  A renewal never
 * shortens that: should its ACK get lost, the client goes by the one before.
 */
static void
grant_lease(
    const struct engine *e, struct lease *l, uint32_t addr, uint32_t lease_s)
{
	const struct binding *b = pool_at(e->pool, addr);
	const char *name = e->rq.name;

	memset(l, 0, sizeof(*l));
	l->state = LEASE_BOUND;
	l->addr = addr;
	client_to_lease(&e->rq.client, l);
	if (e->rq.host != NULL && e->rq.host->name[0] != '\0')
		name = e->rq.host->name;
	memcpy(l->name, name, strnlen(name, LEASE_NAME_MAX - 1));
	l->start_s = e->now.wall_s;
	l->expiry_s = grant_expiry(e, lease_s);
	if (b != NULL && engine_bound(e, b) &&
	    client_owns(&e->rq.client, &b->l) && b->l.expiry_s > l->expiry_s)
		l->expiry_s = b->l.expiry_s;
}

/* Builds the reply that waits for the lease. */
static void
grant_reply(struct engine *e, struct hold *h, const struct conf_net *net,
    uint32_t lease_s)
{
	bool bootp = e->packet.type == PACKET_BOOTP;
	struct answer a = {
		.type = bootp ? PACKET_BOOTP : PACKET_ACK,
		.net = net,
		.server = net->local,
		.yiaddr = h->lease.addr,
		.lease_s = bootp ? 0 : lease_s,
	};

	h->type = a.type;
	memcpy(h->ifname, e->rq.iface->i.name, sizeof(h->ifname));
	dest_choose(&h->dest, &e->rq, a.type, a.yiaddr, a.server, e->in->from,
	    e->in->from_port);
	classify_range(e->conf, &e->rq, net->range);
	answer_build(e->conf, &e->rq, &a, &e->reply);
	e->count.options_left_out += e->reply.left_out;
	if (e->conf->dhcp.log_dhcp)
		(void)engine_note(e, NOTE_REPLY, a.type, a.yiaddr);
	h->len = reply_finish(&e->reply, h->reply);
}

/*
 * A retransmitted REQUEST: the newest is answered, once, when its lease is
 * durable.  The client counts from its newest REQUEST (RFC 2131 4.4.1), the
 * store from the first; so the reply grants what is left.  A proposal that
 * has not been sent yet starts anew.
 */
static void
grant_join(struct engine *e, struct hold *h, const struct conf_net *net,
    uint32_t lease_s)
{
	uint64_t left;

	if (!e->store_up) {
		grant_lease(e, &h->lease, h->lease.addr, lease_s);
	} else if (h->lease.expiry_s == LEASE_NEVER) {
		lease_s = RECORD_LEASE_INFINITE;
	} else {
		if (h->lease.expiry_s <= e->now.wall_s) {
			engine_drop(e, DROP_BUSY);
			return;
		}
		left = h->lease.expiry_s - e->now.wall_s;
		if (left < lease_s)
			lease_s = (uint32_t)left;
	}
	e->count.joined++;
	grant_reply(e, h, net, lease_s);
}

/* A place for a proposal about b; NULL: they are all in use. */
static struct hold *
grant_hold(struct engine *e, struct binding *b, enum hold_kind kind)
{
	struct hold *h = held_get(&e->held, HOLD_STORE);

	if (h == NULL)
		return NULL;
	h->kind = (uint8_t)kind;
	h->type = kind == HOLD_RELEASE ? PACKET_RELEASE : PACKET_DECLINE;
	h->ifname[0] = '\0';
	h->binding = b;
	b->hold = h;
	return h;
}

/*
 * Another card of the same dhcp-host line takes the address over: its lease
 * ends in the store before the new one begins there.
 */
static bool
grant_take_over(struct engine *e, const struct binding *b)
{
	struct hold *h;

	if (!engine_bound(e, b) || client_owns(&e->rq.client, &b->l))
		return true;
	if ((h = held_get(&e->held, HOLD_STORE)) == NULL)
		return false;
	h->kind = HOLD_RELEASE;
	h->type = PACKET_RELEASE;
	h->ifname[0] = '\0';
	h->lease = b->l;
	h->lease.state = LEASE_RELEASED;
	h->lease.expiry_s = e->now.wall_s;
	engine_store(e, h);
	return true;
}

void
grant_propose(struct engine *e, const struct conf_net *net, uint32_t addr,
    uint32_t lease_s)
{
	struct binding *own = pool_of(e->pool, &e->rq.client);
	struct binding *b = pool_get(e->pool, addr);
	struct hold *h;

	if (b == NULL) {
		engine_drop(e, DROP_PLACES);
		return;
	}
	if ((h = b->hold) != NULL) {
		if (h->kind == HOLD_GRANT &&
		    client_owns(&e->rq.client, &h->lease))
			grant_join(e, h, net, lease_s);
		else
			engine_drop(e, DROP_BUSY);
		return;
	}
	if (own != NULL && own != b && own->hold != NULL) {
		engine_drop(e, DROP_BUSY);
		return;
	}
	if (!grant_take_over(e, b) ||
	    (h = grant_hold(e, b, HOLD_GRANT)) == NULL) {
		engine_drop(e, DROP_PLACES);
		return;
	}
	h->fresh = !engine_bound(e, b);
	e->nfresh += h->fresh ? 1 : 0;
	/* From now on its client is found by it, also if it was not offered. */
	if (h->fresh)
		pool_offer(e->pool, b, &e->rq.client, e->now.mono_ms);
	grant_lease(e, &h->lease, addr, lease_s);
	grant_reply(e, h, net, lease_s);
	engine_store(e, h);
}

void
grant_release(struct engine *e, struct binding *b)
{
	struct hold *h = grant_hold(e, b, HOLD_RELEASE);

	if (h == NULL) {
		engine_drop(e, DROP_PLACES);
		return;
	}
	h->lease = b->l;
	h->lease.state = LEASE_RELEASED;
	h->lease.expiry_s = e->now.wall_s;
	engine_store(e, h);
}

void
grant_decline(struct engine *e, struct binding *b)
{
	struct lease l = b->l;
	struct hold *h;

	l.state = LEASE_DECLINED;
	l.start_s = e->now.wall_s;
	l.expiry_s = e->now.wall_s + POOL_DECLINE_S;
	/* Nobody gets it from now on, whatever the store makes of it. */
	pool_store(e->pool, b, &l);
	if ((h = grant_hold(e, b, HOLD_DECLINE)) == NULL) {
		engine_drop(e, DROP_PLACES);
		return;
	}
	h->lease = l;
	engine_store(e, h);
}

/* Any other address that the client had is free again. */
static void
grant_squash(struct engine *e, const struct lease *l)
{
	struct client k;
	struct binding *b;

	client_of_lease(&k, l);
	while ((b = pool_bound_of(e->pool, &k, l->addr)) != NULL) {
		grant_release(e, b);
		if (b->hold == NULL)
			break; /* no place; it will expire */
	}
}

static void
grant_note(struct engine *e, const struct hold *h, enum note_kind kind,
    const char *text)
{
	struct note *n = engine_note(e, kind, h->type, h->lease.addr);

	if (n == NULL)
		return;
	client_of_lease(&n->client, &h->lease);
	memcpy(n->ifname, h->ifname, sizeof(n->ifname));
	memcpy(n->name, h->lease.name, sizeof(n->name));
	n->text = text;
}

/* The proposal is decided: the binding is free for the next. */
static void
grant_decided(struct engine *e, struct hold *h)
{
	if (h->binding != NULL)
		h->binding->hold = NULL;
	if (h->fresh)
		e->nfresh--;
}

/*
 * The store has ended the lease that another card takes over.  Memory does
 * the same, whatever becomes of the grant that follows: it is one that adds
 * a lease from now on.
 */
static void
grant_released(struct engine *e, const struct lease *l)
{
	struct binding *b = pool_at(e->pool, l->addr);
	struct client was, new;

	client_of_lease(&was, l);
	if (b == NULL || b->state != BINDING_BOUND || !client_owns(&was, &b->l))
		return;
	pool_store(e->pool, b, l);
	if (b->hold == NULL || b->hold->kind != HOLD_GRANT)
		return;
	client_of_lease(&new, &b->hold->lease);
	pool_offer(e->pool, b, &new, e->now.mono_ms);
	if (!b->hold->fresh)
		e->nfresh++;
	b->hold->fresh = true;
}

void
grant_durable(struct engine *e, uint32_t id)
{
	struct hold *h = held_find(&e->held, id, HOLD_STORE);

	if (h == NULL)
		return;
	e->count.durable++;
	grant_decided(e, h);
	if (h->kind == HOLD_DECLINE || h->binding == NULL) {
		if (h->binding == NULL)
			grant_released(e, &h->lease);
		held_put(&e->held, h);
		return;
	}
	pool_store(e->pool, h->binding, &h->lease);
	/* An outcome that came after the end of the lease grants nothing. */
	if (h->kind != HOLD_GRANT || h->lease.expiry_s <= e->now.wall_s) {
		held_put(&e->held, h);
		return;
	}
	grant_note(e, h, NOTE_MESSAGE, NULL);
	grant_squash(e, &h->lease);
	engine_deliver(e, h);
}

/*
 * The store knows of another client at this address, which the memory has
 * lost.  Nobody is offered it for a while, or this client would ask for it
 * again and again.
 */
static void
grant_avoid(struct engine *e, struct binding *b)
{
	struct lease l;

	memset(&l, 0, sizeof(l));
	l.state = LEASE_DECLINED;
	l.addr = b->l.addr;
	l.expiry_s = e->now.wall_s + POOL_DECLINE_S;
	pool_store(e->pool, b, &l);
}

void
grant_refused(struct engine *e, uint32_t id, const char *reason)
{
	struct hold *h = held_find(&e->held, id, HOLD_STORE);

	if (h == NULL)
		return;
	e->count.refused++;
	grant_decided(e, h);
	grant_note(e, h, NOTE_REFUSED, reason);
	if (h->kind == HOLD_GRANT && h->fresh &&
	    strcmp(reason, LEASE_TAKEN) == 0)
		grant_avoid(e, h->binding);
	held_put(&e->held, h);
}

void
grant_resend(struct engine *e)
{
	struct hold *h;

	TAILQ_FOREACH(h, &e->held.store, entry)
		engine_store(e, h);
}
