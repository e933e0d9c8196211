/* SPDX-License-Identifier: ISC */
/* Fills in replies as the configuration says. */
#include "dhcpd/reply_build.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "daemon/dhcp_option.h"
#include "dhcpd/choose.h"
#include "dhcpd/pxe.h"
#include "dhcpd/suboption.h"

#define LEASE_MIN_S 120
#define PXE_CLASS_ROOM (11 + 19) /* options 60 and 97 */
#define TIMER_MIN_S 3 /* shortest T1 or T2 that a dhcp-option may set */

/* A file or server name for the boot. */
struct boot_name {
	const char *s;
	size_t len; /* 0: none */
	bool header_only; /* by dhcp-no-override */
	bool copy; /* sent as an option; the header gets it as well */
};

/* A reply while it is filled in. */
struct build {
	const struct dhcp_conf *c;
	const struct request *rq;
	const struct reply_spec *a;
	struct reply *rp;
	int32_t line[256]; /* the dhcp-option line of each option, or -1 */
	bool done[256]; /* the option was put, or had no room */
	struct boot_name file;
	struct boot_name sname;
	struct pxe_answer pxe; /* of a client that gets a service or a menu */
	bool proxy; /* only lines for PXE clients count */
};

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

static const struct conf_option *
chosen_line(const struct build *b, uint8_t code)
{
	return b->line[code] < 0 ? NULL : &b->c->options.v[b->line[code]];
}

static void
name_set(struct boot_name *n, const void *s, size_t len)
{
	n->s = s;
	n->len = strnlen(s, len);
}

/*
 * Without a dhcp-boot line the names are those of options 66 and 67.  A forced
 * option is left to build_unlisted().
 */
static void
boot_from_options(struct build *b)
{
	const struct conf_option *o;

	o = chosen_line(b, OPT_FILE);
	if (o != NULL && !o->force) {
		name_set(&b->file, o->data, o->len);
		b->line[OPT_FILE] = -1;
	}
	o = chosen_line(b, OPT_SNAME);
	if (o != NULL && !o->force) {
		name_set(&b->sname, o->data, o->len);
		b->line[OPT_SNAME] = -1;
	}
}

static void
boot_from_line(struct build *b, const struct conf_boot *line)
{
	if (line->addr != 0)
		b->rp->siaddr = line->addr;
	name_set(&b->file, line->file, RECORD_FILE_MAX);
	name_set(&b->sname, line->sname, RECORD_SNAME_MAX);
	b->file.header_only = b->sname.header_only = b->c->dhcp.no_override;
	if (b->file.len > 0)
		b->line[OPT_FILE] = -1;
	if (b->sname.len > 0)
		b->line[OPT_SNAME] = -1;
}

/* Copies a name into a header field, with a NUL at its end. */
static void
field_set(char *field, size_t size, const struct boot_name *n)
{
	memcpy(field, n->s, n->len);
	memset(field + n->len, 0, size - n->len);
}

/*
 * Puts a name into the header, or as an option if the client asks for that
 * option or the name is too long for the header.
 */
static void
boot_put(struct build *b, uint8_t code, struct boot_name *n, char *field,
    size_t size)
{
	bool option =
	    b->rq->listed && classify_wants(b->rq, code) && !n->header_only;
	char text[RECORD_OPT_MAX + 1];

	if (n->len == 0)
		return;
	if (!option && n->len < size) {
		field_set(field, size, n);
		return;
	}
	n->copy = n->len < size;
	b->done[code] = true;
	/* Firmware reads past the end of names without a NUL. */
	memcpy(text, n->s, n->len);
	text[n->len] = '\0';
	(void)reply_put(b->rp, code, text, n->len < 255 ? n->len + 1 : n->len);
}

static uint32_t
build_local(const struct build *b)
{
	return b->a->net != NULL ? b->a->net->local : b->a->server;
}

/* The boot of a pxe-service, in place of dhcp-boot. */
static void
boot_from_service(struct build *b)
{
	b->rp->siaddr = b->pxe.siaddr;
	name_set(&b->file, b->pxe.file, sizeof(b->pxe.file));
	name_set(&b->sname, b->pxe.sname, sizeof(b->pxe.sname));
	b->file.header_only = b->sname.header_only = b->c->dhcp.no_override;
	b->line[OPT_FILE] = b->line[OPT_SNAME] = -1;
}

static void
build_boot(struct build *b)
{
	const struct conf_boot *line = choose_boot(b->c, b->rq);
	struct reply *rp = b->rp;

	rp->siaddr = build_local(b);
	if (b->pxe.boot)
		boot_from_service(b);
	else if (line != NULL)
		boot_from_line(b, line);
	else
		boot_from_options(b);
	(void)snprintf(rp->boot, sizeof(rp->boot), "%.*s", (int)b->file.len,
	    b->file.len > 0 ? b->file.s : "");
	boot_put(b, OPT_SNAME, &b->sname, rp->sname, sizeof(rp->sname));
	boot_put(b, OPT_FILE, &b->file, rp->file, sizeof(rp->file));
}

/*
 * A name that was sent as an option goes into the header too, unless options
 * have taken the place: loaders such as shim look for it there only.
 */
static void
build_header(struct build *b)
{
	struct reply *rp = b->rp;

	if (b->file.copy && rp->in_file.len == 0)
		field_set(rp->file, sizeof(rp->file), &b->file);
	if (b->sname.copy && rp->in_sname.len == 0)
		field_set(rp->sname, sizeof(rp->sname), &b->sname);
}

/*
 * Options 60 and 43 for a client that the configuration has services for.  An
 * option 43 of the configuration is kept if there is no menu.
 */
static void
build_pxe(struct build *b)
{
	size_t room = reply_room(b->rp);

	room = room > PXE_CLASS_ROOM ? room - PXE_CLASS_ROOM : 0;
	if (!pxe_with_address(b->c, b->rq, build_local(b), room, &b->pxe))
		return;
	b->done[OPT_VENDOR_CLASS] = b->done[OPT_UUID] = true;
	pxe_put_class(b->rp, b->rq->p);
	if (b->pxe.how == RECORD_PXE_BYPASS && b->line[OPT_VENDOR_ENCAP] >= 0)
		return;
	b->done[OPT_VENDOR_ENCAP] = true;
	pxe_put(b->rp, &b->pxe);
}

/* T1 and T2: half and 7/8 of the lease, or what options 58 and 59 say. */
static void
build_times(struct build *b)
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
		    chosen_line(b, (uint8_t)(OPT_T1 + i));
		uint32_t v;

		if (o == NULL || o->len != 4)
			continue;
		reader_init(&r, o->data, o->len);
		v = reader_u32(&r);
		if (v >= TIMER_MIN_S && v < lease_s)
			t[i] = v;
	}
	if (t[1] <= t[0])
		t[0] = t[1] > 0 ? t[1] - 1 : 0;
	(void)reply_put_u32(b->rp, OPT_T1, t[0]);
	(void)reply_put_u32(b->rp, OPT_T2, t[1]);
}

/*
 * The name of the client: from its dhcp-host line, else the name that it sent.
 * An OFFER must not contradict the DISCOVER: some clients reject it then.  A
 * client that sends option 81 is prepared for another name.
 */
static const char *
build_name(const struct build *b)
{
	const struct conf_host *h = b->rq->host;
	const struct client_name *sent = &b->rq->name;

	if (h == NULL || h->name[0] == '\0' || (h->nmac == 0 && h->idlen == 0))
		return b->a->type == PACKET_ACK || sent->fqdn ? sent->label
							      : "";
	if (b->a->type == PACKET_OFFER && !sent->fqdn &&
	    sent->label[0] != '\0' && strcasecmp(sent->label, h->name) != 0)
		return "";
	return h->name;
}

static void
default_addr(struct reply *rp, uint8_t code, uint32_t addr)
{
	if (addr != 0)
		(void)reply_put_u32(rp, code, addr);
}

/* With a NUL at its end for clients that send their name so. */
static void
default_text(const struct build *b, uint8_t code, const char *text)
{
	if (text[0] != '\0')
		(void)reply_put(b->rp, code, text,
		    strlen(text) + (b->rq->name.nul ? 1 : 0));
}

static void
default_fqdn(struct build *b)
{
	const char *name = build_name(b);
	uint8_t data[2 * RECORD_NAME_MAX];
	size_t n;

	if (!b->rq->name.fqdn || name[0] == '\0')
		return;
	n = client_name_fqdn(
	    &b->rq->name, name, b->c->dhcp.domain, data, sizeof(data));
	if (n > 0)
		(void)reply_put(b->rp, OPT_FQDN, data, n);
}

/* The client's own vendor class, beside an option 43 that is made for it. */
static void
build_class(struct build *b)
{
	size_t len;
	const uint8_t *class = packet_option(b->rq->p, OPT_VENDOR_CLASS, &len);

	if (class == NULL || b->done[OPT_VENDOR_CLASS] ||
	    b->line[OPT_VENDOR_CLASS] >= 0)
		return;
	b->done[OPT_VENDOR_CLASS] = true;
	(void)reply_put(b->rp, OPT_VENDOR_CLASS, class, len);
}

/* What the server sends for an option that no dhcp-option line sets. */
static void
default_put(struct build *b, uint8_t code)
{
	const struct conf_net *net = b->a->net;

	switch (code) {
	case OPT_MASK:
		default_addr(b->rp, code, net != NULL ? net->mask : 0);
		break;
	case OPT_BROADCAST:
		default_addr(b->rp, code, net != NULL ? net->broadcast : 0);
		break;
	case OPT_ROUTER:
		default_addr(b->rp, code, b->a->router);
		break;
	case OPT_DNS:
		if (b->c->dhcp.dns)
			default_addr(b->rp, code, net != NULL ? net->local : 0);
		break;
	case OPT_DOMAIN:
		default_text(b, code, b->c->dhcp.domain);
		break;
	case OPT_HOSTNAME:
		default_text(b, code, build_name(b));
		break;
	case OPT_FQDN:
		default_fqdn(b);
		break;
	default:
		break;
	}
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
option_needs_nul(const struct build *b, uint8_t code)
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
option_put(struct build *b, const struct conf_option *o, uint32_t self)
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
	if (option_needs_nul(b, o->code) && len > 0 && len < 255 &&
	    data[len - 1] != '\0')
		data[len++] = '\0';
	(void)reply_put(b->rp, o->code, data, len);
}

/* Puts the value of an option, unless that was done or there is none. */
static void
build_option(struct build *b, uint8_t code)
{
	uint32_t self = build_local(b);
	const struct conf_option *o = chosen_line(b, code);

	if (b->done[code])
		return;
	b->done[code] = true;
	if (o == NULL || option_internal(code))
		default_put(b, code);
	else if (!option_suppresses(o))
		option_put(b, o, self);
}

/* Options that encap:, vi-encap: and vendor: lines are a part of. */
static void
build_parts(struct build *b)
{
	uint8_t value[SUBOPTION_VALUE_MAX];
	bool looked[256] = { false };
	size_t i, n;

	for (i = b->c->suboptions.n; i-- > 0;) {
		const struct conf_suboption *s = &b->c->suboptions.v[i];
		uint8_t code = suboption_outer(s);

		if (b->done[code] || looked[code] || option_internal(code))
			continue;
		looked[code] = true;
		n = suboption_value(b->c, b->rq, b->proxy, code, value);
		if (n == 0)
			continue;
		b->done[code] = true;
		(void)reply_put(b->rp, code, value, n);
		if (s->how == RECORD_SUB_VENDOR)
			build_class(b);
	}
}

/* What clients rely on without asking for it: mask and broadcast address. */
static void
build_unasked(struct build *b, uint8_t code)
{
	if (b->line[code] < 0)
		build_option(b, code);
}

/* The chosen lines, the last one first; their number. */
static size_t
chosen_lines(const struct build *b, int32_t lines[256])
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
build_listed(struct build *b)
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
build_unlisted(struct build *b)
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
	struct build b = { .c = c, .rq = rq, .a = a, .rp = rp };

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
		build_pxe(&b);
	}
	build_boot(&b);
	build_unasked(&b, OPT_MASK);
	if (!bootp)
		build_parts(&b);
	build_listed(&b);
	build_unasked(&b, OPT_BROADCAST);
	/* The answer to the option 81 of the client (RFC 4702 4). */
	build_option(&b, OPT_FQDN);
	build_unlisted(&b);
	build_header(&b);
}

void
reply_build_pxe(const struct dhcp_conf *c, const struct request *rq,
    uint32_t local, struct reply *rp)
{
	struct reply_spec a = { .type = PACKET_OFFER, .server = local };
	struct build b = { .c = c, .rq = rq, .a = &a, .rp = rp, .proxy = true };
	size_t code;

	choose_options(c, rq, true, b.line);
	/* These are set already. */
	b.done[OPT_VENDOR_CLASS] = b.done[OPT_VENDOR_ENCAP] = true;
	b.done[OPT_UUID] = true;
	build_parts(&b);
	for (code = 1; code < OPT_END; code++) {
		const struct conf_option *o = chosen_line(&b, (uint8_t)code);

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
	rp->flags |= PACKET_BROADCAST;
	(void)reply_put_u8(rp, OPT_TYPE, PACKET_NAK);
	(void)reply_put_u32(rp, OPT_SERVER_ID, server);
	(void)reply_put(rp, OPT_MESSAGE, why, strlen(why));
}
