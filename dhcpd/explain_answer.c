/* SPDX-License-Identifier: ISC */
/* The answer to one request, and what decided about it. */
#include "dhcpd/explain_answer.h"

#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "dhcpd/explain_passed.h"
#include "dhcpd/subnet.h"

#define VALUE_CELL 400 /* bytes of an option's value in a table */
#define VALUE_MAX 2048 /* the same in JSON */

/* A line by its element in a list of the configuration; of kind 0: none. */
#define LINE_OF(kind, element, list)                     \
	((element) == NULL ? (struct trace_line){ 0, 0 } \
			   : (struct trace_line){        \
				 (kind), (uint32_t)((element) - (list).v) })

static void
answer_tags(const struct explain *x, struct text *out, struct json *j)
{
	const struct dhcp_conf *c = x->e->conf;
	const struct tagset *set = &x->e->rq.all;
	struct table t = { .columns = 2, .indent = 2 };
	char line[EXPLAIN_LINE_TEXT], name[4 * RECORD_TAG_MAX + 1];
	uint32_t id = TAGS_NONE;

	json_list(j, "tags");
	if (x->trace.classified) {
		text_line(out, "TAGS");
		id = tagset_next(set, 0);
	}
	for (; id != TAGS_NONE; id = tagset_next(set, id + 1)) {
		const char *s = c->tags.name[id];

		table_row(&t);
		table_cell(
		    &t, 0, "%s", log_escape(name, sizeof(name), s, strlen(s)));
		(void)explain_line(c, &x->trace.tag[id], line);
		if (line[0] == '\0' && id == x->e->rq.iface->tag)
			(void)snprintf(line, sizeof(line), "the interface");
		table_cell(&t, 1, "%s", line[0] != '\0' ? line : "the server");
		json_object(j, NULL);
		json_string(j, "tag", s);
		json_line(j, "set_by", c, &x->trace.tag[id]);
		json_object_end(j);
	}
	json_list_end(j);
	table_print(&t, out);
}

/* The range that an address belongs to; NULL: none. */
static const struct conf_range *
range_of(const struct explain *x, uint32_t addr)
{
	const struct conf_net *n = subnet_of_addr(x->e->conf, &x->e->rq, addr);

	return n != NULL ? n->range : NULL;
}

/* By which rule the address was chosen. */
static const char *
address_rule(const struct explain *x)
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

static void
address_row(
    struct table *t, const char *name, const char *value, const char *source)
{
	table_row(t);
	table_cell(t, 0, "%s", name);
	table_cell(t, 1, "%s", value);
	table_cell(t, 2, "%s", source);
}

static void
answer_address(const struct explain *x, struct text *out, struct json *j)
{
	const struct dhcp_conf *c = x->e->conf;
	struct table t = { .columns = 3, .indent = 2 };
	char ip[16], range[64], line[EXPLAIN_LINE_TEXT];
	const struct conf_host *h = x->e->rq.host;
	const struct conf_range *g;
	struct trace_line at;

	text_line(out, "ADDRESS");
	if (x->reply.yiaddr == 0) {
		json_plain(j, "address", NULL);
		address_row(&t, "address", "none", "another server gives it");
		table_print(&t, out);
		return;
	}
	json_object(j, "address");
	json_ip(j, "address", x->reply.yiaddr);
	json_plain(j, "rule", address_rule(x));
	address_row(
	    &t, "address", ip4_text(x->reply.yiaddr, ip), address_rule(x));
	g = range_of(x, x->reply.yiaddr);
	at = LINE_OF(RECORD_RANGE, g, c->ranges);
	json_line(j, "range", c, &at);
	if (g != NULL)
		address_row(&t, "range", explain_range(g, range),
		    explain_line(c, &at, line));
	at = LINE_OF(RECORD_HOST, h, c->hosts);
	json_line(j, "host", c, &at);
	if (h != NULL)
		address_row(&t, "host",
		    h->addr != 0	 ? ip4_text(h->addr, ip)
		    : h->name[0] != '\0' ? h->name
					 : "-",
		    explain_line(c, &at, line));
	json_object_end(j);
	table_print(&t, out);
}

/* The server's name in the header; its length, 0: none. */
static size_t
server_name(const struct packet *reply)
{
	if (packet_has(reply, OPT_OVERLOAD))
		return 0;
	return strnlen((const char *)reply->sname, sizeof(reply->sname));
}

void
explain_boot_table(
    const struct explain *x, const struct conf_iface *iface, struct text *out)
{
	const struct packet *reply = &x->reply;
	struct table t = { .columns = 3, .indent = 2 };
	char shown[4 * EXPLAIN_NAME_MAX + 1], state[EXPLAIN_BOOT_TEXT], ip[16];
	char line[EXPLAIN_LINE_TEXT];
	struct explain_boot b;

	explain_boot(x, iface, &b);
	if (b.file[0] == '\0') {
		address_row(&t, "file", "none", "");
	} else {
		address_row(&t, "file",
		    log_escape(shown, sizeof(shown), b.file, strlen(b.file)),
		    explain_line(x->e->conf, &x->trace.boot, line));
		address_row(&t, "it is", explain_boot_text(&b, state), "");
	}
	if (b.server != 0)
		address_row(&t, "server", ip4_text(b.server, ip), "");
	if (server_name(reply) > 0)
		address_row(&t, "named",
		    log_escape(
			shown, sizeof(shown), reply->sname, server_name(reply)),
		    "");
	table_print(&t, out);
}

static void
boot_member(
    const struct explain *x, const struct conf_iface *iface, struct json *j)
{
	struct explain_boot b;

	explain_boot(x, iface, &b);
	if (b.file[0] == '\0') {
		json_plain(j, "boot", NULL);
		return;
	}
	json_object(j, "boot");
	json_string(j, "file", b.file);
	json_ip(j, "server", b.server);
	if (server_name(&x->reply) > 0)
		json_text(
		    j, "server_name", x->reply.sname, server_name(&x->reply));
	else
		json_plain(j, "server_name", NULL);
	json_line(j, "set_by", x->e->conf, &x->trace.boot);
	json_plain(j, "state", b.state);
	if (b.fit == EXPLAIN_FIT_UNKNOWN)
		json_plain(j, "fits", NULL);
	else
		json_bool(j, "fits", b.fit == EXPLAIN_FIT_YES);
	json_plain(j, "program_for", b.kind);
	json_object_end(j);
}

void
explain_boot_members(const struct explain *x, const struct conf_iface *iface,
    bool file, struct json *j)
{
	json_bool(j, "answer", x->sent);
	json_plain(j, "why", x->sent ? NULL : x->why);
	if (x->sent && file)
		boot_member(x, iface, j);
	else
		json_plain(j, "boot", NULL);
}

const char *
explain_entry_local(
    const struct explain_client *k, const struct explain_entry *entry)
{
	if (entry->type != 0)
		return NULL;
	return k->pi ? "requests files of fixed names" : "boots from its disk";
}

void
explain_ask_entry(struct explain *x, const struct explain_client *k,
    const struct explain_net *net, uint32_t addr,
    const struct explain_entry *entry, struct json *j)
{
	json_object(j, NULL);
	json_string(j, "text", entry->text);
	json_bool(j, "local", entry->type == 0 && !k->pi);
	if (entry->type != 0) {
		explain_ask_port(x, k, net, addr, entry);
		explain_boot_members(x, net->iface, true, j);
	} else {
		json_plain(j, "answer", NULL);
		json_plain(j, "why", NULL);
		json_plain(j, "boot", NULL);
	}
	json_object_end(j);
}

/* The line that set the value of an option; of kind 0: the server. */
static struct trace_line
option_line(const struct explain *x, uint8_t code)
{
	const struct dhcp_conf *c = x->e->conf;
	const struct conf_host *h = x->e->rq.host;
	const struct conf_range *g;

	if (x->trace.option[code].kind != 0 || code != OPT_LEASE_TIME)
		return x->trace.option[code];
	if (h != NULL && h->lease_s != 0)
		return LINE_OF(RECORD_HOST, h, c->hosts);
	g = range_of(x, x->reply.yiaddr);
	return LINE_OF(RECORD_RANGE, g, c->ranges);
}

static void
answer_options(const struct explain *x, struct text *out, struct json *j)
{
	struct table t = { .columns = 3, .indent = 2, .whole = 1U << 2 };
	char value[VALUE_MAX], line[EXPLAIN_LINE_TEXT];
	struct trace_line at;
	size_t len, size = j->out != NULL ? VALUE_MAX : VALUE_CELL;
	uint32_t code;

	text_line(out, "OPTIONS");
	for (code = 1; code < OPT_END; code++) {
		const uint8_t *p =
		    packet_option(&x->reply, (uint8_t)code, &len);

		if (p == NULL || code == OPT_TYPE || code == OPT_OVERLOAD)
			continue;
		(void)dhcp_option_show(value, size, (uint8_t)code, p, len);
		at = option_line(x, (uint8_t)code);
		(void)explain_line(x->e->conf, &at, line);
		table_row(&t);
		table_cell(
		    &t, 0, "%3u %s", code, dhcp_option_name((uint8_t)code));
		table_cell(&t, 1, "%s", value);
		table_cell(&t, 2, "%s", line[0] != '\0' ? line : "the server");
		json_object(j, NULL);
		json_number(j, "code", code);
		json_plain(j, "name", dhcp_option_name((uint8_t)code));
		json_plain(j, "value", value);
		json_line(j, "set_by", x->e->conf, &at);
		json_object_end(j);
	}
	table_print(&t, out);
}

/* The type of the answer, and why there is none. */
static void
answer_type(const struct explain *x, struct text *out, struct json *j)
{
	const char *type = x->reply.type == PACKET_BOOTP
			       ? "BOOTREPLY"
			       : packet_type_name(x->reply.type);

	if (!x->sent)
		text_line(out, "  no answer: %s", x->why);
	else if (x->delay_s > 0)
		text_line(out, "  answer: %s, %u s later", type, x->delay_s);
	else
		text_line(out, "  answer: %s", type);
	json_plain(j, "answer", x->sent ? type : NULL);
	json_plain(j, "why", x->sent ? NULL : x->why);
	json_number(j, "delay_s", x->sent ? x->delay_s : 0);
}

void
explain_answer(const struct explain *x, const struct conf_iface *iface,
    struct text *out, struct json *j)
{
	answer_type(x, out, j);
	answer_tags(x, out, j);
	if (x->sent && x->reply.type != PACKET_NAK) {
		answer_address(x, out, j);
		text_line(out, "BOOT");
		explain_boot_table(x, iface, out);
		boot_member(x, iface, j);
	} else {
		json_plain(j, "address", NULL);
		json_plain(j, "boot", NULL);
	}
	json_list(j, "options");
	if (x->sent)
		answer_options(x, out, j);
	json_list_end(j);
	json_list(j, "passed_over");
	if (x->trace.classified)
		explain_passed(x, out, j);
	json_list_end(j);
}
