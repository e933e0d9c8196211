/* SPDX-License-Identifier: ISC */
/* The REQUEST message in its four states (RFC 2131 4.3.2). */
#include "dhcpd/request.h"

#include "dhcpd/action.h"
#include "dhcpd/conf_index.h"
#include "dhcpd/dest.h"
#include "dhcpd/grant.h"
#include "dhcpd/host.h"
#include "dhcpd/subnet.h"
#include "dhcpd/reply_build.h"
#include "dhcpd/serve.h"

/*
 *                   server id   requested IP   ciaddr
 *   SELECTING       a server    as offered     zero
 *   INIT-REBOOT     none        as leased      zero
 *   RENEWING        none        none           the client's, by unicast
 *   REBINDING       none        none           the client's, by broadcast
 *
 * The last two are served alike.  A broadcast may concern a lease of another
 * server, so it gets no NAK for being unknown here.
 */
enum request_state { SELECTING, INIT_REBOOT, RENEWING, MALFORMED };

struct claim {
	enum request_state state;
	uint32_t addr; /* the address that the client requests */
	uint32_t server;
	struct binding *known; /* its present or last lease, or NULL */
	const struct conf_net *net;
};

/* As a reason: the message is not answered. */
static const char silent[] = "";

static void
request_claim(struct engine *e, struct claim *cl)
{
	struct binding *b = pool_of(e->pool, &e->rq.client);

	cl->net = NULL;
	cl->server = 0;
	/* An offer is not a lease, but an expired lease is remembered. */
	cl->known = b != NULL && b->state != BINDING_DECLINED &&
			    (b->expiry_s != 0 || b->pending != NULL)
			? b
			: NULL;
	if (packet_u32(&e->packet, OPT_REQUESTED_IP, &cl->addr))
		cl->state = packet_u32(&e->packet, OPT_SERVER_ID, &cl->server)
				? SELECTING
				: INIT_REBOOT;
	else {
		cl->addr = e->rq.ciaddr;
		cl->state = RENEWING;
	}
	if (cl->addr == 0)
		cl->state = MALFORMED;
}

/* The client chose another server, so our offer, if it has one, lapses. */
static void
request_drop_offer(struct engine *e, const struct claim *cl)
{
	struct binding *b = pool_of(e->pool, &e->rq.client);
	struct note *n;

	if (b == NULL || b->state != BINDING_OFFERED || b->pending != NULL)
		return;
	n = action_note(e, NOTE_OTHER_SERVER, PACKET_REQUEST, cl->addr);
	if (n != NULL)
		n->server = cl->server;
	pool_lapse(e->pool, b);
}

/* Another server may have given the client this address. */
static const char *
request_unknown(struct engine *e, const struct claim *cl)
{
	action_drop(e, DROP_UNKNOWN);
	action_note_fail(e, PACKET_REQUEST, cl->addr,
	    cl->known == NULL
		? "unknown lease; no answer without dhcp-authoritative"
		: "its lease here is another address; no answer");
	return silent;
}

/* Checks by the state of the client: NULL, silent, or a reason for a NAK. */
static const char *
request_by_state(struct engine *e, const struct claim *cl)
{
	bool authoritative = e->conf->dhcp.authoritative;

	switch (cl->state) {
	case SELECTING:
		/* Any address of this host will do; there may be several. */
		if (serve_is_us(e, cl->server))
			return NULL;
		request_drop_offer(e, cl);
		if (authoritative)
			return "wrong server-ID";
		action_drop(e, DROP_OTHER_SERVER);
		return silent;
	case INIT_REBOOT:
		/* Another server may know the client (4.3.2). */
		if (cl->known == NULL && !authoritative)
			return request_unknown(e, cl);
		if (cl->known != NULL && cl->known->addr != cl->addr)
			return "wrong address";
		return NULL;
	case RENEWING:
		if (cl->known == NULL ? authoritative
				      : cl->known->addr == cl->addr)
			return NULL;
		if (e->in->unicast && e->packet.giaddr == 0)
			return "lease not found";
		return request_unknown(e, cl);
	default:
		action_drop(e, DROP_MALFORMED);
		return silent;
	}
}

/* Whether the configuration allows the client this address. */
static const char *
request_by_conf(struct engine *e, struct claim *cl)
{
	const struct conf_host *owner = host_find_addr(e->conf, cl->addr);
	const char *why;
	uint32_t fixed;

	if ((cl->net = subnet_of_addr(e->conf, &e->rq, cl->addr)) == NULL)
		return "wrong network";
	if (serve_reserved(e, cl->addr))
		return NULL;
	if (owner != NULL && !owner->own && owner != e->rq.host)
		return "address reserved";
	if (!serve_dynamic(e, cl->addr)) {
		why = serve_no_range(e);
		return why != NULL ? why : "address not available";
	}
	fixed = serve_reserved_free(e);
	if (cl->state != SELECTING && fixed != 0 && fixed != cl->addr)
		return "static lease available";
	return NULL;
}

/* Whether another client has the address. */
static const char *
request_by_bindings(struct engine *e, const struct claim *cl)
{
	const struct binding *b = pool_at(e->pool, cl->addr);

	if (e->rq.client.hwlen == 0 && e->rq.client.idlen == 0)
		return "no unique-id";
	if (!serve_reserved(e, cl->addr) && grant_limit(e, b))
		return "no leases left";
	if (b == NULL || !pool_taken(b, e->now.wall_s))
		return NULL;
	if (b->state == BINDING_DECLINED)
		return "address in use";
	if (b->pending != NULL) {
		if (client_owns(&e->rq.client, &b->pending->lease))
			return NULL;
		/* Its outcome is open, so there is no answer yet. */
		action_drop(e, DROP_BUSY);
		return silent;
	}
	if (binding_is_of(b, &e->rq.client))
		return NULL;
	if (serve_reserved(e, cl->addr) &&
	    host_has_mac(e->rq.host, b->hwtype, b->hw, b->hwlen))
		return NULL;
	return "address in use";
}

void
request_serve(struct engine *e)
{
	struct claim cl;
	const char *why;
	uint32_t local;

	request_claim(e, &cl);
	if (e->rq.ignored != NULL) {
		action_drop(e, DROP_IGNORED);
		/* One that names a server selects another one. */
		if (cl.state != SELECTING)
			action_note_fail(
			    e, PACKET_REQUEST, cl.addr, e->rq.ignored);
		return;
	}
	if ((why = request_by_state(e, &cl)) == silent)
		return;
	(void)action_note(e, NOTE_MESSAGE, PACKET_REQUEST, cl.addr);
	if (why == NULL)
		why = request_by_conf(e, &cl);
	if (why == NULL)
		why = request_by_bindings(e, &cl);
	if (why == silent)
		return;
	if (why == NULL) {
		trace_address(e->rq.trace, TRACE_ADDRESS_REQUESTED);
		grant_propose(e, cl.net, cl.addr,
		    reply_build_lease_s(&e->rq, cl.net->range));
		return;
	}
	/* Else a stranger could have it sent to any host. */
	if (dest_nak_routed(&e->rq) && e->in->from != cl.addr) {
		action_drop(e, DROP_ADDRESS);
		action_note_fail(e, PACKET_REQUEST, cl.addr,
		    "no NAK to a network that the request does not come from");
		return;
	}
	local = cl.state == SELECTING && dhcp_conf_is_own(e->conf, cl.server)
		    ? cl.server
		    : e->rq.nets[0].local;
	action_note_fail(e, PACKET_NAK, cl.addr, why);
	reply_build_nak(
	    &e->rq, classify_server_id(&e->rq, local), why, &e->reply);
	action_reply(e, PACKET_NAK, 0, local);
}
