/* SPDX-License-Identifier: ISC */
/* Filling in replies as the configuration says. */
#include "dhcpd/answer.h"

#include <string.h>

#define LEASE_MIN_S 120
#define TIMER_MIN_S 3 /* shortest T1 or T2 that a dhcp-option may set */

/* For each option number the dhcp-option line to use, or -1. */
struct chosen {
	int32_t line[256];
};

uint32_t
answer_lease_s(const struct request *rq, const struct conf_range *g)
{
	uint32_t lease_s = g->lease_s, asked;

	if (rq->host != NULL && rq->host->lease_s != 0)
		lease_s = rq->host->lease_s;
	if (!packet_u32(rq->p, OPT_LEASE_TIME, &asked))
		return lease_s;
	if (asked < LEASE_MIN_S)
		asked = LEASE_MIN_S;
	return asked < lease_s ? asked : lease_s;
}

/* The choice, while it is made. */
struct choice {
	const struct dhcp_conf *c;
	const struct request *rq;
	struct chosen *ch;
	uint8_t rank[256];
};

/*
 * Lines whose tags hold without the tag of the range beat those that need
 * it, and these beat lines without tags; among equals the last one counts.
 */
static void
choose_option(void *arg, uint32_t line)
{
	struct choice *k = arg;
	const struct conf_option *o = &k->c->options.v[line];
	int32_t *best = &k->ch->line[o->code];
	uint8_t rank = 0;

	if (o->tags.n == 0)
		rank = 1;
	else if (tags_hold(&k->c->tags, &o->tags, &k->rq->tags))
		rank = 3;
	else if (tags_hold(&k->c->tags, &o->tags, &k->rq->all))
		rank = 2;
	if (rank == 0 || rank < k->rank[o->code] ||
	    (rank == k->rank[o->code] && (int32_t)line < *best))
		return;
	k->rank[o->code] = rank;
	*best = (int32_t)line;
}

/* A line may hold by either of the two sets. */
static void
choose_options(
    const struct dhcp_conf *c, const struct request *rq, struct chosen *ch)
{
	struct choice k = { .c = c, .rq = rq, .ch = ch };

	memset(ch->line, 0xff, sizeof(ch->line));
	conf_by_tag_each(&c->options_by_tag, &rq->tags, choose_option, &k);
	conf_by_tag_each(&c->options_by_tag, &rq->all, choose_option, &k);
}

static const struct conf_option *
chosen_line(const struct dhcp_conf *c, const struct chosen *ch, uint8_t code)
{
	return ch->line[code] < 0 ? NULL : &c->options.v[ch->line[code]];
}

/* The dhcp-boot lines that hold. */
struct boots {
	const struct dhcp_conf *c;
	const struct request *rq;
	uint32_t tagged; /* the last of them with tags; CONF_NONE */
	uint32_t plain; /* the last without */
};

static void
choose_line(void *arg, uint32_t line)
{
	struct boots *k = arg;
	const struct conf_boot *b = &k->c->boots.v[line];
	uint32_t *best = b->tags.n == 0 ? &k->plain : &k->tagged;

	if (!tags_hold(&k->c->tags, &b->tags, &k->rq->all))
		return;
	if (*best == CONF_NONE || line > *best)
		*best = line;
}

/* The dhcp-boot line: the last whose tags hold, else the last without. */
static const struct conf_boot *
choose_boot(const struct dhcp_conf *c, const struct request *rq)
{
	struct boots k = { c, rq, CONF_NONE, CONF_NONE };

	conf_by_tag_each(&c->boots_by_tag, &rq->all, choose_line, &k);
	if (k.tagged == CONF_NONE)
		k.tagged = k.plain;
	return k.tagged == CONF_NONE ? NULL : &c->boots.v[k.tagged];
}

/* Copies a string option into a header field, with a NUL at its end. */
static void
field_set(char *field, size_t size, const void *s, size_t n)
{
	if (n >= size)
		n = size - 1;
	memcpy(field, s, n);
	memset(field + n, 0, size - n);
}

/* A name: as an option where the client asks for it, else in the header. */
static void
boot_name(const struct dhcp_conf *c, const struct request *rq, struct reply *rp,
    uint8_t code, const char *name, char *field, size_t size)
{
	if (name[0] == '\0')
		return;
	if (!c->dhcp.no_override && rq->listed && classify_wants(rq, code))
		(void)reply_put_strz(rp, code, name);
	else
		field_set(field, size, name, strlen(name));
}

/*
 * Without a dhcp-boot line the header is filled from options 66 and 67,
 * unless those go out as options.
 */
static void
boot_from_options(const struct dhcp_conf *c, const struct request *rq,
    struct reply *rp, struct chosen *ch)
{
	const struct conf_option *o;
	bool listed = rq->listed;

	o = chosen_line(c, ch, OPT_FILE);
	if (o != NULL && !o->force &&
	    (!listed || !classify_wants(rq, OPT_FILE))) {
		field_set(rp->file, sizeof(rp->file), o->data, o->len);
		ch->line[OPT_FILE] = -1;
	}
	o = chosen_line(c, ch, OPT_SNAME);
	if (o != NULL && !o->force &&
	    (!listed || !classify_wants(rq, OPT_SNAME))) {
		field_set(rp->sname, sizeof(rp->sname), o->data, o->len);
		ch->line[OPT_SNAME] = -1;
	}
}

static void
answer_boot(const struct dhcp_conf *c, const struct request *rq,
    const struct answer *a, struct reply *rp, struct chosen *ch)
{
	const struct conf_boot *b = choose_boot(c, rq);

	rp->siaddr = a->net != NULL ? a->net->local : a->server;
	if (b == NULL) {
		boot_from_options(c, rq, rp, ch);
		return;
	}
	if (b->addr != 0)
		rp->siaddr = b->addr;
	boot_name(c, rq, rp, OPT_SNAME, b->sname, rp->sname, sizeof(rp->sname));
	boot_name(c, rq, rp, OPT_FILE, b->file, rp->file, sizeof(rp->file));
	if (b->sname[0] != '\0')
		ch->line[OPT_SNAME] = -1;
	if (b->file[0] != '\0')
		ch->line[OPT_FILE] = -1;
}

/* T1 and T2: half and 7/8 of the lease, or what options 58 and 59 say. */
static void
answer_times(const struct dhcp_conf *c, const struct answer *a,
    const struct chosen *ch, struct reply *rp)
{
	uint32_t t[2] = { a->lease_s / 2,
		(uint32_t)((uint64_t)a->lease_s * 7 / 8) };
	struct reader r;
	uint8_t i;

	if (a->lease_s == 0)
		return;
	(void)reply_put_u32(rp, OPT_LEASE_TIME, a->lease_s);
	if (a->lease_s == ANSWER_INFINITE)
		return;
	for (i = 0; i < 2; i++) {
		const struct conf_option *o =
		    chosen_line(c, ch, (uint8_t)(OPT_T1 + i));
		uint32_t v;

		if (o == NULL || o->len != 4)
			continue;
		reader_init(&r, o->data, o->len);
		v = reader_u32(&r);
		if (v >= TIMER_MIN_S && v < a->lease_s)
			t[i] = v;
	}
	if (t[1] <= t[0])
		t[0] = t[1] - 1;
	(void)reply_put_u32(rp, OPT_T1, t[0]);
	(void)reply_put_u32(rp, OPT_T2, t[1]);
}

/* A default goes out only if no dhcp-option speaks of it. */
static void
default_net(
    const struct chosen *ch, struct reply *rp, uint8_t code, uint32_t addr)
{
	if (addr != 0 && ch->line[code] < 0)
		(void)reply_put_u32(rp, code, addr);
}

static void
default_put(const struct request *rq, const struct chosen *ch, struct reply *rp,
    uint8_t code, uint32_t addr)
{
	if (classify_wants(rq, code))
		default_net(ch, rp, code, addr);
}

/*
 * The name of the client: by its dhcp-host line, or, once it has an address,
 * the one that it gave itself.
 */
static const char *
answer_name(const struct request *rq, const struct answer *a)
{
	const struct conf_host *h = rq->host;

	if (h != NULL && h->name[0] != '\0' && (h->nmac > 0 || h->idlen > 0))
		return h->name;
	return a->type == PACKET_ACK ? rq->name : "";
}

static void
answer_defaults(const struct dhcp_conf *c, const struct request *rq,
    const struct answer *a, const struct chosen *ch, struct reply *rp)
{
	const char *name = answer_name(rq, a);

	if (a->net != NULL) {
		/* Clients that do not ask for these two rely on them. */
		default_net(ch, rp, OPT_MASK, a->net->mask);
		default_net(ch, rp, OPT_BROADCAST, a->net->broadcast);
		default_put(rq, ch, rp, OPT_ROUTER, a->net->router);
		if (c->dhcp.dns)
			default_put(rq, ch, rp, OPT_DNS, a->net->local);
	}
	if (c->dhcp.domain[0] != '\0' && ch->line[OPT_DOMAIN] < 0 &&
	    classify_wants(rq, OPT_DOMAIN))
		(void)reply_put(
		    rp, OPT_DOMAIN, c->dhcp.domain, strlen(c->dhcp.domain));
	if (name[0] != '\0' && ch->line[OPT_HOSTNAME] < 0 &&
	    classify_wants(rq, OPT_HOSTNAME))
		(void)reply_put(rp, OPT_HOSTNAME, name, strlen(name));
}

/* Options that the protocol engine alone may set. */
static bool
option_internal(uint8_t code)
{
	switch (code) {
	case OPT_PAD:
	case OPT_REQUESTED_IP:
	case OPT_LEASE_TIME:
	case OPT_OVERLOAD:
	case OPT_TYPE:
	case OPT_SERVER_ID:
	case OPT_MAX_SIZE:
	case OPT_T1:
	case OPT_T2:
	case OPT_CLIENT_ID:
	case OPT_FQDN:
	case OPT_AGENT:
	case OPT_END:
		return true;
	default:
		return false;
	}
}

/* An empty option that only suppresses a default. */
static bool
option_suppresses(const struct conf_option *o)
{
	if (o->len != 0)
		return false;
	switch (o->code) {
	case OPT_MASK:
	case OPT_BROADCAST:
	case OPT_ROUTER:
	case OPT_DNS:
	case OPT_DOMAIN:
	case OPT_HOSTNAME:
		return true;
	default:
		return false;
	}
}

static void
option_put(const struct conf_option *o, uint32_t self, struct reply *rp)
{
	uint8_t data[RECORD_OPT_MAX + 1];
	size_t i, len = o->len;

	memcpy(data, o->data, len);
	for (i = 0; o->self && i + 4 <= len; i += 4)
		if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 0 &&
		    data[i + 3] == 0) {
			data[i] = (uint8_t)(self >> 24);
			data[i + 1] = (uint8_t)(self >> 16);
			data[i + 2] = (uint8_t)(self >> 8);
			data[i + 3] = (uint8_t)self;
		}
	/* Firmware reads past names that do not end in a NUL. */
	if ((o->code == OPT_FILE || o->code == OPT_SNAME) && len > 0 &&
	    len < 255 && data[len - 1] != '\0')
		data[len++] = '\0';
	(void)reply_put(rp, o->code, data, len);
}

/* The chosen lines, the last one first; their number. */
static size_t
chosen_lines(const struct chosen *ch, int32_t lines[256])
{
	size_t code, n = 0, i;

	for (code = 0; code < 256; code++) {
		if (ch->line[code] < 0)
			continue;
		for (i = n++; i > 0 && lines[i - 1] < ch->line[code]; i--)
			lines[i] = lines[i - 1];
		lines[i] = ch->line[code];
	}
	return n;
}

static void
answer_options(const struct dhcp_conf *c, const struct request *rq,
    const struct answer *a, const struct chosen *ch, struct reply *rp)
{
	uint32_t self = a->net != NULL ? a->net->local : a->server;
	int32_t lines[256];
	size_t i, n = chosen_lines(ch, lines);

	/* The last line first: where room is short, it has precedence. */
	for (i = 0; i < n; i++) {
		const struct conf_option *o = &c->options.v[lines[i]];

		if (option_internal(o->code) || option_suppresses(o) ||
		    (!o->force && !classify_wants(rq, o->code)))
			continue;
		option_put(o, self, rp);
	}
}

void
answer_build(const struct dhcp_conf *c, const struct request *rq,
    const struct answer *a, struct reply *rp)
{
	bool bootp = a->type == PACKET_BOOTP;
	size_t max = bootp ? PACKET_HEADER + REPLY_BOOTP_VEND
			   : reply_size(rq->p, rq->iface->i.mtu);
	struct chosen ch;

	reply_init(
	    rp, rq->p, max, !bootp && rq->listed && !c->dhcp.no_override);
	rp->yiaddr = a->yiaddr;
	rp->ciaddr = a->type == PACKET_ACK ? rq->p->ciaddr : 0;
	choose_options(c, rq, &ch);
	if (!bootp) {
		(void)reply_put_u8(rp, OPT_TYPE, a->type);
		(void)reply_put_u32(rp, OPT_SERVER_ID, a->server);
		answer_times(c, a, &ch, rp);
	}
	answer_boot(c, rq, a, rp, &ch);
	answer_defaults(c, rq, a, &ch, rp);
	answer_options(c, rq, a, &ch, rp);
}

void
answer_nak(const struct request *rq, uint32_t server, const char *why,
    struct reply *rp)
{
	reply_init(rp, rq->p, REPLY_DEFAULT, false);
	/* The relay must not look for the client's address (4.3.2). */
	rp->flags |= PACKET_BROADCAST;
	(void)reply_put_u8(rp, OPT_TYPE, PACKET_NAK);
	(void)reply_put_u32(rp, OPT_SERVER_ID, server);
	(void)reply_put(rp, OPT_MESSAGE, why, strlen(why));
}
