/* SPDX-License-Identifier: ISC */
/* The handlers of DISCOVER, RELEASE, DECLINE, INFORM and BOOTP. */
#include "dhcpd/serve.h"

#include "dhcpd/action.h"
#include "dhcpd/alloc.h"
#include "dhcpd/conf_index.h"
#include "dhcpd/dest.h"
#include "dhcpd/grant.h"
#include "dhcpd/host.h"
#include "dhcpd/subnet.h"
#include "dhcpd/reply_build.h"

bool
serve_is_us(const struct engine *e, uint32_t server)
{
	return dhcp_conf_is_own(e->conf, server) ||
	       (server != 0 && server == e->rq.server_id);
}

/* The address that dhcp-host reserves for the client, or 0. */
static uint32_t
reserved_addr(const struct request *rq)
{
	return rq->host != NULL && !rq->host->own ? rq->host->addr : 0;
}

/*
 * Why a reserved address cannot be given to its client now.  Another hardware
 * address of the same dhcp-host line does not keep it from having it.
 */
static enum blocked
reserved_blocked(struct engine *e, uint32_t addr)
{
	const struct binding *b = pool_at(e->pool, addr);
	const struct conf_net *n = subnet_of_addr(e->conf, &e->rq, addr);

	if (n == NULL)
		return BLOCKED_RANGE;
	if (addr == n->router || addr == n->local)
		return BLOCKED_OWN;
	if (b == NULL || !pool_taken(b, e->now.wall_s))
		return BLOCKED_NOT;
	if (b->state == BINDING_DECLINED)
		return BLOCKED_DECLINED;
	if (binding_is_of(b, &e->rq.client) ||
	    host_has_mac(e->rq.host, b->hwtype, b->hw, b->hwlen))
		return BLOCKED_NOT;
	return BLOCKED_OTHER;
}

/* The same, with a note. */
static bool
reserved_usable(struct engine *e, uint8_t type, uint32_t addr)
{
	enum blocked why = reserved_blocked(e, addr);
	struct note *n;

	if (why == BLOCKED_NOT)
		return true;
	if ((n = action_note(e, NOTE_RESERVED, type, addr)) != NULL)
		n->blocked = why;
	return false;
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

	return addr != 0 && reserved_blocked(e, addr) == BLOCKED_NOT ? addr : 0;
}

bool
serve_dynamic(const struct engine *e, uint32_t addr)
{
	const struct conf_net *n = subnet_of_dynamic(e->conf, &e->rq, addr);
	uint32_t i;

	if (n == NULL)
		return false;
	i = addr - n->range->start;
	return (n->range->fixed[i / 64] >> (i % 64) & 1) == 0;
}

const char *
serve_no_range(const struct engine *e)
{
	if (subnet_first(e->conf, &e->rq, RECORD_RANGE_DYNAMIC) != NULL)
		return NULL;
	if (subnet_first(e->conf, &e->rq, RECORD_RANGE_STATIC) != NULL)
		return "no dhcp-host for it, and its dhcp-range is static";
	return "the tags of the dhcp-range lines exclude it";
}

/* The address to offer, or 0 with a reason in *why. */
static uint32_t
discover_addr(struct engine *e, const char **why, enum engine_drop *drop)
{
	uint32_t addr = reserved_addr(&e->rq);
	const struct binding *b;

	trace_address(e->rq.trace, TRACE_ADDRESS_RESERVED);
	if (addr != 0 && reserved_usable(e, PACKET_DISCOVER, addr))
		return addr;
	trace_address(e->rq.trace, TRACE_ADDRESS_BEFORE);
	b = pool_of(e->pool, &e->rq.client);
	if (b != NULL && b->state != BINDING_DECLINED &&
	    serve_dynamic(e, b->addr))
		return b->addr;
	trace_address(e->rq.trace, TRACE_ADDRESS_REQUESTED);
	/* Also one that another client had, once that lease is over. */
	if (packet_u32(&e->packet, OPT_REQUESTED_IP, &addr) &&
	    serve_dynamic(e, addr) &&
	    ((b = pool_at(e->pool, addr)) == NULL ||
		!pool_taken(b, e->now.wall_s)))
		return addr;
	trace_address(e->rq.trace, TRACE_ADDRESS_FREE);
	*drop = DROP_NO_ID;
	*why = "no unique-id";
	if (e->rq.client.hwlen == 0 && e->rq.client.idlen == 0)
		return 0;
	*drop = DROP_NO_ADDRESS;
	*why = "no address available";
	return alloc_addr(e->pool, &e->rq);
}

/* Reserves addr for the client; false when no place is free. */
static bool
discover_reserve(struct engine *e, uint32_t addr)
{
	struct binding *prior = pool_of(e->pool, &e->rq.client);
	struct binding *b = pool_get(e->pool, addr);

	if (b == NULL)
		return false;
	/* An earlier offer of another address lapses. */
	if (prior != NULL && prior != b && prior->state == BINDING_OFFERED &&
	    prior->pending == NULL)
		pool_lapse(e->pool, prior);
	/* Leases stay, even of another MAC of the same dhcp-host line. */
	if (b->pending == NULL && !pool_bound(b, e->now.wall_s))
		pool_offer(e->pool, b, &e->rq.client, e->now.mono_ms);
	return true;
}

static void
discover_fail(struct engine *e, enum engine_drop drop, const char *why)
{
	const struct conf_net *n =
	    subnet_first(e->conf, &e->rq, RECORD_RANGE_DYNAMIC);

	action_drop(e, drop);
	if (drop == DROP_NO_ADDRESS && n == NULL)
		why = serve_no_range(e);
	action_note_fail(e, PACKET_DISCOVER, 0, why);
	if (drop == DROP_LEASES)
		(void)action_note(e, NOTE_FULL, (uint8_t)drop, 0);
	else if (drop == DROP_NO_ADDRESS && n != NULL)
		(void)action_note(e, NOTE_FULL, (uint8_t)drop, n->range->start);
}

/* Notes a boot file in e->reply that is for another kind of machine. */
static void
discover_misfit(struct engine *e, uint8_t type, uint32_t addr)
{
	uint32_t arch = arch_of(&e->packet);
	struct note *n;

	if (arch_file_misfit(arch, e->reply.boot) == NULL)
		return;
	n = action_note(e, NOTE_ARCH, type, addr);
	if (n != NULL) {
		n->arch = arch;
		n->file = e->reply.boot;
	}
}

static void
discover_offer(struct engine *e, struct reply_spec *a)
{
	struct note *offer =
	    action_note(e, NOTE_MESSAGE, PACKET_OFFER, a->yiaddr);

	a->server = classify_server_id(&e->rq, a->net->local);
	a->router = a->net->router;
	a->lease_s = reply_build_lease_s(&e->rq, a->net->range);
	classify_range(e->conf, &e->rq, a->net->range);
	reply_build(e->conf, &e->rq, a, &e->reply);
	if (offer != NULL) {
		offer->arch = arch_of(&e->packet);
		offer->file = e->reply.boot;
		offer->via = e->reply.via;
	}
	discover_misfit(e, PACKET_OFFER, a->yiaddr);
	action_reply_late(e, PACKET_OFFER, a->yiaddr, a->net->local, offer);
}

/* The lease is proposed at once, and its ACK is the answer (RFC 4039 3.1). */
static void
discover_commit(struct engine *e, const struct reply_spec *a)
{
	e->reply.boot[0] = '\0';
	grant_propose(
	    e, a->net, a->yiaddr, reply_build_lease_s(&e->rq, a->net->range));
	discover_misfit(e, PACKET_ACK, a->yiaddr);
}

void
serve_discover(struct engine *e)
{
	struct reply_spec a = { .type = PACKET_OFFER };
	enum engine_drop drop = DROP_NO_ADDRESS;
	const char *why = NULL;

	if (e->rq.ignored != NULL) {
		action_drop(e, DROP_IGNORED);
		action_note_fail(e, PACKET_DISCOVER, 0, e->rq.ignored);
		return;
	}
	/* Where no lease is possible, their number is not the reason. */
	if (serve_reserved_free(e) == 0 &&
	    grant_limit(e, pool_of(e->pool, &e->rq.client)) &&
	    (reserved_addr(&e->rq) != 0 || serve_no_range(e) == NULL)) {
		discover_fail(e, DROP_LEASES, "no leases left");
		return;
	}
	a.yiaddr = discover_addr(e, &why, &drop);
	if (a.yiaddr == 0 ||
	    (a.net = subnet_of_addr(e->conf, &e->rq, a.yiaddr)) == NULL) {
		discover_fail(e, drop, why);
		return;
	}
	if (!discover_reserve(e, a.yiaddr)) {
		discover_fail(e, DROP_PLACES, action_drop_text(DROP_PLACES));
		return;
	}
	(void)action_note(e, NOTE_MESSAGE, PACKET_DISCOVER, 0);
	if (e->conf->dhcp.rapid_commit &&
	    packet_has(&e->packet, OPT_RAPID_COMMIT))
		discover_commit(e, &a);
	else
		discover_offer(e, &a);
}

/* Whether option 54 names this server; if not, the message is counted. */
static bool
serve_for_us(struct engine *e)
{
	uint32_t server;

	if (!packet_u32(&e->packet, OPT_SERVER_ID, &server)) {
		action_drop(e, DROP_MALFORMED);
		return false;
	}
	if (!serve_is_us(e, server)) {
		action_drop(e, DROP_OTHER_SERVER);
		return false;
	}
	return true;
}

/*
 * The client's lease of addr, without a pending proposal, or NULL.  offered:
 * an offer counts as well.
 */
static struct binding *
serve_own(struct engine *e, uint32_t addr, bool offered)
{
	struct binding *b = pool_at(e->pool, addr);

	if (b == NULL || !binding_is_of(b, &e->rq.client) ||
	    (b->state != BINDING_BOUND &&
		!(offered && b->state == BINDING_OFFERED))) {
		action_drop(e, DROP_NOT_OWNER);
		return NULL;
	}
	if (b->pending != NULL) {
		action_drop(e, DROP_BUSY);
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
	if ((b = serve_own(e, e->packet.ciaddr, false)) == NULL) {
		action_note_fail(
		    e, PACKET_RELEASE, e->packet.ciaddr, "unknown lease");
		return;
	}
	(void)action_note(e, NOTE_MESSAGE, PACKET_RELEASE, b->addr);
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
		action_drop(e, DROP_MALFORMED);
		return;
	}
	/* Some clients look for another host before they send REQUEST. */
	if ((b = serve_own(e, addr, true)) == NULL) {
		action_note_fail(e, PACKET_DECLINE, addr, "unknown lease");
		return;
	}
	(void)action_note(e, NOTE_MESSAGE, PACKET_DECLINE, addr);
	(void)action_note(e, NOTE_DECLINED, PACKET_DECLINE, addr);
	grant_decline(e, b);
}

void
serve_inform(struct engine *e)
{
	struct reply_spec a = { .type = PACKET_ACK };
	const struct binding *b;
	uint32_t local;

	if (e->packet.ciaddr == 0) {
		action_drop(e, DROP_MALFORMED);
		return;
	}
	if (e->rq.ignored != NULL) {
		action_drop(e, DROP_IGNORED);
		action_note_fail(
		    e, PACKET_INFORM, e->packet.ciaddr, e->rq.ignored);
		return;
	}
	/* A relay is on a network with a range: see engine_has_range(). */
	if (e->packet.giaddr == 0 && !dest_ciaddr_ok(e->conf, &e->rq)) {
		action_drop(e, DROP_ADDRESS);
		action_note_fail(e, PACKET_INFORM, e->packet.ciaddr,
		    "not an address on a network that is served");
		return;
	}
	(void)action_note(e, NOTE_MESSAGE, PACKET_INFORM, e->packet.ciaddr);
	(void)action_note(e, NOTE_MESSAGE, PACKET_ACK, e->packet.ciaddr);
	a.net = subnet_of_addr(e->conf, &e->rq, e->packet.ciaddr);
	local = a.net != NULL ? a.net->local : e->rq.local;
	a.server = classify_server_id(&e->rq, local);
	a.router = a.net != NULL ? a.net->router : 0;
	/* The client's relay is not on the way of this message. */
	b = pool_at(e->pool, e->packet.ciaddr);
	if (a.router == 0 && b != NULL && binding_is_of(b, &e->rq.client))
		a.router = b->relay;
	classify_range(e->conf, &e->rq, a.net != NULL ? a.net->range : NULL);
	reply_build(e->conf, &e->rq, &a, &e->reply);
	action_reply(e, PACKET_ACK, 0, local);
}

/*
 * An address of a range for a BOOTP client, where bootp-dynamic allows it; 0
 * with a reason in *why.  It keeps it for ever, as it never renews.
 */
static uint32_t
bootp_dynamic(struct engine *e, const char **why)
{
	enum engine_drop drop;
	uint32_t addr = discover_addr(e, why, &drop);
	const struct conf_net *net = subnet_of_addr(e->conf, &e->rq, addr);

	classify_range(e->conf, &e->rq, net != NULL ? net->range : NULL);
	if (!classify_chosen(e->conf, &e->rq, RECORD_CHOOSE_BOOTP)) {
		*why =
		    "no address by a dhcp-host line or bootp-dynamic, which BOOTP needs";
		return 0;
	}
	return net != NULL ? addr : 0;
}

void
serve_bootp(struct engine *e)
{
	uint32_t addr = reserved_addr(&e->rq);
	const char *why = NULL;

	if (e->packet.htype == 0 || e->packet.hlen == 0) {
		action_drop(e, DROP_NO_ID);
		return;
	}
	if (e->rq.ignored != NULL)
		why = e->rq.ignored;
	else if (addr != 0 && !reserved_usable(e, PACKET_BOOTP, addr))
		why = "its address is not available";
	else if (addr != 0 || (addr = bootp_dynamic(e, &why)) != 0)
		why = !serve_reserved(e, addr) &&
			      grant_limit(e, pool_at(e->pool, addr))
			  ? "no leases left"
			  : NULL;
	if (why != NULL) {
		action_drop(
		    e, e->rq.ignored != NULL ? DROP_IGNORED : DROP_BOOTP);
		action_note_fail(e, PACKET_BOOTP, addr, why);
		return;
	}
	(void)action_note(e, NOTE_MESSAGE, PACKET_BOOTP, addr);
	grant_propose(e, subnet_of_addr(e->conf, &e->rq, addr), addr,
	    RECORD_LEASE_INFINITE);
}
