/* SPDX-License-Identifier: ISC */
/* The first packet of a client, and those to port 4011. */
#include "dhcpd/explain_menu.h"

#include <string.h>

/* Sub-options of option 43 (PXE 2.1, table 2-1). */
#define SUB_DISCOVERY 6
#define SUB_MENU 9
#define SUB_END 255
#define USE_FILE 8 /* a bit of SUB_DISCOVERY */

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

		if (code == OPT_PAD)
			continue;
		/* Each piece of a split option ends with it. */
		if (code == SUB_END)
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
	const uint8_t *menu = menu_sub(x, SUB_MENU, &len), *text;
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

	if (x->e->rq.pxe_class == NULL ||
	    !packet_has(&x->reply, OPT_VENDOR_CLASS))
		return false;
	control = menu_sub(x, SUB_DISCOVERY, &len);
	return control == NULL || len == 0 || (control[0] & USE_FILE) == 0;
}

uint32_t
explain_addr(const struct explain *x, const struct explain_net *net)
{
	size_t i;

	if (net->via != 0)
		return net->via + 1;
	for (i = 0; i < net->iface->nnets; i++) {
		const struct conf_net *n = &net->iface->net[i];
		uint32_t addr = n->range->start & n->mask;

		/* Not that of this server. */
		addr += addr + 2 == n->local ? 3 : 2;
		return addr;
	}
	return x->reply.yiaddr;
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
