/* SPDX-License-Identifier: ISC */
/* What PXE clients are answered: services, boot files and boot items. */
#include "dhcpd/pxe.h"

#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/record_boot.h"
#include "dhcpd/arch.h"
#include "dhcpd/choose.h"
#include "dhcpd/suboption.h"

/* Boot integrity services, which are not served. */
#define LAYER_SECURE 0x8000

static void
answer_boot(const struct pxe *x, struct pxe_answer *a)
{
	a->boot = true;
	a->siaddr = x->local;
	if (x->boot == NULL)
		return;
	trace_boot(
	    x->rq->trace, RECORD_BOOT, (size_t)(x->boot - x->c->boots.v));
	if (x->boot->addr != 0)
		a->siaddr = x->boot->addr;
	(void)snprintf(a->file, sizeof(a->file), "%s", x->boot->file);
}

static void
answer_service(const struct pxe *x, const struct conf_service *s,
    uint16_t layer, struct pxe_answer *a)
{
	trace_boot(
	    x->rq->trace, RECORD_SERVICE, (size_t)(s - x->c->services.v));
	a->boot = true;
	a->siaddr = s->addr != 0 ? s->addr : x->local;
	record_service_file(s->file, layer, a->file);
	(void)ip4_text(a->siaddr, a->sname);
}

static void
answer_bypass(const struct pxe *x, struct pxe_answer *a)
{
	if (x->n > 0 && !x->loader && x->first->file[0] != '\0')
		answer_service(x, x->first, 0, a);
	else
		answer_boot(x, a);
	pxe_vendor_bypass(x, a);
}

/* The menu is shown; a dhcp-boot line is for clients that know no menus. */
static void
answer_menu(const struct pxe *x, struct pxe_answer *a)
{
	answer_boot(x, a);
	if (x->boot == NULL)
		a->siaddr = 0;
	pxe_vendor_menu(x, a);
}

void
pxe_offer(const struct pxe *x, enum record_pxe_how how, struct pxe_answer *a)
{
	memset(a, 0, sizeof(*a));
	switch (how) {
	case RECORD_PXE_MENU:
		answer_menu(x, a);
		break;
	case RECORD_PXE_BINL:
		a->via = REPLY_VIA_PORT;
		answer_boot(x, a);
		if (x->n != 1)
			break;
		a->siaddr = x->local;
		memset(a->file, 0, sizeof(a->file));
		break;
	default:
		answer_bypass(x, a);
		break;
	}
}

void
pxe_port_ack(const struct pxe *x, struct pxe_answer *a)
{
	memset(a, 0, sizeof(*a));
	if (x->n == 1 && !x->loader && x->first->file[0] != '\0') {
		answer_service(x, x->first, 0, a);
		return;
	}
	answer_boot(x, a);
	if (x->n > 0 && !x->loader)
		pxe_vendor_menu(x, a);
	else
		pxe_vendor_bypass(x, a);
}

bool
pxe_with_address(const struct pxe *x, struct pxe_answer *a)
{
	bool chosen;

	memset(a, 0, sizeof(*a));
	if (x->loader || (x->c->services.n == 0 && x->c->prompts.n == 0))
		return false;
	switch (pxe_how(x, false, &chosen)) {
	case RECORD_PXE_MENU:
		pxe_vendor_menu(x, a);
		break;
	case RECORD_PXE_BINL:
		/* The client asks the server of its address. */
		a->boot = true;
		a->siaddr = x->local;
		a->via = REPLY_VIA_PORT;
		break;
	default:
		if (x->n > 0 && x->first->file[0] != '\0')
			answer_service(x, x->first, 0, a);
		pxe_vendor_bypass(x, a);
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
		if (code == PXE_SUB_END)
			return false;
		n = reader_u8(&r);
		if (code != PXE_SUB_ITEM || n < 4) {
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
pxe_item_ack(
    const struct pxe *x, uint16_t type, uint16_t layer, struct pxe_answer *a)
{
	const struct conf_service *s = service_of_type(x, type);

	memset(a, 0, sizeof(*a));
	if (s == NULL || (layer & LAYER_SECURE) != 0)
		return false;
	if (x->loader)
		answer_boot(x, a);
	else
		answer_service(x, s, layer, a);
	memset(a->sname, 0, sizeof(a->sname));
	pxe_vendor_item(x, type, layer, a);
	return true;
}
