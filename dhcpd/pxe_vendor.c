/* SPDX-License-Identifier: ISC */
/* Option 43 for PXE clients: discovery control and boot menus. */
#include "dhcpd/pxe_vendor.h"

#include <string.h>

#include "dhcpd/choose.h"
#include "dhcpd/suboption.h"

#define PROMPT_TEXT "PXE"
/*
 * Bytes of option 43 besides the prompt's text and the two lists: discovery
 * control, the other sub-options' codes and lengths, and those of three pieces.
 */
#define MENU_FIXED (3 + 3 + 2 + 2 + 3 * 2 + 1)

#define UUID_MAX 17 /* its type and 16 bytes */

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

static size_t
vendor_len(const struct pxe_answer *a)
{
	size_t n = 0, i;

	for (i = 0; i < a->npieces; i++)
		n += a->piece[i];
	return n;
}

/*
 * Appends a sub-option; a piece ends before one that does not fit into it.  One
 * that fits into no piece has its own, which reply_put() splits.
 */
static void
vendor_put(struct pxe_answer *a, uint8_t code, const void *data, size_t len)
{
	size_t at = vendor_len(a);
	uint8_t *p;

	if (a->npieces == 0 ||
	    a->piece[a->npieces - 1] + 2 + len > PXE_PIECE_MAX - 1)
		a->npieces++;
	p = a->vendor + at;
	*p++ = code;
	*p++ = (uint8_t)len;
	memcpy(p, data, len);
	a->piece[a->npieces - 1] =
	    (uint16_t)(a->piece[a->npieces - 1] + 2 + len);
}

/* vendor: lines for it, apart from what is decided here. */
static void
vendor_lines(const struct pxe *x, struct pxe_answer *a)
{
	bool item = a->npieces > 0 && a->vendor[0] == PXE_SUB_ITEM;
	size_t i, at;

	for (i = 0; i < x->c->suboptions.n; i++) {
		const struct conf_suboption *s = &x->c->suboptions.v[i];

		if (s->how != RECORD_SUB_VENDOR ||
		    s->code == PXE_SUB_DISCOVERY ||
		    s->code == PXE_SUB_SERVERS || s->code == PXE_SUB_MENU ||
		    s->code == PXE_SUB_PROMPT ||
		    (item && s->code == PXE_SUB_ITEM) ||
		    !suboption_applies(x->c, x->rq, s))
			continue;
		at = vendor_len(a) + 2U * (a->npieces + 1U);
		if (2 + s->len > PXE_PIECE_MAX - 1)
			at += 2;
		if (at + 2 + s->len + 1 <= x->room &&
		    a->npieces < PXE_PIECES_MAX)
			vendor_put(a, s->code, s->data, s->len);
	}
}

static void
vendor_end(struct pxe_answer *a)
{
	a->vendor[vendor_len(a)] = PXE_SUB_END;
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
prompt_put(const struct pxe *x, bool choice, struct pxe_answer *a)
{
	const struct conf_prompt *p = prompt_of(x);
	const char *text = p != NULL ? p->text : PROMPT_TEXT;
	uint8_t seconds = choice ? RECORD_PROMPT_WAIT : 0;
	uint8_t data[1 + RECORD_MENU_MAX];
	struct writer w;

	writer_init(&w, data, sizeof(data));
	writer_u8(&w, p != NULL ? p->seconds : seconds);
	writer_bytes(&w, text, strlen(text));
	vendor_put(a, PXE_SUB_PROMPT, data, w.len);
}

void
pxe_vendor_menu(const struct pxe *x, struct pxe_answer *a)
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
	control = m.broadcast ? PXE_NO_MULTICAST
			      : PXE_NO_MULTICAST | PXE_NO_BROADCAST;
	vendor_put(a, PXE_SUB_DISCOVERY, &control, 1);
	prompt_put(x, m.n > 1, a);
	if (m.servers.len > 0)
		vendor_put(a, PXE_SUB_SERVERS, m.server, m.servers.len);
	vendor_put(a, PXE_SUB_MENU, m.entry, m.entries.len);
	vendor_lines(x, a);
	vendor_end(a);
	a->via = REPLY_VIA_MENU;
}

void
pxe_vendor_bypass(const struct pxe *x, struct pxe_answer *a)
{
	static const uint8_t control = PXE_USE_FILE;

	vendor_put(a, PXE_SUB_DISCOVERY, &control, 1);
	prompt_put(x, false, a);
	vendor_lines(x, a);
	vendor_end(a);
	a->bypass = true;
}

void
pxe_vendor_item(
    const struct pxe *x, uint16_t type, uint16_t layer, struct pxe_answer *a)
{
	const uint8_t item[4] = { (uint8_t)(type >> 8), (uint8_t)type,
		(uint8_t)(layer >> 8), (uint8_t)layer };

	vendor_put(a, PXE_SUB_ITEM, item, sizeof(item));
	vendor_lines(x, a);
	vendor_end(a);
}

void
pxe_put_class(struct reply *rp, const struct request *rq)
{
	size_t len;
	const uint8_t *uuid = packet_option(rq->p, OPT_UUID, &len);

	(void)reply_put(
	    rp, OPT_VENDOR_CLASS, rq->pxe_class, strlen(rq->pxe_class));
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
