/* SPDX-License-Identifier: ISC */
/* Fills in replies as the configuration says. */
#include "dhcpd/reply_build.h"

#include <string.h>

#include "daemon/dhcp_option.h"
#include "dhcpd/choose.h"
#include "dhcpd/dest.h"
#include "dhcpd/reply_boot.h"
#include "dhcpd/reply_default.h"
#include "dhcpd/suboption.h"

#define LEASE_MIN_S 120
#define PXE_CLASS_ROOM (2 + 19) /* options 60, without its text, and 97 */
/* Options 53, 54, 51, 58, 59 and 1, 52, and the end of all. */
#define ALWAYS_ROOM (3 + 5 * 6 + 3 + 1)
#define PIECES ((RECORD_OPT_MAX + 1 + 254) / 255)
_Static_assert(
    RECORD_OPT_MAX + 1 + 2 * PIECES + ALWAYS_ROOM == REPLY_OPTIONS_MAX,
    "the longest option fits beside those of every reply");

#define TIMER_MIN_S 3 /* shortest T1 or T2 that a dhcp-option may set */

uint32_t
reply_build_lease_s(const struct request *rq, const struct conf_range *g)
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

/*
 * Options 60 and 43 for a client that the configuration has services for.  An
 * option 43 of the configuration is kept if there is no menu.
 */
static void
build_pxe(struct reply_work *b)
{
	size_t room = reply_room(b->rp), used = PXE_CLASS_ROOM;
	struct pxe x;

	if (b->rq->pxe_class == NULL)
		return;
	used += strlen(b->rq->pxe_class);
	x = pxe_of(b->c, b->rq, reply_local(b), room > used ? room - used : 0);
	if (!pxe_with_address(&x, &b->pxe))
		return;
	b->done[OPT_VENDOR_CLASS] = b->done[OPT_UUID] = true;
	pxe_put_class(b->rp, b->rq);
	if (b->pxe.bypass && b->line[OPT_VENDOR_ENCAP] >= 0)
		return;
	b->done[OPT_VENDOR_ENCAP] = true;
	pxe_put(b->rp, &b->pxe);
}

/* T1 and T2: half and 7/8 of the lease, or what options 58 and 59 say. */
static void
build_times(struct reply_work *b)
{
	uint32_t lease_s = b->a->lease_s;
	uint32_t t[2] = { lease_s / 2, (uint32_t)((uint64_t)lease_s * 7 / 8) };
	struct reader r;
	uint8_t i;

	if (lease_s == 0)
		return;
	(void)reply_put_u32(b->rp, OPT_LEASE_TIME, lease_s);
	if (lease_s == REPLY_INFINITE)
		return;
	for (i = 0; i < 2; i++) {
		const struct conf_option *o =
		    reply_line(b, (uint8_t)(OPT_T1 + i));
		uint32_t v;

		if (o == NULL || o->len != 4)
			continue;
		reader_init(&r, o->data, o->len);
		v = reader_u32(&r);
		if (v < TIMER_MIN_S || v >= lease_s)
			continue;
		t[i] = v;
		trace_option(b->rq->trace, o->code, RECORD_OPTION,
		    (size_t)(o - b->c->options.v));
	}
	if (t[1] <= t[0])
		t[0] = t[1] > 0 ? t[1] - 1 : 0;
	(void)reply_put_u32(b->rp, OPT_T1, t[0]);
	(void)reply_put_u32(b->rp, OPT_T2, t[1]);
}

/* The client's own vendor class, beside an option 43 that is made for it. */
static void
build_class(struct reply_work *b)
{
	size_t len;
	const uint8_t *class = packet_option(b->rq->p, OPT_VENDOR_CLASS, &len);

	if (class == NULL || b->done[OPT_VENDOR_CLASS] ||
	    b->line[OPT_VENDOR_CLASS] >= 0)
		return;
	b->done[OPT_VENDOR_CLASS] = true;
	(void)reply_put(b->rp, OPT_VENDOR_CLASS, class, len);
}

/* Whether the server itself sets the option, so that no line can. */
static bool
option_internal(uint8_t code)
{
	return code == OPT_PAD || code == OPT_END || code == OPT_T1 ||
	       code == OPT_T2 || dhcp_option_reserved(code);
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

/* Whether a value must end with a NUL, as firmware and some clients expect. */
static bool
option_needs_nul(const struct reply_work *b, uint8_t code)
{
	const struct dhcp_option *o;

	if (code == OPT_FILE || code == OPT_SNAME)
		return true; /* see boot_put() */
	if (!b->rq->name.nul)
		return false;
	o = dhcp_option_find(code);
	return o != NULL && o->type == DHCP_OPTION_TEXT;
}

static void
option_put(struct reply_work *b, const struct conf_option *o, uint32_t self)
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
	if (option_needs_nul(b, o->code) && len > 0 && len != 255 &&
	    data[len - 1] != '\0')
		data[len++] = '\0';
	if (reply_put(b->rp, o->code, data, len))
		trace_option(b->rq->trace, o->code, RECORD_OPTION,
		    (size_t)(o - b->c->options.v));
}

/* Puts the value of an option, unless that was done or there is none. */
static void
build_option(struct reply_work *b, uint8_t code)
{
	uint32_t self = reply_local(b);
	const struct conf_option *o = reply_line(b, code);

	if (b->done[code])
		return;
	b->done[code] = true;
	if (o == NULL || option_internal(code))
		reply_default_put(b, code);
	else if (!option_suppresses(o))
		option_put(b, o, self);
}

/* Options that encap:, vi-encap: and vendor: lines are a part of. */
static void
build_parts(struct reply_work *b)
{
	uint8_t value[SUBOPTION_VALUE_MAX];
	bool looked[256] = { false }, lost, sent;
	size_t i, n;

	for (i = b->c->suboptions.n; i-- > 0;) {
		const struct conf_suboption *s = &b->c->suboptions.v[i];
		uint8_t code = suboption_outer(s);

		if (b->done[code] || looked[code] || option_internal(code))
			continue;
		looked[code] = true;
		n = suboption_value(b->c, b->rq, b->proxy, code, value, &lost);
		if (n == 0 && !lost)
			continue;
		b->done[code] = true;
		sent = n > 0 && reply_put(b->rp, code, value, n);
		if (sent)
			trace_option(b->rq->trace, code, RECORD_SUBOPTION, i);
		if (lost && (n == 0 || sent))
			reply_omit(b->rp, code);
		if (sent && s->how == RECORD_SUB_VENDOR)
			build_class(b);
	}
}

/* What clients rely on without asking for it: mask and broadcast address. */
static void
build_unasked(struct reply_work *b, uint8_t code)
{
	if (b->line[code] < 0)
		build_option(b, code);
}

/* The chosen lines, the last one first; their number. */
static size_t
chosen_lines(const struct reply_work *b, int32_t lines[256])
{
	size_t code, n = 0, i;

	for (code = 0; code < 256; code++) {
		if (b->line[code] < 0)
			continue;
		for (i = n++; i > 0 && lines[i - 1] < b->line[code]; i--)
			lines[i] = lines[i - 1];
		lines[i] = b->line[code];
	}
	return n;
}

/* If room is short, the order of the client's list decides (RFC 2132 9.8). */
static void
build_listed(struct reply_work *b)
{
	size_t i, len;
	const uint8_t *list = packet_option(b->rq->p, OPT_PARAMETERS, &len);

	for (i = 0; list != NULL && i < len; i++)
		build_option(b, list[i]);
}

/*
 * All options for a client without a list, and the forced ones.  The last line
 * comes first, since it has precedence if room is short.
 */
static void
build_unlisted(struct reply_work *b)
{
	static const uint8_t defaults[] = { OPT_ROUTER, OPT_DNS, OPT_DOMAIN,
		OPT_HOSTNAME };
	int32_t lines[256];
	size_t i, n = chosen_lines(b, lines);

	for (i = 0; !b->rq->listed && i < sizeof(defaults); i++)
		build_unasked(b, defaults[i]);
	for (i = 0; i < n; i++) {
		const struct conf_option *o = &b->c->options.v[lines[i]];

		if (o->force || !b->rq->listed)
			build_option(b, o->code);
	}
}

void
reply_build(const struct dhcp_conf *c, const struct request *rq,
    const struct reply_spec *a, struct reply *rp)
{
	bool bootp = a->type == PACKET_BOOTP;
	size_t max = bootp ? PACKET_HEADER + REPLY_BOOTP_VEND
			   : reply_size(rq->p, rq->iface->i.mtu);
	struct reply_work b = { .c = c, .rq = rq, .a = a, .rp = rp };

	reply_init(
	    rp, rq->p, max, !bootp && rq->listed && !c->dhcp.no_override);
	if (rq->broadcast)
		rp->flags |= PACKET_BROADCAST;
	rp->yiaddr = a->yiaddr;
	rp->ciaddr = a->type == PACKET_ACK ? rq->ciaddr : 0;
	choose_options(c, rq, false, b.line);
	if (!bootp) {
		(void)reply_put_u8(rp, OPT_TYPE, a->type);
		(void)reply_put_u32(rp, OPT_SERVER_ID, a->server);
		build_times(&b);
		if (a->rapid)
			(void)reply_put(rp, OPT_RAPID_COMMIT, "", 0);
		build_pxe(&b);
	}
	reply_boot_put(&b);
	build_unasked(&b, OPT_MASK);
	if (!bootp)
		build_parts(&b);
	build_listed(&b);
	build_unasked(&b, OPT_BROADCAST);
	/* The answer to the option 81 of the client (RFC 4702 4). */
	build_option(&b, OPT_FQDN);
	build_unlisted(&b);
	reply_boot_copy(&b);
}

void
reply_build_pxe(const struct dhcp_conf *c, const struct request *rq,
    uint32_t local, struct reply *rp)
{
	struct reply_spec a = { .type = PACKET_OFFER, .server = local };
	struct reply_work b = {
		.c = c, .rq = rq, .a = &a, .rp = rp, .proxy = true
	};
	size_t code;

	choose_options(c, rq, true, b.line);
	/* These are set already. */
	b.done[OPT_VENDOR_CLASS] = b.done[OPT_VENDOR_ENCAP] = true;
	b.done[OPT_UUID] = true;
	build_parts(&b);
	for (code = 1; code < OPT_END; code++) {
		const struct conf_option *o = reply_line(&b, (uint8_t)code);

		if (o != NULL && !b.done[code] &&
		    !option_internal((uint8_t)code) &&
		    classify_wants(rq, (uint8_t)code))
			option_put(&b, o, local);
	}
}

void
reply_build_nak(const struct request *rq, uint32_t server, const char *why,
    struct reply *rp)
{
	reply_init(rp, rq->p, REPLY_DEFAULT, false);
	/* The relay must broadcast it (RFC 2131 4.3.2). */
	if (!dest_nak_routed(rq))
		rp->flags |= PACKET_BROADCAST;
	else
		rp->ciaddr = rq->ciaddr;
	(void)reply_put_u8(rp, OPT_TYPE, PACKET_NAK);
	(void)reply_put_u32(rp, OPT_SERVER_ID, server);
	(void)reply_put(rp, OPT_MESSAGE, why, strlen(why));
}
