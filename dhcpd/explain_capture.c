/* SPDX-License-Identifier: ISC */
/* Requests of a capture file. */
#include "dhcpd/explain_capture.h"

#include <stdio.h>
#include <string.h>

#include "daemon/capture.h"
#include "daemon/endpoint.h"
#include "daemon/plural.h"
#include "dhcpd/explain_answer.h"

#define BROADCAST UINT32_MAX

int
explain_capture_begin(struct explain_capture *c, const struct explain *x,
    const char *const *words, size_t n, struct text *out, char *why)
{
	struct explain_client k;
	struct explain_net net;
	size_t i;

	memset(c, 0, sizeof(*c));
	for (i = 0; i < n; i++) {
		bool mac = strncmp(words[i], "mac=", 4) == 0;

		c->one |= mac;
		if (mac || strncmp(words[i], "iface=", 6) == 0)
			continue;
		(void)snprintf(why, EXPLAIN_WHY_MAX,
		    "with a capture file, words are iface=NAME and mac=ADDRESS only");
		return -1;
	}
	if (explain_words(&k, words, n, why) == -1 ||
	    explain_find_net(x, &k, &net, why) == -1)
		return -1;
	c->iface = net.iface;
	memcpy(c->mac, k.mac, sizeof(c->mac));
	c->json.out = x->json ? out : NULL;
	json_object(&c->json, NULL);
	json_plain(&c->json, "mode", "capture");
	json_string(&c->json, "interface", c->iface->i.name);
	json_list(&c->json, "requests");
	return 0;
}

/* Whether the request is to be explained. */
static bool
capture_wants(const struct explain_capture *c, const struct packet *p,
    enum packet_reason bad)
{
	/* Replies of another server, through a relay. */
	if (bad == PACKET_OP)
		return false;
	return !c->one || (bad == PACKET_OK && p->hlen == EXPLAIN_MAC &&
			      memcmp(p->hw, c->mac, EXPLAIN_MAC) == 0);
}

/* What is known of the request, which is the packet of the engine. */
static void
capture_request(struct explain_capture *c, const struct packet *packet,
    const struct explain_captured *p, struct text *out)
{
	struct client client = { .hwtype = packet->htype,
		.hwlen = packet->hlen };
	const char *type = packet_type_name(packet->type);
	bool port = p->port == PXE_PORT;
	char mac[CLIENT_TEXT], via[16];

	memcpy(client.hw, packet->hw, packet->hlen);
	(void)client_text(&client, mac);
	text_line(out, "Frame %u: %s of %s%s%s%s", p->number, type, mac,
	    packet->giaddr != 0 ? " through the relay " : "",
	    packet->giaddr != 0 ? ip4_text(packet->giaddr, via) : "",
	    port ? ", to port 4011" : "");
	json_plain(&c->json, "type", type);
	json_plain(&c->json, "client", mac);
	json_ip(&c->json, "relay", packet->giaddr);
	json_bool(&c->json, "to_port_4011", port);
}

void
explain_capture_packet(struct explain_capture *c, struct explain *x,
    const struct explain_captured *p, struct text *out)
{
	struct explain_way way = { c->iface, p->port == PXE_PORT,
		p->to != BROADCAST ? p->from : 0 };
	struct packet *packet = &x->e->packet;
	enum packet_reason bad = packet_parse(packet, p->data, p->len);
	struct json *j = &c->json;

	if (!way.port && p->port != x->e->conf->dhcp.server_port)
		return; /* it is for another server */
	if (!capture_wants(c, packet, bad))
		return;
	if (x->json)
		out = NULL;
	if (c->shown++ > 0)
		text_line(out, "%s", "");
	json_object(j, NULL);
	json_number(j, "frame", p->number);
	json_plain(
	    j, "invalid", bad == PACKET_OK ? NULL : packet_reason_text(bad));
	if (bad == PACKET_OK) {
		capture_request(c, packet, p, out);
		explain_step(x, &way, p->data, p->len);
		explain_answer(x, c->iface, out, j);
	} else {
		text_line(out, "Frame %u: not a DHCP request: %s", p->number,
		    packet_reason_text(bad));
	}
	json_object_end(j);
}

void
explain_capture_end(
    struct explain_capture *c, const uint32_t counts[4], struct text *out)
{
	struct json *j = &c->json;

	json_list_end(j);
	json_number(j, "frames", counts[0]);
	json_number(j, "requests_found", counts[1]);
	json_number(j, "requests_explained", c->shown);
	json_number(j, "fragments", counts[2]);
	json_number(j, "incomplete_frames", counts[3]);
	json_object_end(j);
	if (j->out != NULL)
		return;
	if (c->shown > 0)
		text_line(out, "%s", "");
	text_line(out,
	    "%u frame%s, %u request%s explained; skipped: %u fragment%s, %u incomplete frame%s",
	    counts[0], plural(counts[0]), c->shown, plural(c->shown), counts[2],
	    plural(counts[2]), counts[3], plural(counts[3]));
	if (counts[1] > CAPTURE_PACKETS_MAX)
		text_line(out, "Only the first %d requests were looked at.",
		    CAPTURE_PACKETS_MAX);
}
