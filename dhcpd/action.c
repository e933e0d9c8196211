/* SPDX-License-Identifier: ISC */
/* Adds actions and notes to the running step, and counts drops. */
#include "dhcpd/action.h"

#include <string.h>

#include "dhcpd/choose.h"
#include "dhcpd/conf_index.h"
#include "dhcpd/http_boot.h"

const char *
action_drop_text(enum engine_drop why)
{
	static const char *const text[ENGINE_DROP_MAX] = {
		[DROP_UNSERVED] = "interface not served",
		[DROP_RELAY] = "invalid relay address",
		[DROP_NO_RANGE] = "no range for its network",
		[DROP_ADDRESS] = "address of a network that is not served",
		[DROP_PROXY] =
		    "not a PXE client (dhcp-pxe-vendor), and there are proxy ranges only",
		[DROP_NOT_CLIENT] = "message type of a server",
		[DROP_NO_ID] = "no client identifier or hardware address",
		[DROP_IGNORED] = "ignored by the configuration",
		[DROP_OTHER_SERVER] = "for another server",
		[DROP_UNKNOWN] = "unknown client",
		[DROP_MALFORMED] = "required field missing",
		[DROP_BUSY] = "an earlier request is pending",
		[DROP_PLACES] = "no free place in memory",
		[DROP_NO_ADDRESS] = "no address available",
		[DROP_LEASES] = "dhcp-lease-max reached",
		[DROP_NOT_OWNER] = "lease of another client",
		[DROP_BOOTP] = "BOOTP without a reservation",
		[DROP_ITEM] = "no such entry of the boot menu",
	};

	return (unsigned int)why < ENGINE_DROP_MAX ? text[why] : "?";
}

static struct action *
action_add(struct engine *e, enum action_kind kind)
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
action_note(struct engine *e, enum note_kind kind, uint8_t type, uint32_t addr)
{
	static const struct note none;
	struct action *a;
	struct note *n;

	if (e->out.nnotes == ENGINE_NOTES_MAX ||
	    (a = action_add(e, ACTION_NOTE)) == NULL)
		return NULL;
	n = a->note = &e->out.note[e->out.nnotes++];
	*n = none;
	n->kind = kind;
	n->type = type;
	n->addr = addr;
	n->arch = ARCH_NONE;
	if (e->in->kind == ENGINE_PACKET) {
		n->xid = e->packet.xid;
		n->client = e->rq.client;
		memcpy(n->ifname, e->rq.iface->i.name, sizeof(n->ifname));
	}
	return n;
}

void
action_note_fail(
    struct engine *e, uint8_t type, uint32_t addr, const char *text)
{
	struct note *n = action_note(e, NOTE_MESSAGE, type, addr);

	if (n != NULL) {
		n->failed = true;
		n->text = text;
	}
}

void
action_drop(struct engine *e, enum engine_drop why)
{
	e->count.dropped[why]++;
}

static void
action_send(struct engine *e, uint8_t type, const struct dest *d,
    const void *data, size_t len)
{
	struct action *a = action_add(e, ACTION_SEND);

	if (a == NULL)
		return;
	a->dest = d;
	a->data = data;
	a->len = len;
	e->count.sent[type]++;
}

void
action_deliver(struct engine *e, struct pending *p)
{
	struct action *a;

	if (!p->dest.neigh || (a = action_add(e, ACTION_NEIGH)) == NULL) {
		if (p->dest.neigh)
			dest_without_neigh(&p->dest);
		action_send(e, p->type, &p->dest, p->reply, p->len);
		pending_put(&e->pending, p);
		return;
	}
	pending_move(&e->pending, p, PENDING_NEIGH);
	p->since_ms = e->now.mono_ms;
	a->id = p->id;
	a->dest = &p->dest;
}

void
action_note_reply(struct engine *e, uint8_t type, uint32_t yiaddr)
{
	e->count.options_omitted += e->reply.nomitted;
	if (e->reply.nomitted > 0)
		(void)action_note(e, NOTE_OMITTED, type, yiaddr);
	if (e->conf->dhcp.log_dhcp)
		(void)action_note(e, NOTE_REPLY, type, yiaddr);
}

/* Chooses the destination of e->reply, and logs what it lacks. */
static void
action_address(struct engine *e, uint8_t type, uint32_t yiaddr, uint32_t local)
{
	action_note_reply(e, type, yiaddr);
	if (e->in->pxe)
		dest_choose_pxe(&e->dest, e->conf, &e->rq, local, e->in->from,
		    e->in->from_port);
	else
		dest_choose(&e->dest, e->conf, &e->rq, type, yiaddr, local,
		    e->in->from, e->in->from_port);
}

/* Sends a reply, at once or once a neighbour entry is set. */
static void
action_send_to(struct engine *e, uint8_t type, struct dest *d, const void *data,
    size_t len)
{
	struct pending *p;

	if (d->neigh && (p = pending_get(&e->pending, PENDING_NEIGH)) != NULL) {
		p->type = type;
		p->dest = *d;
		p->len = len;
		memcpy(p->reply, data, len);
		action_deliver(e, p);
		return;
	}
	if (d->neigh)
		dest_without_neigh(d);
	action_send(e, type, d, data, len);
}

static void
action_reply_now(struct engine *e, uint8_t type)
{
	size_t len = reply_finish(&e->reply, e->buf);

	action_send_to(e, type, &e->dest, e->buf, len);
}

void
action_reply(struct engine *e, uint8_t type, uint32_t yiaddr, uint32_t local)
{
	action_address(e, type, yiaddr, local);
	action_reply_now(e, type);
}

static struct delay_key
action_key(const struct engine *e, uint8_t type)
{
	struct delay_key k = { .xid = e->packet.xid,
		.giaddr = e->packet.giaddr,
		.ifindex = e->in->ifindex,
		.type = type,
		.pxe = e->in->pxe,
		.hwtype = e->packet.htype,
		.hwlen = e->packet.hlen };

	memcpy(k.hw, e->packet.hw, e->packet.hlen);
	return k;
}

bool
action_waits(struct engine *e, uint8_t type)
{
	const struct delay_key k = action_key(e, type);

	return delay_find(&e->delay, &k) != NULL;
}

void
action_reply_late(struct engine *e, uint8_t type, uint32_t yiaddr,
    uint32_t local, struct note *message)
{
	const struct delay_key k = action_key(e, type);
	struct delayed *d = delay_find(&e->delay, &k);
	uint64_t delay_ms = choose_delay(e->conf, &e->rq) * UINT64_C(1000);
	uint64_t age_ms = e->in->age_ms;

	action_address(e, type, yiaddr, local);
	if (d != NULL) {
		e->count.delay_joined++;
	} else if (delay_ms > age_ms) {
		/* The packet may have come at the end of its millisecond. */
		d = delay_add(
		    &e->delay, &k, e->now.mono_ms + delay_ms + 1 - age_ms);
		if (d != NULL) {
			e->count.delayed++;
		} else {
			e->count.delay_full++;
			(void)action_note(e, NOTE_DELAYS, type, yiaddr);
		}
	}
	if (d == NULL) {
		action_reply_now(e, type);
		return;
	}
	d->dest = e->dest;
	d->len = reply_finish(&e->reply, d->reply);
	if (message != NULL && d->due_ms > e->now.mono_ms)
		message->delay_s =
		    (uint32_t)((d->due_ms - e->now.mono_ms + 998) / 1000);
}

void
action_delayed(struct engine *e, struct delayed *d)
{
	action_send_to(e, d->key.type, &d->dest, d->reply, d->len);
}

void
action_store(struct engine *e, struct pending *p)
{
	struct action *a;

	/* While leased is down they stay pending; see grant_resend(). */
	if (!e->store_up || (a = action_add(e, ACTION_STORE)) == NULL)
		return;
	a->id = p->id;
	a->lease = &p->lease;
	p->since_ms = e->now.mono_ms;
}

enum boot_from
action_boots_here(const struct engine *e)
{
	const struct reply *rp = &e->reply;
	char file[RECORD_FILE_MAX];

	if (rp->boot[0] == '\0' || rp->via != REPLY_VIA_NONE)
		return BOOT_FROM_ELSEWHERE;
	if (e->conf->http.enabled &&
	    http_boot_file(e->conf, rp->boot, rp->siaddr, file))
		return BOOT_FROM_HTTP;
	return strstr(rp->boot, "://") == NULL &&
		       dhcp_conf_is_own(e->conf, rp->siaddr)
		   ? BOOT_FROM_TFTP
		   : BOOT_FROM_ELSEWHERE;
}

void
action_booting(struct engine *e, uint32_t addr, enum boot_from from)
{
	struct action *a;

	if (from == BOOT_FROM_ELSEWHERE ||
	    (a = action_add(e, ACTION_BOOTING)) == NULL)
		return;
	a->addr = addr;
	a->http = from == BOOT_FROM_HTTP;
}

void
action_neigh_done(struct engine *e, struct pending *p, uint32_t error)
{
	struct note *n;

	if (error != 0) {
		e->count.neigh_failed++;
		n = action_note(e, NOTE_NEIGH, p->type, p->dest.addr);
		if (n != NULL)
			n->error = error;
		dest_without_neigh(&p->dest);
	}
	action_send(e, p->type, &p->dest, p->reply, p->len);
	pending_put(&e->pending, p);
}
