/* SPDX-License-Identifier: ISC */
/* The first packet of a client, and those to port 4011. */
#include "dhcpd/explain_menu.h"

#include <string.h>

#include "dhcpd/explain_packet.h"

/* A sub-option of option 43 of the reply; NULL: there is none. */
static const uint8_t *
menu_sub(const struct explain *x, uint8_t want, size_t *len)
{
	size_t n;
	const uint8_t *vendor = packet_option(&x->reply, OPT_VENDOR_ENCAP, &n);
	struct reader r;

	if (vendor == NULL)
		return NULL;
	reader_init(&r, vendor, n);
	while (r.left > 0 && reader_ok(&r)) {
		uint8_t code = reader_u8(&r);
		const uint8_t *value;

		/* Each piece of a split option ends with PXE_SUB_END. */
		if (code == OPT_PAD || code == PXE_SUB_END)
			continue;
		*len = reader_u8(&r);
		value = reader_bytes(&r, *len);
		if (value != NULL && code == want)
			return value;
	}
	return NULL;
}

size_t
explain_menu(const struct explain *x, struct explain_entry *entries)
{
	size_t len, n = 0, textlen;
	const uint8_t *menu = menu_sub(x, PXE_SUB_MENU, &len), *text;
	struct reader r;

	if (menu == NULL)
		return 0;
	reader_init(&r, menu, len);
	while (r.left > 0 && n < EXPLAIN_ENTRIES_MAX) {
		struct explain_entry *e = &entries[n];

		e->type = reader_u16(&r);
		textlen = reader_u8(&r);
		text = reader_bytes(&r, textlen);
		if (text == NULL)
			break;
		if (textlen >= sizeof(e->text))
			textlen = sizeof(e->text) - 1;
		memcpy(e->text, text, textlen);
		e->text[textlen] = '\0';
		n++;
	}
	return n;
}

bool
explain_asks_port(const struct explain *x)
{
	size_t len;
	const uint8_t *control;

	if (!x->e->conf->dhcp.pxe || x->e->rq.pxe_class == NULL ||
	    !packet_has(&x->reply, OPT_VENDOR_CLASS) ||
	    (menu_sub(x, PXE_SUB_MENU, &len) != NULL && len > 0))
		return false;
	control = menu_sub(x, PXE_SUB_DISCOVERY, &len);
	return control == NULL || len == 0 || (control[0] & PXE_USE_FILE) == 0;
}

uint32_t
explain_addr(const struct explain *x, const struct explain_net *net)
{
	const struct conf_net *n = net->iface->net;
	uint32_t addr;

	if (x->sent && x->reply.yiaddr != 0)
		return x->reply.yiaddr;
	if (net->via != 0)
		return net->via + 1;
	if (net->iface->nnets == 0)
		return 0;
	addr = n->range->start & n->mask;
	/* Not that of this server. */
	return addr + (addr + 2 == n->local ? 3 : 2);
}

void
explain_ask_port(struct explain *x, const struct explain_client *k,
    const struct explain_net *net, uint32_t addr,
    const struct explain_entry *entry)
{
	struct explain_packet p = { .type = PACKET_REQUEST, .ciaddr = addr };
	struct explain_way way = { net->iface, true, addr };
	uint8_t packet[PACKET_IN_MAX];

	if (entry != NULL) {
		p.item = true;
		p.item_type = entry->type;
	}
	explain_step(x, &way, packet, explain_packet(k, &p, packet));
}

void
explain_ask(struct explain *x, const struct explain_client *k,
    const struct explain_net *net)
{
	struct explain_packet p = { .type = PACKET_DISCOVER,
		.requested = k->requested };
	struct explain_client client = *k;
	struct explain_way way = { net->iface, false, 0 };
	uint8_t packet[PACKET_IN_MAX];

	if (k->port) {
		explain_ask_port(x, k, net,
		    k->requested != 0 ? k->requested : explain_addr(x, net),
		    NULL);
		return;
	}
	if (client.via == 0)
		client.via = net->via;
	if (k->bootp) {
		p.type = PACKET_BOOTP;
		p.requested = 0;
	}
	explain_step(x, &way, packet, explain_packet(&client, &p, packet));
}
