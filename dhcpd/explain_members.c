/* SPDX-License-Identifier: ISC */
/* The answer to one request, as JSON. */
#include "dhcpd/explain_members.h"

#include <string.h>

#include "dhcpd/explain_passed.h"
#include "dhcpd/subnet.h"

#define VALUE_MAX 2048 /* bytes of an option's value as text */

const struct conf_range *
explain_range_of(const struct explain *x, uint32_t addr)
{
	const struct conf_net *n = subnet_of_addr(x->e->conf, &x->e->rq, addr);

	return n != NULL ? n->range : NULL;
}

const char *
explain_address_rule(const struct explain *x)
{
	switch (x->trace.address) {
	case TRACE_ADDRESS_RESERVED:
		return "reserved by dhcp-host";
	case TRACE_ADDRESS_BEFORE:
		return "the client has it already";
	case TRACE_ADDRESS_REQUESTED:
		return "the client requests it";
	case TRACE_ADDRESS_FREE:
		return "a free one of the range";
	default:
		return "";
	}
}

struct trace_line
explain_option_line(const struct explain *x, uint8_t code)
{
	const struct request *rq = &x->e->rq;
	const struct conf_range *g;
	struct trace_line at = x->trace.option[code];

	if (at.kind == 0 && code == OPT_LEASE_TIME) {
		g = explain_range_of(x, x->reply.yiaddr);
		if (rq->host != NULL && rq->host->lease_s != 0)
			at = (struct trace_line){ RECORD_HOST,
				(uint32_t)(rq->host - x->e->conf->hosts.v) };
		else if (g != NULL)
			at = (struct trace_line){ RECORD_RANGE,
				(uint32_t)(g - x->e->conf->ranges.v) };
	}
	return at;
}

static void
members_tags(const struct explain *x, struct json *j)
{
	const struct dhcp_conf *c = x->e->conf;
	const struct tagset *set = &x->e->rq.all;
	uint32_t id;

	json_list(j, "tags");
	for (id = x->trace.classified ? tagset_next(set, 0) : TAGS_NONE;
	     id != TAGS_NONE; id = tagset_next(set, id + 1)) {
		json_object(j, NULL);
		json_string(j, "tag", c->tags.name[id]);
		json_line(j, "set_by", c, &x->trace.tag[id]);
		json_object_end(j);
	}
	json_list_end(j);
}

static void
members_address(const struct explain *x, struct json *j)
{
	const struct dhcp_conf *c = x->e->conf;
	const struct conf_host *h = x->e->rq.host;
	const struct conf_range *g;
	struct trace_line none = { 0, 0 }, at;

	if (!x->sent || x->reply.type == PACKET_NAK || x->reply.yiaddr == 0) {
		json_plain(j, "address", NULL);
		return;
	}
	json_object(j, "address");
	json_ip(j, "address", x->reply.yiaddr);
	json_plain(j, "rule", explain_address_rule(x));
	g = explain_range_of(x, x->reply.yiaddr);
	at = (struct trace_line){ RECORD_RANGE,
		g == NULL ? 0 : (uint32_t)(g - c->ranges.v) };
	json_line(j, "range", c, g == NULL ? &none : &at);
	at = (struct trace_line){ RECORD_HOST,
		h == NULL ? 0 : (uint32_t)(h - c->hosts.v) };
	json_line(j, "host", c, h == NULL ? &none : &at);
	json_object_end(j);
}

static void
members_options(const struct explain *x, struct json *j)
{
	struct trace_line at;
	char value[VALUE_MAX];
	uint32_t code;

	json_list(j, "options");
	for (code = 1; code < OPT_END && x->sent; code++) {
		size_t len;
		const uint8_t *p =
		    packet_option(&x->reply, (uint8_t)code, &len);

		if (p == NULL || code == OPT_TYPE || code == OPT_OVERLOAD)
			continue;
		at = explain_option_line(x, (uint8_t)code);
		json_object(j, NULL);
		json_number(j, "code", code);
		json_plain(j, "name", dhcp_option_name((uint8_t)code));
		json_plain(j, "value",
		    dhcp_option_show(
			value, sizeof(value), (uint8_t)code, p, len));
		json_line(j, "set_by", x->e->conf, &at);
		json_object_end(j);
	}
	json_list_end(j);
}

void
explain_members(
    const struct explain *x, const struct conf_iface *iface, struct json *j)
{
	const char *answer = NULL;

	if (x->sent)
		answer = x->reply.type == PACKET_BOOTP
			     ? "BOOTREPLY"
			     : packet_type_name(x->reply.type);
	json_plain(j, "answer", answer);
	json_plain(j, "why", x->sent ? NULL : x->why);
	json_number(j, "delay_s", x->sent ? x->delay_s : 0);
	members_tags(x, j);
	members_address(x, j);
	if (x->sent && x->reply.type != PACKET_NAK)
		json_boot(j, x, iface, arch_of(x->e->rq.p));
	else
		json_plain(j, "boot", NULL);
	members_options(x, j);
	json_list(j, "passed_over");
	if (x->trace.classified)
		explain_passed_json(x, j);
	json_list_end(j);
}
