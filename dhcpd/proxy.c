/* SPDX-License-Identifier: ISC */
/* The handlers of boot requests. */
#include "dhcpd/proxy.h"

#include <stdio.h>
#include <string.h>

#include "daemon/hash.h"
#include "dhcpd/action.h"
#include "dhcpd/reply_build.h"
#include "dhcpd/conf_index.h"
#include "dhcpd/serve.h"
#include "dhcpd/subnet.h"

#define REPEAT_MIN_MS 500 /* two copies of one packet are no repetition */
#define REPEAT_MAX_MS                                          \
	64000 /* PXE clients give up after 60 s (PXE 2.1, 2.2) \
	       */
#define REPEAT_HOPELESS 3 /* both styles were tried */

/* The range that the client belongs to: of this host if it has no proxy. */
static const struct conf_net *
proxy_net(const struct engine *e)
{
	static const enum record_range_mode modes[] = { RECORD_RANGE_PROXY,
		RECORD_RANGE_DYNAMIC, RECORD_RANGE_STATIC };
	const struct conf_net *n = NULL;
	size_t i;

	for (i = 0; n == NULL && i < sizeof(modes) / sizeof(modes[0]); i++)
		n = subnet_first(e->conf, &e->rq, modes[i]);
	return n;
}

/* Whether only proxy ranges are open to the client. */
static bool
proxy_only(const struct engine *e)
{
	return subnet_first(e->conf, &e->rq, RECORD_RANGE_PROXY) != NULL &&
	       subnet_first(e->conf, &e->rq, RECORD_RANGE_DYNAMIC) == NULL &&
	       subnet_first(e->conf, &e->rq, RECORD_RANGE_STATIC) == NULL;
}

/* Builds and sends a reply of e->pxe; yiaddr: 0 for none. */
static void
proxy_reply(struct engine *e, uint8_t type, uint32_t yiaddr, uint32_t local)
{
	const struct packet *p = &e->packet;
	const struct pxe_answer *a = &e->pxe;
	struct reply *rp = &e->reply;
	struct note *n;

	reply_init(rp, p, reply_size(p, e->rq.iface->i.mtu), false);
	rp->yiaddr = yiaddr;
	rp->ciaddr = type == PACKET_ACK && yiaddr == 0 ? p->ciaddr : 0;
	rp->siaddr = a->siaddr;
	memcpy(rp->file, a->file, sizeof(rp->file));
	memcpy(rp->sname, a->sname, sizeof(rp->sname));
	memcpy(rp->boot, a->file, sizeof(rp->boot));
	/* It has no address for the client that a relay could send it to. */
	if (type == PACKET_OFFER)
		rp->flags |= PACKET_BROADCAST;
	(void)reply_put_u8(rp, OPT_TYPE, type);
	(void)reply_put_u32(
	    rp, OPT_SERVER_ID, classify_server_id(&e->rq, local));
	pxe_put_class(rp, p);
	pxe_put(rp, a);
	reply_build_pxe(e->conf, &e->rq, local, rp);
	n = action_note(e, NOTE_MESSAGE, type, p->ciaddr);
	if (n != NULL) {
		n->arch = arch_of(p) == ARCH_NONE ? 0 : arch_of(p);
		n->file = rp->boot;
		n->text = "proxy";
	}
	if (a->omitted > 0 && (n = action_note(e, NOTE_MENU, type, 0)) != NULL)
		n->error = a->omitted;
	action_reply(e, type, 0, local);
	if (type == PACKET_ACK && p->ciaddr != 0 && action_boots_here(e))
		action_booting(e, p->ciaddr);
}

static void
proxy_drop(struct engine *e, enum engine_drop why, const char *text)
{
	action_drop(e, why);
	if (text != NULL)
		action_note_fail(e, e->packet.type, e->packet.ciaddr, text);
}

/*
 * Counts how often a client sends the same DISCOVER although the proxy has made
 * an OFFER.  Some firmware reuses one xid for ever, so old ones do not count.
 */
static uint16_t
proxy_repeats(struct engine *e)
{
	const struct packet *p = &e->packet;
	uint32_t client = hash_bytes(0, p->hw, p->hlen) | 1;
	struct proxy_seen *s = &e->seen[(client >> 1) % PROXY_SEEN];
	uint64_t age = e->now.mono_ms - s->when_ms;

	if (s->client != client || s->xid != p->xid || age > REPEAT_MAX_MS) {
		*s = (struct proxy_seen){ e->now.mono_ms, client, p->xid, 0 };
		return 0;
	}
	if (age < REPEAT_MIN_MS)
		return s->repeats;
	s->when_ms = e->now.mono_ms;
	if (s->repeats < UINT16_MAX)
		s->repeats++;
	return s->repeats;
}

/* The style of an OFFER: after each repetition the other one. */
static enum record_pxe_how
proxy_how(struct engine *e)
{
	bool chosen;
	enum record_pxe_how how = pxe_how(e->conf, &e->rq, true, &chosen);
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

/* DISCOVER, and INFORM of a client that has an address. */
static void
proxy_offer(struct engine *e, const struct conf_net *net, uint8_t type)
{
	enum record_pxe_how how;

	if (type == PACKET_ACK) {
		bool chosen;

		how = pxe_how(e->conf, &e->rq, true, &chosen);
	} else {
		how = proxy_how(e);
	}
	pxe_offer(e->conf, &e->rq, how, net->local, &e->pxe);
	if (e->pxe.file[0] == '\0' && how == RECORD_PXE_BYPASS) {
		proxy_drop(e, DROP_PROXY,
		    "no dhcp-boot and no pxe-service for its architecture");
		return;
	}
	proxy_reply(e, type, 0, net->local);
}

static void
proxy_item(struct engine *e, uint16_t type, uint16_t layer, uint32_t local)
{
	if (!pxe_item_ack(e->conf, &e->rq, type, layer, local, &e->pxe)) {
		proxy_drop(e, DROP_ITEM, action_drop_text(DROP_ITEM));
		return;
	}
	proxy_reply(e, PACKET_ACK, e->packet.ciaddr, local);
}

/* A REQUEST or INFORM to port 4011. */
static void
proxy_port(struct engine *e)
{
	uint16_t type, layer;

	if (pxe_item(&e->packet, &type, &layer)) {
		proxy_item(e, type, layer, e->rq.local);
		return;
	}
	pxe_port_ack(e->conf, &e->rq, e->rq.local, &e->pxe);
	if (e->pxe.file[0] == '\0' && e->conf->services.n == 0) {
		proxy_drop(e, DROP_PROXY,
		    "no dhcp-boot and no pxe-service for its architecture");
		return;
	}
	proxy_reply(e, PACKET_ACK, 0, e->rq.local);
}

/* Whether a request names another server in option 54. */
static bool
proxy_other_server(const struct engine *e)
{
	uint32_t server;

	return packet_u32(&e->packet, OPT_SERVER_ID, &server) &&
	       !serve_is_us(e, server);
}

/* Whether the message asks for a boot, and may. */
static bool
proxy_accepts(struct engine *e)
{
	if (!packet_is_pxe(&e->packet)) {
		action_drop(e, DROP_PROXY);
		return false;
	}
	if (dhcp_conf_is_own(e->conf, e->packet.ciaddr)) {
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
	const struct conf_net *net = proxy_net(e);
	uint8_t kind = e->packet.type;
	bool asks = kind == PACKET_REQUEST || kind == PACKET_INFORM;
	bool only = proxy_only(e);
	uint16_t type, layer;

	if (!only && !e->in->pxe &&
	    !(asks && e->conf->services.n > 0 && packet_is_pxe(&e->packet) &&
		pxe_item(&e->packet, &type, &layer)))
		return false;
	if (net == NULL || (!asks && (kind != PACKET_DISCOVER || e->in->pxe))) {
		action_drop(e, DROP_PROXY);
		return true;
	}
	if (!proxy_accepts(e))
		return true;
	classify_range(e->conf, &e->rq, net->range);
	if (!e->in->pxe && kind == PACKET_DISCOVER)
		proxy_offer(e, net, PACKET_OFFER);
	else if (proxy_other_server(e))
		action_drop(e, DROP_OTHER_SERVER);
	else if (e->in->pxe)
		proxy_port(e);
	else if (pxe_item(&e->packet, &type, &layer))
		proxy_item(e, type, layer, net->local);
	else if (kind == PACKET_INFORM)
		proxy_offer(e, net, PACKET_ACK);
	else
		action_drop(e, DROP_PROXY);
	return true;
}
