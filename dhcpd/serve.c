/* SPDX-License-Identifier: ISC */
/* The answers to DISCOVER, RELEASE, DECLINE, INFORM and BOOTP. */
#include "dhcpd/serve.h"

#include <string.h>

/* The address that dhcp-host reserves for the client, and that is to give. */
static uint32_t
reserved_addr(const struct request *rq)
{
	return rq->host != NULL && !rq->host->own ? rq->host->addr : 0;
}

/*
 * Why a reserved address cannot be given to its client now, or NULL.  It may
 * be held by another hardware address of the same dhcp-host line.
 */
static const char *
reserved_blocked(struct engine *e, uint32_t addr)
{
	const struct binding *b = pool_at(e->pool, addr);
	const struct conf_net *n = pool_net(e->conf, &e->rq, addr);

	if (n == NULL || addr == n->router || addr == n->local)
		return "it is in use by the server or relay";
	if (b == NULL || !pool_taken(b, e->now.wall_s))
		return NULL;
	if (b->state == BINDING_DECLINED)
		return "it was declined";
	if (client_owns(&e->rq.client, &b->l) ||
	    conf_host_has_mac(e->rq.host, b->l.hwtype, b->l.hw, b->l.hwlen))
		return NULL;
	return "it is leased to another client";
}

bool
serve_reserved(struct engine *e, uint32_t addr)
{
	return reserved_addr(&e->rq) == addr && addr != 0;
}

uint32_t
serve_reserved_free(struct engine *e)
{
	uint32_t addr = reserved_addr(&e->rq);

	return addr != 0 && reserved_blocked(e, addr) == NULL ? addr : 0;
}

/* Whether addr is in a pool that is open to the client, and not fixed. */
bool
serve_dynamic(const struct engine *e, uint32_t addr)
{
	const struct conf_net *n = pool_net_dynamic(e->conf, &e->rq, addr);
	uint32_t i;

	if (n == NULL)
		return false;
	i = addr - n->range->start;
	return (n->range->fixed[i / 64] >> (i % 64) & 1) == 0;
}

/* The address to offer, or 0 with a reason in *why. */
static uint32_t
discover_addr(struct engine *e, const char **why, enum engine_drop *drop)
{
	uint32_t addr = reserved_addr(&e->rq);
	const struct binding *b;
	struct note *n;

	if (addr != 0) {
		if ((*why = reserved_blocked(e, addr)) == NULL)
			return addr;
		n = engine_note(e, NOTE_RESERVED, PACKET_DISCOVER, addr);
		if (n != NULL)
			n->text = *why;
	}
	b = pool_of(e->pool, &e->rq.client);
	if (b != NULL && b->state != BINDING_DECLINED &&
	    serve_dynamic(e, b->l.addr))
		return b->l.addr;
	if (packet_u32(&e->packet, OPT_REQUESTED_IP, &addr) &&
	    serve_dynamic(e, addr) && pool_at(e->pool, addr) == NULL)
		return addr;
	*drop = DROP_NO_ID;
	*why = "no unique-id";
	if (e->rq.client.hwlen == 0 && e->rq.client.idlen == 0)
		return 0;
	*drop = DROP_NO_ADDRESS;
	*why = "no address available";
	return pool_choose(e->pool, &e->rq);
}

/* Holds addr for the client; false when there is no place for it. */
static bool
discover_hold(struct engine *e, uint32_t addr)
{
	struct binding *prior = pool_of(e->pool, &e->rq.client);
	struct binding *b = pool_get(e->pool, addr);

	if (b == NULL)
		return false;
	/* An earlier offer of another address is void. */
	if (prior != NULL && prior != b && prior->state == BINDING_OFFERED &&
	    prior->hold == NULL) {
		if (prior->l.expiry_s == 0)
			pool_forget(e->pool, prior);
		else
			pool_idle(e->pool, prior);
	}
	/* What is bound, also to another MAC of the host, stays so. */
	if (b->hold == NULL && !engine_bound(e, b))
		pool_offer(e->pool, b, &e->rq.client, e->now.mono_ms);
	return true;
}

static void
discover_fail(struct engine *e, enum engine_drop drop, const char *why)
{
	engine_drop(e, drop);
	engine_note_fail(e, PACKET_DISCOVER, 0, why);
	if (drop == DROP_NO_ADDRESS || drop == DROP_LEASES)
		(void)engine_note(
		    e, NOTE_FULL, (uint8_t)drop, e->rq.nets[0].range->start);
}

void
serve_discover(struct engine *e)
{
	struct answer a = { .type = PACKET_OFFER };
	enum engine_drop drop = DROP_NO_ADDRESS;
	const char *why = NULL;

	if (e->rq.ignored) {
		engine_drop(e, DROP_IGNORED);
		engine_note_fail(e, PACKET_DISCOVER, 0, "ignored");
		return;
	}
	if (grant_limit(e, pool_of(e->pool, &e->rq.client))) {
		discover_fail(e, DROP_LEASES, "no leases left");
		return;
	}
	a.yiaddr = discover_addr(e, &why, &drop);
	if (a.yiaddr == 0 ||
	    (a.net = pool_net(e->conf, &e->rq, a.yiaddr)) == NULL) {
		discover_fail(e, drop, why);
		return;
	}
	if (!discover_hold(e, a.yiaddr)) {
		discover_fail(e, DROP_PLACES, engine_drop_text(DROP_PLACES));
		return;
	}
	(void)engine_note(e, NOTE_MESSAGE, PACKET_DISCOVER, 0);
	(void)engine_note(e, NOTE_MESSAGE, PACKET_OFFER, a.yiaddr);
	a.server = a.net->local;
	a.lease_s = answer_lease_s(&e->rq, a.net->range);
	classify_range(e->conf, &e->rq, a.net->range);
	answer_build(e->conf, &e->rq, &a, &e->reply);
	engine_reply(e, PACKET_OFFER, a.yiaddr, a.server);
}

/* Option 54 names this server; on failure the message is counted. */
static bool
serve_for_us(struct engine *e)
{
	uint32_t server;

	if (!packet_u32(&e->packet, OPT_SERVER_ID, &server)) {
		engine_drop(e, DROP_MALFORMED);
		return false;
	}
	if (!conf_own(e->conf, server)) {
		engine_drop(e, DROP_OTHER_SERVER);
		return false;
	}
	return true;
}

/* The client's own binding at addr that is bound and decided, or NULL. */
static struct binding *
serve_own(struct engine *e, uint32_t addr)
{
	struct binding *b = pool_at(e->pool, addr);

	if (b == NULL || b->state != BINDING_BOUND ||
	    !client_owns(&e->rq.client, &b->l)) {
		engine_drop(e, DROP_NOT_OWNER);
		return NULL;
	}
	if (b->hold != NULL) {
		engine_drop(e, DROP_BUSY);
		return NULL;
	}
	return b;
}

void
serve_release(struct engine *e)
{
	struct binding *b;

	if (!serve_for_us(e))
		return;
	if ((b = serve_own(e, e->packet.ciaddr)) == NULL) {
		engine_note_fail(
		    e, PACKET_RELEASE, e->packet.ciaddr, "unknown lease");
		return;
	}
	(void)engine_note(e, NOTE_MESSAGE, PACKET_RELEASE, b->l.addr);
	grant_release(e, b);
}

void
serve_decline(struct engine *e)
{
	struct binding *b;
	uint32_t addr;

	if (!serve_for_us(e))
		return;
	if (!packet_u32(&e->packet, OPT_REQUESTED_IP, &addr)) {
		engine_drop(e, DROP_MALFORMED);
		return;
	}
	if ((b = serve_own(e, addr)) == NULL) {
		engine_note_fail(e, PACKET_DECLINE, addr, "unknown lease");
		return;
	}
	(void)engine_note(e, NOTE_MESSAGE, PACKET_DECLINE, addr);
	(void)engine_note(e, NOTE_DECLINED, PACKET_DECLINE, addr);
	grant_decline(e, b);
}

void
serve_inform(struct engine *e)
{
	struct answer a = { .type = PACKET_ACK };

	if (e->packet.ciaddr == 0) {
		engine_drop(e, DROP_MALFORMED);
		return;
	}
	if (e->rq.ignored) {
		engine_drop(e, DROP_IGNORED);
		engine_note_fail(e, PACKET_INFORM, e->packet.ciaddr, "ignored");
		return;
	}
	(void)engine_note(e, NOTE_MESSAGE, PACKET_INFORM, e->packet.ciaddr);
	(void)engine_note(e, NOTE_MESSAGE, PACKET_ACK, e->packet.ciaddr);
	a.net = pool_net(e->conf, &e->rq, e->packet.ciaddr);
	a.server = a.net != NULL ? a.net->local : e->rq.local;
	classify_range(e->conf, &e->rq, a.net != NULL ? a.net->range : NULL);
	answer_build(e->conf, &e->rq, &a, &e->reply);
	engine_reply(e, PACKET_ACK, 0, a.server);
}

void
serve_bootp(struct engine *e)
{
	uint32_t addr = reserved_addr(&e->rq);
	const char *why = NULL;

	if (e->packet.htype == 0 || e->packet.hlen == 0) {
		engine_drop(e, DROP_NO_ID);
		return;
	}
	if (e->rq.ignored)
		why = "ignored";
	else if (addr == 0)
		why = "no address configured";
	else if (reserved_blocked(e, addr) != NULL)
		why = "address in use";
	else if (grant_limit(e, pool_at(e->pool, addr)))
		why = "no leases left";
	if (why != NULL) {
		engine_drop(e, e->rq.ignored ? DROP_IGNORED : DROP_BOOTP);
		engine_note_fail(e, PACKET_BOOTP, addr, why);
		return;
	}
	(void)engine_note(e, NOTE_MESSAGE, PACKET_BOOTP, addr);
	grant_propose(
	    e, pool_net(e->conf, &e->rq, addr), addr, RECORD_LEASE_INFINITE);
}
