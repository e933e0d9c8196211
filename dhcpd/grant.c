/* SPDX-License-Identifier: ISC */
/* Proposals to leased, and the replies sent when they are durable. */
#include "dhcpd/grant.h"

#include <string.h>

#include "dhcpd/action.h"
#include "dhcpd/reply_build.h"

bool
grant_limit(const struct engine *e, const struct binding *b)
{
	if (b != NULL && (b->state == BINDING_BOUND || b->pending != NULL))
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
 * Whether the client renews: it has a lease that ends, whatever is stored (RFC
 * 2131 4.4.5).
 */
static bool
grant_renews(const struct engine *e)
{
	return e->packet.type == PACKET_REQUEST && e->rq.ciaddr != 0;
}

/*
 * The relay agent that is the client's router; 0: none.  A message that did not
 * pass through a relay leaves it as it was.
 */
static uint32_t
grant_relay(const struct engine *e, const struct conf_net *net, uint32_t addr)
{
	const struct binding *b = pool_at(e->pool, addr);

	if (net->range->attached)
		return 0;
	if (e->packet.giaddr != 0)
		return net->router;
	return b != NULL && binding_is_of(b, &e->rq.client) ? b->relay : 0;
}

/*
 * Fills in the lease of the client of the request.  A renewal never shortens
 * a lease: if its ACK is lost, the client still relies on the one before.  But
 * a client that renews does not rely on an infinite one.
 */
static void
grant_lease(const struct engine *e, struct lease *l, const struct conf_net *net,
    uint32_t addr, uint32_t lease_s)
{
	uint32_t relay = grant_relay(e, net, addr);
	const struct binding *b = pool_at(e->pool, addr);
	const char *name = e->rq.lease_name;
	char kept[LEASE_NAME_MAX];

	memset(l, 0, sizeof(*l));
	l->state = LEASE_BOUND;
	l->addr = addr_from_ip4(addr);
	client_to_lease(&e->rq.client, l);
	/* A dhcp-host line that is chosen by its name spells it. */
	if (name == e->rq.name.label && e->rq.host != NULL &&
	    e->rq.host->name[0] != '\0')
		name = e->rq.host->name;
	/* A client that sends no name keeps the one that it had. */
	if (name[0] == '\0' && b != NULL && binding_is_of(b, &e->rq.client)) {
		binding_name(b, kept);
		name = kept;
	}
	memcpy(l->name, name, strnlen(name, LEASE_NAME_MAX - 1));
	if (relay != 0)
		l->relay = addr_from_ip4(relay);
	l->start_s = e->now.wall_s;
	l->expiry_s = grant_expiry(e, lease_s);
	if (b != NULL && pool_bound(b, e->now.wall_s) &&
	    binding_is_of(b, &e->rq.client) && b->expiry_s > l->expiry_s &&
	    !(b->expiry_s == LEASE_NEVER && grant_renews(e)))
		l->expiry_s = b->expiry_s;
}

/* Builds the reply that is sent once the lease is durable. */
static void
grant_reply(struct engine *e, struct pending *p, const struct conf_net *net,
    uint32_t lease_s)
{
	bool bootp = e->packet.type == PACKET_BOOTP;
	struct reply_spec a = {
		.type = bootp ? PACKET_BOOTP : PACKET_ACK,
		.net = net,
		.server = classify_server_id(&e->rq, net->local),
		.yiaddr = lease_ip4(&p->lease),
		.lease_s = bootp ? 0 : lease_s,
		.rapid = e->packet.type == PACKET_DISCOVER,
	};

	a.router = net->router;
	if (a.router == 0)
		(void)addr_to_ip4(&p->lease.relay, &a.router);
	p->type = a.type;
	p->xid = e->packet.xid;
	memcpy(p->ifname, e->rq.iface->i.name, sizeof(p->ifname));
	p->arch = arch_of(&e->packet);
	dest_choose(&p->dest, e->conf, &e->rq, a.type, a.yiaddr, net->local,
	    e->in->from, e->in->from_port);
	reply_build(e->conf, &e->rq, &a, &e->reply);
	action_note_reply(e, a.type, a.yiaddr);
	memcpy(p->boot, e->reply.boot, sizeof(p->boot));
	p->via = e->reply.via;
	p->boots = BOOT_FROM_ELSEWHERE;
	if (!bootp && p->arch != ARCH_NONE)
		p->boots = (uint8_t)action_boots_here(e);
	p->len = reply_finish(&e->reply, p->reply);
}

/*
 * A REQUEST retransmitted while its proposal is pending: only the newest is
 * answered, when the lease is durable.  The client counts the lease time from
 * its newest REQUEST (RFC 2131 4.4.1), leased from the first; so the reply
 * grants what is left of it.  A proposal not sent to leased yet starts anew.
 */
static void
grant_join(struct engine *e, struct pending *p, const struct conf_net *net,
    uint32_t lease_s)
{
	uint64_t left;

	if (!e->store_up) {
		grant_lease(e, &p->lease, net, lease_ip4(&p->lease), lease_s);
	} else if (p->lease.expiry_s == LEASE_NEVER) {
		lease_s = RECORD_LEASE_INFINITE;
	} else {
		if (p->lease.expiry_s <= e->now.wall_s) {
			action_drop(e, DROP_BUSY);
			return;
		}
		left = p->lease.expiry_s - e->now.wall_s;
		if (left < lease_s)
			lease_s = (uint32_t)left;
	}
	e->count.joined++;
	grant_reply(e, p, net, lease_s);
}

/* A place for a proposal; NULL: all are in use. */
static struct pending *
grant_pending(struct engine *e, enum pending_kind kind)
{
	struct pending *p = pending_get(&e->pending, PENDING_STORE);

	if (p != NULL) {
		p->kind = (uint8_t)kind;
		p->type =
		    kind == PENDING_RELEASE ? PACKET_RELEASE : PACKET_DECLINE;
	}
	return p;
}

/* A place for the proposal to end the lease of b; NULL: all are in use. */
static struct pending *
grant_end(struct engine *e, const struct binding *b)
{
	struct pending *p = grant_pending(e, PENDING_RELEASE);

	if (p != NULL) {
		binding_lease(b, &p->lease);
		p->lease.state = LEASE_RELEASED;
		p->lease.expiry_s = e->now.wall_s;
	}
	return p;
}

/* b has this proposal, and no other until it is decided. */
static void
grant_attach(struct pending *p, struct binding *b)
{
	p->binding = b;
	b->pending = p;
}

/*
 * Whether b is leased to another client: another hardware address of the same
 * dhcp-host line takes it over.
 */
static bool
grant_is_take_over(const struct engine *e, const struct binding *b)
{
	return pool_bound(b, e->now.wall_s) && !binding_is_of(b, &e->rq.client);
}

/* All places for bindings or proposals are in use; no lease is changed. */
static void
grant_no_place(struct engine *e, uint32_t addr)
{
	action_drop(e, DROP_PLACES);
	action_note_fail(
	    e, e->packet.type, addr, action_drop_text(DROP_PLACES));
}

void
grant_propose(struct engine *e, const struct conf_net *net, uint32_t addr,
    uint32_t lease_s)
{
	struct binding *own = pool_of(e->pool, &e->rq.client), *b;
	struct pending *p, *old = NULL;

	classify_range(e->conf, &e->rq, net->range);
	if (own != NULL && own->addr != addr && own->pending != NULL) {
		action_drop(e, DROP_BUSY);
		return;
	}
	if ((b = pool_get(e->pool, addr)) == NULL) {
		grant_no_place(e, addr);
		return;
	}
	if ((p = b->pending) != NULL) {
		if (p->kind == PENDING_GRANT &&
		    client_owns(&e->rq.client, &p->lease))
			grant_join(e, p, net, lease_s);
		else
			action_drop(e, DROP_BUSY);
		return;
	}
	/* The old lease ends before the new one is stored. */
	if (grant_is_take_over(e, b) && (old = grant_end(e, b)) == NULL) {
		grant_no_place(e, addr);
		return;
	}
	if ((p = grant_pending(e, PENDING_GRANT)) == NULL) {
		if (old != NULL)
			pending_put(&e->pending, old);
		grant_no_place(e, addr);
		return;
	}
	grant_attach(p, b);
	if (old != NULL)
		action_store(e, old);
	p->fresh = !pool_bound(b, e->now.wall_s);
	e->nfresh += p->fresh ? 1 : 0;
	/* Enters the client, which may not have been offered the address. */
	if (p->fresh)
		pool_offer(e->pool, b, &e->rq.client, e->now.mono_ms);
	grant_lease(e, &p->lease, net, addr, lease_s);
	grant_reply(e, p, net, lease_s);
	action_store(e, p);
}

void
grant_release(struct engine *e, struct binding *b)
{
	struct pending *p = grant_end(e, b);

	if (p == NULL) {
		action_drop(e, DROP_PLACES);
		return;
	}
	grant_attach(p, b);
	action_store(e, p);
}

void
grant_decline(struct engine *e, struct binding *b)
{
	struct lease l;
	struct pending *p;

	binding_lease(b, &l);
	l.state = LEASE_DECLINED;
	l.start_s = e->now.wall_s;
	l.expiry_s = e->now.wall_s + POOL_DECLINE_S;
	/* The address is withheld from now on, whatever leased decides. */
	pool_store(e->pool, b, &l);
	if ((p = grant_pending(e, PENDING_DECLINE)) == NULL) {
		action_drop(e, DROP_PLACES);
		return;
	}
	grant_attach(p, b);
	p->lease = l;
	action_store(e, p);
}

/* Releases all other addresses of the client. */
static void
grant_release_others(struct engine *e, const struct lease *l)
{
	struct client k;
	struct binding *b;

	client_of_lease(&k, l);
	while (
	    (b = index_bound_of(&e->pool->index, &k, lease_ip4(l))) != NULL) {
		grant_release(e, b);
		if (b->pending == NULL)
			break; /* no place left; that lease will expire */
	}
}

static void
grant_note(struct engine *e, const struct pending *p, enum note_kind kind,
    const char *text)
{
	struct note *n = action_note(e, kind, p->type, lease_ip4(&p->lease));

	if (n == NULL)
		return;
	n->xid = p->xid;
	client_of_lease(&n->client, &p->lease);
	memcpy(n->ifname, p->ifname, sizeof(n->ifname));
	memcpy(n->name, p->lease.name, sizeof(n->name));
	n->text = text;
	if (p->kind == PENDING_GRANT) {
		n->arch = p->arch;
		n->file = p->boot;
		n->via = p->via;
	}
}

/* The proposal is decided; the binding can have another. */
static void
grant_decided(struct engine *e, struct pending *p)
{
	if (p->binding != NULL)
		p->binding->pending = NULL;
	if (p->fresh)
		e->nfresh--;
}

/*
 * leased has ended a lease that is taken over, so memory does the same,
 * whatever the outcome of the grant that follows.  That grant now adds a
 * lease and counts for dhcp-lease-max.
 */
static void
grant_released(struct engine *e, const struct lease *l)
{
	struct binding *b = pool_at(e->pool, lease_ip4(l));
	struct client was, new;

	client_of_lease(&was, l);
	if (b == NULL || b->state != BINDING_BOUND || !binding_is_of(b, &was))
		return;
	pool_store(e->pool, b, l);
	if (b->pending == NULL || b->pending->kind != PENDING_GRANT)
		return;
	client_of_lease(&new, &b->pending->lease);
	pool_offer(e->pool, b, &new, e->now.mono_ms);
	if (!b->pending->fresh)
		e->nfresh++;
	b->pending->fresh = true;
}

void
grant_durable(struct engine *e, uint32_t id)
{
	struct pending *p = pending_find(&e->pending, id, PENDING_STORE);

	if (p == NULL)
		return;
	e->count.durable++;
	grant_decided(e, p);
	if (p->kind == PENDING_DECLINE || p->binding == NULL) {
		if (p->binding == NULL)
			grant_released(e, &p->lease);
		pending_put(&e->pending, p);
		return;
	}
	pool_store(e->pool, p->binding, &p->lease);
	/* The lease may have expired while it was pending. */
	if (p->kind != PENDING_GRANT || p->lease.expiry_s <= e->now.wall_s) {
		pending_put(&e->pending, p);
		return;
	}
	grant_note(e, p, NOTE_MESSAGE, NULL);
	grant_release_others(e, &p->lease);
	action_booting(e, lease_ip4(&p->lease), (enum boot_from)p->boots);
	action_deliver(e, p);
}

/*
 * leased has this address for another client, of which memory knows nothing.
 * It is withheld for a while; otherwise the client would be offered it again
 * and again.
 */
static void
grant_withhold(struct engine *e, struct binding *b)
{
	struct lease l;

	memset(&l, 0, sizeof(l));
	l.state = LEASE_DECLINED;
	l.addr = addr_from_ip4(b->addr);
	l.expiry_s = e->now.wall_s + POOL_DECLINE_S;
	pool_store(e->pool, b, &l);
}

void
grant_refused(struct engine *e, uint32_t id, const char *reason)
{
	struct pending *p = pending_find(&e->pending, id, PENDING_STORE);

	if (p == NULL)
		return;
	e->count.refused++;
	grant_decided(e, p);
	grant_note(e, p, NOTE_REFUSED, reason);
	if (p->kind == PENDING_GRANT && p->fresh &&
	    strcmp(reason, LEASE_TAKEN) == 0)
		grant_withhold(e, p->binding);
	pending_put(&e->pending, p);
}

void
grant_resend(struct engine *e)
{
	struct pending *p;

	TAILQ_FOREACH(p, &e->pending.store, entry)
		action_store(e, p);
}
