/* SPDX-License-Identifier: ISC */
/* The handlers of boot requests. */
#include "dhcpd/proxy.h"

#include <string.h>

#include "daemon/hash.h"
#include "dhcpd/action.h"
#include "dhcpd/conf_index.h"
#include "dhcpd/dest.h"
#include "dhcpd/http_boot.h"
#include "dhcpd/reply_build.h"
#include "dhcpd/serve.h"
#include "dhcpd/subnet.h"

/* Two copies of one packet are no repetition. */
#define REPEAT_MIN_MS 500
/* PXE clients give up after 60 s (PXE 2.1, 2.2). */
#define REPEAT_MAX_MS 64000
/* Both styles were tried. */
#define REPEAT_HOPELESS 3

/* Bytes of a reply besides option 43, 82 and the text of 60. */
#define PXE_OVERHEAD (PACKET_HEADER + 4 + 3 + 6 + 2 + 19 + 1)

/* The boot file becomes its URL for a client that fetches it from httpd. */
static void
proxy_by_http(struct engine *e, uint32_t local)
{
	struct pxe_answer *a = &e->pxe;
	char url[HTTP_BOOT_URL_MAX];

	if (http_boot_url(e->conf, &e->rq, local, a->siaddr, a->file,
		strlen(a->file), url) &&
	    strlen(url) < sizeof(a->file))
		memcpy(a->file, url, strlen(url) + 1);
}

/*
 * Builds a reply of e->pxe, and sends it.  item: the client has chosen an entry
 * of the menu; its ACK is not delayed, and repeats its address (PXE 2.1, 2.4).
 */
static void
proxy_reply(struct engine *e, uint8_t type, uint32_t local, bool item)
{
	const struct packet *p = &e->packet;
	const struct pxe_answer *a = &e->pxe;
	struct reply *rp = &e->reply;
	struct note *n, *message;

	reply_init(rp, p, reply_size(p, e->rq.iface->i.mtu), false);
	if (item)
		rp->yiaddr = p->ciaddr;
	else if (type == PACKET_ACK)
		rp->ciaddr = p->ciaddr;
	rp->siaddr = a->siaddr;
	memcpy(rp->sname, a->sname, sizeof(rp->sname));
	proxy_by_http(e, local);
	memcpy(rp->boot, a->file, sizeof(rp->boot));
	/* It has no address for the client that a relay could send it to. */
	if (type == PACKET_OFFER)
		rp->flags |= PACKET_BROADCAST;
	(void)reply_put_u8(rp, OPT_TYPE, type);
	(void)reply_put_u32(
	    rp, OPT_SERVER_ID, classify_server_id(&e->rq, local));
	reply_put_file(rp, a->file);
	pxe_put_class(rp, &e->rq);
	pxe_put(rp, a);
	reply_build_pxe(e->conf, &e->rq, local, rp);
	message = action_note(e, NOTE_MESSAGE, type, p->ciaddr);
	if (message != NULL) {
		message->arch = arch_of(p) == ARCH_NONE ? 0 : arch_of(p);
		message->file = rp->boot;
		message->via = a->via;
		message->text = "proxy";
	}
	if (a->omitted > 0 && (n = action_note(e, NOTE_MENU, type, 0)) != NULL)
		n->error = a->omitted;
	if (item)
		action_reply(e, type, 0, local);
	else
		action_reply_late(e, type, 0, local, message);
	if (type == PACKET_ACK && p->ciaddr != 0 && e->in->from == p->ciaddr)
		action_booting(e, p->ciaddr, action_boots_here(e));
}

static void
proxy_drop(struct engine *e, enum engine_drop why, const char *text)
{
	action_drop(e, why);
	if (text != NULL)
		action_note_fail(e, e->packet.type, e->packet.ciaddr, text);
}

/* The room for option 43 in a reply of the proxy. */
static size_t
proxy_room(const struct engine *e)
{
	size_t size = reply_size(&e->packet, e->rq.iface->i.mtu);
	size_t agent, used = PXE_OVERHEAD + strlen(e->rq.pxe_class);

	if (packet_option(&e->packet, OPT_AGENT, &agent) != NULL)
		used += agent + 2 * (1 + agent / 255);
	return size > used ? size - used : 0;
}

/* The path counts, so that a packet that comes another way changes nothing. */
static bool
proxy_same(const struct engine *e, const struct proxy_seen *s, uint32_t client)
{
	return s->client == client && s->xid == e->packet.xid &&
	       s->giaddr == e->packet.giaddr && s->ifindex == e->in->ifindex;
}

/* The entry of a client, or the oldest in its bucket for a new one. */
static struct proxy_seen *
proxy_find(struct engine *e, uint32_t client)
{
	struct proxy_seen *bucket =
	    e->seen + client % (PROXY_SEEN / PROXY_WAYS) * PROXY_WAYS;
	struct proxy_seen *oldest = bucket, *s;

	for (s = bucket; s < bucket + PROXY_WAYS; s++) {
		if (proxy_same(e, s, client))
			return s;
		if (s->when_ms < oldest->when_ms)
			oldest = s;
	}
	return oldest;
}

/*
 * Counts how often a client sends the same DISCOVER although the proxy has made
 * an OFFER.  Some firmware reuses one xid for ever, so old ones do not count.
 */
static uint16_t
proxy_repeats(struct engine *e)
{
	uint32_t client = hash_bytes(e->seed, e->packet.hw, e->packet.hlen);
	struct proxy_seen *s = proxy_find(e, client);
	uint64_t age = e->now.mono_ms - s->when_ms;

	if (!proxy_same(e, s, client) || age > REPEAT_MAX_MS) {
		*s = (struct proxy_seen){ .when_ms = e->now.mono_ms,
			.client = client,
			.xid = e->packet.xid,
			.giaddr = e->packet.giaddr,
			.ifindex = e->in->ifindex };
		return 0;
	}
	/* Nor is one that it sends while the OFFER waits. */
	if (age < REPEAT_MIN_MS || action_waits(e, PACKET_OFFER))
		return s->repeats;
	s->when_ms = e->now.mono_ms;
	if (s->repeats < UINT16_MAX)
		s->repeats++;
	return s->repeats;
}

/* The style of an OFFER: after each repetition the other one. */
static enum record_pxe_how
proxy_how(struct engine *e, const struct pxe *x)
{
	bool chosen;
	enum record_pxe_how how = pxe_how(x, true, &chosen);
	uint16_t repeats = proxy_repeats(e);
	struct note *n;

	if (repeats == 0)
		return how;
	if (!chosen && repeats % 2 == 1)
		how = how == RECORD_PXE_BYPASS ? RECORD_PXE_BINL
					       : RECORD_PXE_BYPASS;
	if (chosen && repeats < REPEAT_HOPELESS)
		return how;
	n = action_note(e, NOTE_PROXY, e->packet.type, 0);
	if (n == NULL)
		return how;
	n->failed = repeats >= REPEAT_HOPELESS;
	n->error = how;
	return how;
}

/* Whether something is configured for the client; if not, that is said. */
static bool
proxy_has_boot(struct engine *e, const struct pxe *x)
{
	if (!pxe_nothing(x))
		return true;
	proxy_drop(e, DROP_PROXY,
	    "no dhcp-boot and no pxe-service for its architecture");
	return false;
}

/* DISCOVER, and INFORM of a client that has an address. */
static void
proxy_offer(struct engine *e, const struct pxe *x, uint8_t type)
{
	enum record_pxe_how how;
	bool chosen;

	if (!proxy_has_boot(e, x))
		return;
	if (type == PACKET_ACK)
		how = pxe_how(x, true, &chosen);
	else
		how = proxy_how(e, x);
	pxe_offer(x, how, &e->pxe);
	proxy_reply(e, type, x->local, false);
}

/* A REQUEST or INFORM for an entry of the menu. */
static void
proxy_item(struct engine *e, const struct pxe *x, uint16_t type, uint16_t layer)
{
	if (pxe_item_ack(x, type, layer, &e->pxe))
		proxy_reply(e, PACKET_ACK, x->local, true);
	else
		proxy_drop(e, DROP_ITEM, action_drop_text(DROP_ITEM));
}

/* A REQUEST or INFORM to port 4011 for the boot file. */
static void
proxy_port(struct engine *e, const struct pxe *x)
{
	if (!proxy_has_boot(e, x))
		return;
	pxe_port_ack(x, &e->pxe);
	proxy_reply(e, PACKET_ACK, x->local, false);
}

/* Whether a request names another server in option 54. */
static bool
proxy_other_server(const struct engine *e)
{
	uint32_t server;

	return packet_u32(&e->packet, OPT_SERVER_ID, &server) &&
	       !serve_is_us(e, server);
}

/*
 * Whether the source of a packet to port 4011 is a client of a network that is
 * served: the answer goes there, whoever that is.
 */
static bool
proxy_source_ok(const struct engine *e)
{
	uint32_t from = e->in->from;

	if (e->in->from_port != e->conf->dhcp.client_port &&
	    e->in->from_port != PXE_PORT)
		return false;
	return from == 0 || dhcp_conf_on_nets(e->rq.nets, e->rq.nnets, from);
}

/* Whether a request other than DISCOVER says where the client is. */
static bool
proxy_address_ok(const struct engine *e)
{
	if (dhcp_conf_is_own(e->conf, e->packet.ciaddr))
		return false;
	if (e->in->pxe)
		return proxy_source_ok(e);
	return e->packet.type == PACKET_DISCOVER ||
	       (e->packet.giaddr != 0 ? e->packet.ciaddr != 0
				      : dest_ciaddr_ok(e->conf, &e->rq));
}

/* Whether the message asks for a boot, and may. */
static bool
proxy_accepts(struct engine *e)
{
	/* No dhcp-pxe-vendor line is needed for the clients of httpd. */
	if (e->rq.pxe_class == NULL && e->rq.iface->i.http &&
	    http_boot_client(&e->rq))
		e->rq.pxe_class = HTTP_BOOT_CLASS;
	if (e->rq.pxe_class == NULL) {
		action_drop(e, DROP_PROXY);
		return false;
	}
	if (!proxy_address_ok(e)) {
		action_drop(e, DROP_MALFORMED);
		return false;
	}
	if (e->rq.ignored != NULL) {
		proxy_drop(e, DROP_IGNORED, e->rq.ignored);
		return false;
	}
	return true;
}

bool
proxy_serve(struct engine *e)
{
	const struct conf_net *net =
	    subnet_first(e->conf, &e->rq, RECORD_RANGE_PROXY);
	const struct conf_net *own =
	    subnet_first(e->conf, &e->rq, RECORD_RANGE_DYNAMIC);
	uint8_t kind = e->packet.type;
	bool asks = kind == PACKET_REQUEST || kind == PACKET_INFORM;
	uint16_t type, layer;
	bool only, item;
	struct pxe x;

	if (own == NULL)
		own = subnet_first(e->conf, &e->rq, RECORD_RANGE_STATIC);
	only = own == NULL && (net != NULL || subnet_is_proxied(&e->rq));
	item = asks && e->rq.pxe_class != NULL &&
	       pxe_item(&e->packet, &type, &layer);
	if (!only && !e->in->pxe && !(item && e->conf->services.n > 0))
		return false;
	if (net == NULL)
		net = own;
	if (net == NULL || (!asks && (kind != PACKET_DISCOVER || e->in->pxe))) {
		proxy_drop(e, DROP_PROXY,
		    net == NULL && kind == PACKET_DISCOVER &&
			    e->rq.pxe_class != NULL
			? serve_no_range(e)
			: NULL);
		return true;
	}
	if (asks && proxy_other_server(e)) {
		action_drop(e, DROP_OTHER_SERVER);
		return true;
	}
	if (!proxy_accepts(e))
		return true;
	classify_range(e->conf, &e->rq, net->range);
	x = pxe_of(e->conf, &e->rq, e->in->pxe ? e->rq.local : net->local,
	    proxy_room(e));
	if (item)
		proxy_item(e, &x, type, layer);
	else if (e->in->pxe)
		proxy_port(e, &x);
	else if (kind == PACKET_DISCOVER)
		proxy_offer(e, &x, PACKET_OFFER);
	else if (kind == PACKET_INFORM)
		proxy_offer(e, &x, PACKET_ACK);
	else
		action_drop(e, DROP_PROXY);
	return true;
}
