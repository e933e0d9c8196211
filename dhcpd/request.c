/* SPDX-License-Identifier: ISC */
/* The REQUEST message in its four states (RFC 2131 4.3.2). */
#include "dhcpd/serve.h"

/*
 *                   server id   requested IP   ciaddr
 *   SELECTING       this or     the offered    zero
 *                   another
 *   INIT-REBOOT     none        the old one    zero
 *   RENEWING        none        none           the client's, by unicast
 *   REBINDING       none        none           the client's, by broadcast
 *
 * The last two are served alike, but a broadcast may be about the lease of
 * another server, and is not refused for that.
 */
enum request_state { SELECTING, INIT_REBOOT, RENEWING, MALFORMED };

struct claim {
	enum request_state state;
	uint32_t addr; /* what the client wants to have */
	uint32_t server;
	struct binding *known; /* what it had or has here, or NULL */
	const struct conf_net *net;
};

/* A refusal that gets no answer. */
static const char silent[] = "";

static void
request_claim(struct engine *e, struct claim *cl)
{
	struct binding *b = pool_of(e->pool, &e->rq.client);

	cl->net = NULL;
	cl->server = 0;
	/* An offer alone is no lease; a lapsed lease is remembered. */
	cl->known = b != NULL && b->state != BINDING_DECLINED &&
			    (b->l.expiry_s != 0 || b->hold != NULL)
			? b
			: NULL;
	if (packet_u32(&e->packet, OPT_REQUESTED_IP, &cl->addr))
		cl->state = packet_u32(&e->packet, OPT_SERVER_ID, &cl->server)
				? SELECTING
				: INIT_REBOOT;
	else {
		cl->addr = e->packet.ciaddr;
		cl->state = RENEWING;
	}
	if (cl->addr == 0)
		cl->state = MALFORMED;
}

/* The client took the offer of another server: ours is void. */
static void
request_spurned(struct engine *e)
{
	struct binding *b = pool_of(e->pool, &e->rq.client);

	if (b == NULL || b->state != BINDING_OFFERED || b->hold != NULL)
		return;
	if (b->l.expiry_s == 0)
		pool_forget(e->pool, b);
	else
		pool_idle(e->pool, b);
}

/* What the state of the client asks for: NULL, silent, or a reason to NAK. */
static const char *
request_by_state(struct engine *e, const struct claim *cl)
{
	bool authoritative = e->conf->dhcp.authoritative;

	switch (cl->state) {
	case SELECTING:
		/* Any of our addresses will do: some have several routes. */
		if (conf_own(e->conf, cl->server))
			return NULL;
		request_spurned(e);
		if (authoritative)
			return "wrong server-ID";
		engine_drop(e, DROP_OTHER_SERVER);
		return silent;
	case INIT_REBOOT:
		/* Other servers may know it: not ours to say (4.3.2). */
		if (cl->known == NULL && !authoritative) {
			engine_drop(e, DROP_UNKNOWN);
			return silent;
		}
		if (cl->known != NULL && cl->known->l.addr != cl->addr)
			return "wrong address";
		return NULL;
	case RENEWING:
		if (cl->known == NULL ? authoritative
				      : cl->known->l.addr == cl->addr)
			return NULL;
		if (e->in->unicast && e->packet.giaddr == 0)
			return "lease not found";
		engine_drop(e, DROP_UNKNOWN);
		return silent;
	default:
		engine_drop(e, DROP_MALFORMED);
		return silent;
	}
}

/* Whether the address may be this client's by the configuration. */
static const char *
request_by_conf(struct engine *e, struct claim *cl)
{
	const struct conf_host *owner = conf_host_at(e->conf, cl->addr);
	uint32_t fixed;

	if ((cl->net = pool_net(e->conf, &e->rq, cl->addr)) == NULL)
		return "wrong network";
	if (serve_reserved(e, cl->addr))
		return NULL;
	if (owner != NULL && !owner->own && owner != e->rq.host)
		return "address reserved";
	if (!serve_dynamic(e, cl->addr))
		return "address not available";
	fixed = serve_reserved_free(e);
	if (cl->state != SELECTING && fixed != 0 && fixed != cl->addr)
		return "static lease available";
	return NULL;
}

/* Whether somebody else has the address. */
static const char *
request_by_bindings(struct engine *e, const struct claim *cl)
{
	const struct binding *b = pool_at(e->pool, cl->addr);

	if (e->rq.client.hwlen == 0 && e->rq.client.idlen == 0)
		return "no unique-id";
	if (grant_limit(e, b))
		return "no leases left";
	if (b == NULL || !pool_taken(b, e->now.wall_s))
		return NULL;
	if (b->state == BINDING_DECLINED)
		return "address in use";
	if (b->hold != NULL) {
		if (client_owns(&e->rq.client, &b->hold->lease))
			return NULL;
		/* It may yet be refused: neither yes nor no. */
		engine_drop(e, DROP_BUSY);
		return silent;
	}
	if (client_owns(&e->rq.client, &b->l))
		return NULL;
	if (serve_reserved(e, cl->addr) &&
	    conf_host_has_mac(e->rq.host, b->l.hwtype, b->l.hw, b->l.hwlen))
		return NULL;
	return "address in use";
}

void
serve_request(struct engine *e)
{
	struct claim cl;
	const char *why;
	uint32_t server;

	if (e->rq.ignored) {
		engine_drop(e, DROP_IGNORED);
		return;
	}
	request_claim(e, &cl);
	if ((why = request_by_state(e, &cl)) == silent)
		return;
	(void)engine_note(e, NOTE_MESSAGE, PACKET_REQUEST, cl.addr);
	if (why == NULL)
		why = request_by_conf(e, &cl);
	if (why == NULL)
		why = request_by_bindings(e, &cl);
	if (why == silent)
		return;
	if (why == NULL) {
		grant_propose(
		    e, cl.net, cl.addr, answer_lease_s(&e->rq, cl.net->range));
		return;
	}
	server = cl.state == SELECTING && conf_own(e->conf, cl.server)
		     ? cl.server
		     : e->rq.nets[0].local;
	engine_note_fail(e, PACKET_NAK, cl.addr, why);
	answer_nak(&e->rq, server, why, &e->reply);
	engine_reply(e, PACKET_NAK, 0, server);
}
