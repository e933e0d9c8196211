/* SPDX-License-Identifier: ISC */
/* PXE services, boot menus and boot items. */
#include "dhcpd/pxe.h"

#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/record_boot.h"
#include "dhcpd/arch.h"
#include "dhcpd/choose.h"
#include "dhcpd/suboption.h"

/* Sub-options of option 43 (PXE 2.1, table 2-1). */
#define SUB_DISCOVERY 6
#define SUB_SERVERS 8
#define SUB_MENU 9
#define SUB_PROMPT 10
#define SUB_ITEM 71
#define SUB_END 255

#define PROMPT_TEXT "PXE"
/*
 * Bytes of option 43 besides the prompt's text and the two lists: discovery
 * control, the other sub-options' codes and lengths, and those of three pieces.
 */
#define MENU_FIXED (3 + 3 + 2 + 2 + 3 * 2 + 1)

/* Bits of SUB_DISCOVERY. */
#define NO_BROADCAST 1
#define NO_MULTICAST 2
#define USE_FILE 8 /* of this reply; ask no boot server */

#define UUID_MAX 17 /* its type and 16 bytes */
#define LAYER_SECURE                                            \
	0x8000 /* boot integrity services, which are not served \
		*/

/* What the configuration has for a client. */
struct pxe {
	const struct dhcp_conf *c;
	const struct request *rq;
	uint32_t local;
	size_t room; /* for option 43 */
	uint32_t arch;
	size_t n; /* services */
	const struct conf_service *first;
	const struct conf_boot *boot; /* NULL: no dhcp-boot line */
	/*
	 * A loader that has a dhcp-boot line of its own gets that, never the
	 * service by which it was loaded.
	 */
	bool loader;
};

/* The lists of a menu. */
struct menu {
	uint8_t entry[PXE_LIST_MAX];
	uint8_t server[PXE_LIST_MAX];
	struct writer entries;
	struct writer servers;
	size_t n;
	size_t room; /* of both lists together */
	bool broadcast; /* the server of a type is not known */
};

/* Clients that tell no architecture are taken for BIOS. */
static uint32_t
pxe_arch(const struct packet *p)
{
	uint32_t arch = arch_of(p);

	return arch == ARCH_NONE ? 0 : arch;
}

/* iPXE and gPXE, whatever loaded them. */
static bool
pxe_is_loader(const struct packet *p)
{
	size_t len;
	const uint8_t *class = packet_option(p, OPT_USER_CLASS, &len);

	if (packet_has(p, OPT_IPXE))
		return true;
	return class != NULL && (memmem(class, len, "iPXE", 4) != NULL ||
				    memmem(class, len, "gPXE", 4) != NULL);
}

static bool
pxe_serves(const struct pxe *x, const struct conf_service *s)
{
	return s->arch == x->arch &&
	       tags_hold(&x->c->tags, &s->tags, &x->rq->all);
}

static struct pxe
pxe_of(const struct dhcp_conf *c, const struct request *rq, uint32_t local,
    size_t room)
{
	struct pxe x = { .c = c,
		.rq = rq,
		.local = local,
		.room = room,
		.arch = pxe_arch(rq->p),
		.boot = choose_boot(c, rq) };
	size_t i;

	for (i = 0; i < c->services.n; i++) {
		if (!pxe_serves(&x, &c->services.v[i]))
			continue;
		if (x.n++ == 0)
			x.first = &c->services.v[i];
	}
	x.loader = x.boot != NULL && x.boot->tags.n > 0 && pxe_is_loader(rq->p);
	return x;
}

/* ------------------------------------------------------------- styles */

/* Processors whose firmware is UEFI and loads by TFTP. */
static bool
arch_is_efi(uint32_t arch)
{
	return arch == 2 || (arch >= 6 && arch <= 11) || arch == 25 ||
	       arch == 27 || arch == 29 || (arch >= 33 && arch <= 37) ||
	       arch == 39;
}

/*
 * x86 UEFI asks port 4011 by itself.  U-Boot, UEFI of ARM, and clients without
 * option 93 read file and server from the OFFER.
 */
static enum record_pxe_how
how_default(const struct pxe *x, bool proxy)
{
	enum record_pxe_how menu =
	    x->n > 0 ? RECORD_PXE_MENU : RECORD_PXE_BYPASS;

	if (x->loader || (proxy && !packet_has(x->rq->p, OPT_ARCH)))
		return RECORD_PXE_BYPASS;
	if (x->arch <= 5 && x->arch != 2)
		return menu;
	if (!arch_is_efi(x->arch))
		return RECORD_PXE_BYPASS;
	if (x->arch == 10 || x->arch == 11)
		return x->n > 1 ? menu : RECORD_PXE_BYPASS;
	return proxy || x->n == 1 ? RECORD_PXE_BINL : menu;
}

enum record_pxe_how
pxe_how(const struct dhcp_conf *c, const struct request *rq, bool proxy,
    bool *chosen)
{
	const struct pxe x = pxe_of(c, rq, 0, 0);
	const struct conf_pxe_style *s = NULL;
	size_t i;

	for (i = 0; i < c->pxe_styles.n; i++)
		if (choose_over(c, rq, &c->pxe_styles.v[i].tags,
			s != NULL ? &s->tags : NULL))
			s = &c->pxe_styles.v[i];
	*chosen = s != NULL;
	if (s == NULL)
		return how_default(&x, proxy);
	if (s->how == RECORD_PXE_MENU && x.n == 0)
		return RECORD_PXE_BYPASS;
	return (enum record_pxe_how)s->how;
}

bool
pxe_nothing(const struct dhcp_conf *c, const struct request *rq)
{
	const struct pxe x = pxe_of(c, rq, 0, 0);

	return x.n == 0 && (x.boot == NULL || x.boot->file[0] == '\0');
}

/* ---------------------------------------------------------- boot files */

static void
answer_boot(const struct pxe *x, struct pxe_answer *a)
{
	a->boot = true;
	a->siaddr = x->local;
	if (x->boot == NULL)
		return;
	if (x->boot->addr != 0)
		a->siaddr = x->boot->addr;
	(void)snprintf(a->file, sizeof(a->file), "%s", x->boot->file);
}

static void
answer_service(const struct pxe *x, const struct conf_service *s,
    uint16_t layer, struct pxe_answer *a)
{
	a->boot = true;
	a->siaddr = s->addr != 0 ? s->addr : x->local;
	record_service_file(s->file, layer, a->file);
	(void)ip4_text(a->siaddr, a->sname);
}

/* ----------------------------------------------------------- option 43 */

static size_t
vendor_len(const struct pxe_answer *a)
{
	size_t n = 0, i;

	for (i = 0; i < a->npieces; i++)
		n += a->piece[i];
	return n;
}

/* Appends a sub-option; a piece ends before one that does not fit into it. */
static void
vendor_put(struct pxe_answer *a, uint8_t code, const void *data, size_t len)
{
	size_t at = vendor_len(a);
	uint8_t *p;

	if (a->npieces == 0 ||
	    a->piece[a->npieces - 1] + 2 + len > RECORD_OPT_MAX - 1)
		a->npieces++;
	p = a->vendor + at;
	*p++ = code;
	*p++ = (uint8_t)len;
	memcpy(p, data, len);
	a->piece[a->npieces - 1] =
	    (uint8_t)(a->piece[a->npieces - 1] + 2 + len);
}

/* vendor: lines for it, apart from what is decided here. */
static void
vendor_lines(const struct pxe *x, struct pxe_answer *a)
{
	size_t i, at;

	for (i = 0; i < x->c->suboptions.n; i++) {
		const struct conf_suboption *s = &x->c->suboptions.v[i];

		if (s->how != RECORD_SUB_VENDOR || s->code == SUB_DISCOVERY ||
		    s->code == SUB_SERVERS || s->code == SUB_MENU ||
		    s->code == SUB_PROMPT || !suboption_applies(x->c, x->rq, s))
			continue;
		at = vendor_len(a) + 2U * (a->npieces + 1U);
		if (at + 2 + s->len + 1 <= x->room &&
		    a->npieces < PXE_PIECES_MAX)
			vendor_put(a, s->code, s->data, s->len);
	}
}

static void
vendor_end(struct pxe_answer *a)
{
	a->vendor[vendor_len(a)] = SUB_END;
	a->piece[a->npieces - 1]++;
}

/*
 * server: of this type; 0: the client does not need one, or looks for it.
 * False: there is no room in a list or in the message.
 */
static bool
menu_add(struct menu *m, const struct conf_service *s, uint32_t server)
{
	size_t len = strlen(s->text), more = server != 0 ? 7 : 0;

	if (m->entries.len + 3 + len > sizeof(m->entry) ||
	    m->servers.len + more > sizeof(m->server) ||
	    m->entries.len + 3 + len + m->servers.len + more > m->room)
		return false;
	writer_u16(&m->entries, s->type);
	writer_u8(&m->entries, (uint8_t)len);
	writer_bytes(&m->entries, s->text, len);
	m->n++;
	if (server == 0) {
		m->broadcast |= s->type != 0;
		return true;
	}
	writer_u16(&m->servers, s->type);
	writer_u8(&m->servers, 1); /* address */
	writer_u32(&m->servers, server);
	return true;
}

static const struct conf_prompt *
prompt_of(const struct pxe *x)
{
	const struct conf_prompt *p = NULL;
	size_t i;

	for (i = 0; i < x->c->prompts.n; i++)
		if (choose_over(x->c, x->rq, &x->c->prompts.v[i].tags,
			p != NULL ? &p->tags : NULL))
			p = &x->c->prompts.v[i];
	return p;
}

/* Without a pxe-prompt line, a client with a choice waits for it. */
static void
prompt_put(const struct pxe *x, size_t entries, struct pxe_answer *a)
{
	const struct conf_prompt *p = prompt_of(x);
	const char *text = p != NULL ? p->text : PROMPT_TEXT;
	uint8_t seconds = entries > 1 ? RECORD_PROMPT_WAIT : 0;
	uint8_t data[1 + RECORD_MENU_MAX];
	struct writer w;

	writer_init(&w, data, sizeof(data));
	writer_u8(&w, p != NULL ? p->seconds : seconds);
	writer_bytes(&w, text, strlen(text));
	vendor_put(a, SUB_PROMPT, data, w.len);
}

static void
vendor_menu(const struct pxe *x, struct pxe_answer *a)
{
	const struct conf_prompt *p = prompt_of(x);
	size_t fixed = MENU_FIXED + strlen(p != NULL ? p->text : PROMPT_TEXT);
	struct menu m = { .room = x->room > fixed ? x->room - fixed : 0 };
	uint8_t control;
	size_t i;

	writer_init(&m.entries, m.entry, sizeof(m.entry));
	writer_init(&m.servers, m.server, sizeof(m.server));
	for (i = 0; i < x->c->services.n; i++) {
		const struct conf_service *s = &x->c->services.v[i];

		if (pxe_serves(x, s) &&
		    !menu_add(&m, s, s->file[0] != '\0' ? x->local : s->addr))
			a->omitted++;
	}
	control = m.broadcast ? NO_MULTICAST : NO_MULTICAST | NO_BROADCAST;
	vendor_put(a, SUB_DISCOVERY, &control, 1);
	prompt_put(x, m.n, a);
	if (m.servers.len > 0)
		vendor_put(a, SUB_SERVERS, m.server, m.servers.len);
	vendor_put(a, SUB_MENU, m.entry, m.entries.len);
	vendor_lines(x, a);
	vendor_end(a);
	a->via = REPLY_VIA_MENU;
}

/* The client is to use the file of this reply. */
static void
vendor_bypass(const struct pxe *x, struct pxe_answer *a)
{
	static const uint8_t control = USE_FILE;

	vendor_put(a, SUB_DISCOVERY, &control, 1);
	prompt_put(x, 0, a);
	vendor_lines(x, a);
	vendor_end(a);
}

void
pxe_put_class(struct reply *rp, const struct packet *p)
{
	size_t len;
	const uint8_t *uuid = packet_option(p, OPT_UUID, &len);

	(void)reply_put(rp, OPT_VENDOR_CLASS, PXE_CLASS, sizeof(PXE_CLASS) - 1);
	/* A longer one is no UUID (RFC 4578 2.3). */
	if (uuid != NULL && len <= UUID_MAX)
		(void)reply_put(rp, OPT_UUID, uuid, len);
}

void
pxe_put(struct reply *rp, const struct pxe_answer *a)
{
	const uint8_t *p = a->vendor;
	uint8_t i;

	rp->via = a->via;
	for (i = 0; i < a->npieces; i++) {
		(void)reply_put(rp, OPT_VENDOR_ENCAP, p, a->piece[i]);
		p += a->piece[i];
	}
}

/* ------------------------------------------------------------- answers */

static void
answer_bypass(const struct pxe *x, struct pxe_answer *a)
{
	if (x->n > 0 && !x->loader && x->first->file[0] != '\0')
		answer_service(x, x->first, 0, a);
	else
		answer_boot(x, a);
	vendor_bypass(x, a);
}

/* The menu is shown; a dhcp-boot line is for clients that know no menus. */
static void
answer_menu(const struct pxe *x, struct pxe_answer *a)
{
	answer_boot(x, a);
	if (x->boot == NULL)
		a->siaddr = 0;
	vendor_menu(x, a);
}

void
pxe_offer(const struct dhcp_conf *c, const struct request *rq,
    enum record_pxe_how how, uint32_t local, size_t room, struct pxe_answer *a)
{
	const struct pxe x = pxe_of(c, rq, local, room);

	memset(a, 0, sizeof(*a));
	a->how = how;
	switch (how) {
	case RECORD_PXE_MENU:
		answer_menu(&x, a);
		break;
	case RECORD_PXE_BINL:
		a->via = REPLY_VIA_PORT;
		answer_boot(&x, a);
		if (x.n != 1)
			break;
		a->siaddr = local;
		memset(a->file, 0, sizeof(a->file));
		break;
	default:
		answer_bypass(&x, a);
		break;
	}
}

void
pxe_port_ack(const struct dhcp_conf *c, const struct request *rq,
    uint32_t local, size_t room, struct pxe_answer *a)
{
	const struct pxe x = pxe_of(c, rq, local, room);

	memset(a, 0, sizeof(*a));
	a->how = RECORD_PXE_BINL;
	if (x.n == 1 && !x.loader && x.first->file[0] != '\0') {
		answer_service(&x, x.first, 0, a);
		return;
	}
	answer_boot(&x, a);
	if (x.n > 0 && !x.loader)
		vendor_menu(&x, a);
	else
		vendor_bypass(&x, a);
}

bool
pxe_with_address(const struct dhcp_conf *c, const struct request *rq,
    uint32_t local, size_t room, struct pxe_answer *a)
{
	const struct pxe x = pxe_of(c, rq, local, room);
	bool chosen;

	memset(a, 0, sizeof(*a));
	if (!packet_is_pxe(rq->p) || x.loader ||
	    (c->services.n == 0 && c->prompts.n == 0))
		return false;
	a->how = pxe_how(c, rq, false, &chosen);
	switch (a->how) {
	case RECORD_PXE_MENU:
		vendor_menu(&x, a);
		break;
	case RECORD_PXE_BINL:
		/* The client asks the server of its address. */
		a->boot = true;
		a->siaddr = local;
		a->via = REPLY_VIA_PORT;
		break;
	default:
		if (x.n > 0 && x.first->file[0] != '\0')
			answer_service(&x, x.first, 0, a);
		vendor_bypass(&x, a);
		break;
	}
	return true;
}

bool
pxe_item(const struct packet *p, uint16_t *type, uint16_t *layer)
{
	size_t len;
	const uint8_t *vendor = packet_option(p, OPT_VENDOR_ENCAP, &len);
	struct reader r;

	if (vendor == NULL)
		return false;
	reader_init(&r, vendor, len);
	while (r.left > 0 && reader_ok(&r)) {
		uint8_t code = reader_u8(&r), n;

		if (code == OPT_PAD)
			continue;
		if (code == SUB_END)
			return false;
		n = reader_u8(&r);
		if (code != SUB_ITEM || n < 4) {
			(void)reader_bytes(&r, n);
			continue;
		}
		*type = reader_u16(&r);
		*layer = reader_u16(&r);
		return reader_ok(&r);
	}
	return false;
}

/* The service of a type; one of the client's architecture, if there is any. */
static const struct conf_service *
service_of_type(const struct pxe *x, uint16_t type)
{
	const struct conf_service *any = NULL;
	size_t i;

	for (i = 0; i < x->c->services.n; i++) {
		const struct conf_service *s = &x->c->services.v[i];

		if (s->type != type || s->file[0] == '\0')
			continue;
		if (pxe_serves(x, s))
			return s;
		if (any == NULL)
			any = s;
	}
	return any;
}

bool
pxe_item_ack(const struct dhcp_conf *c, const struct request *rq, uint16_t type,
    uint16_t layer, uint32_t local, struct pxe_answer *a)
{
	const struct pxe x = pxe_of(c, rq, local, 0);
	const struct conf_service *s = service_of_type(&x, type);
	const uint8_t item[4] = { (uint8_t)(type >> 8), (uint8_t)type,
		(uint8_t)(layer >> 8), (uint8_t)layer };

	memset(a, 0, sizeof(*a));
	a->how = RECORD_PXE_MENU;
	if (s == NULL || (layer & LAYER_SECURE) != 0)
		return false;
	if (x.loader)
		answer_boot(&x, a);
	else
		answer_service(&x, s, layer, a);
	memset(a->sname, 0, sizeof(a->sname));
	vendor_put(a, SUB_ITEM, item, sizeof(item));
	vendor_end(a);
	return true;
}
