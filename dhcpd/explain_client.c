/* SPDX-License-Identifier: ISC */
/* One client: what it gets, and why. */
#include "dhcpd/explain_client.h"

#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "dhcpd/agent.h"
#include "dhcpd/explain_members.h"
#include "dhcpd/explain_menu.h"
#include "dhcpd/explain_passed.h"
#include "dhcpd/subnet.h"

#define VALUE_MAX 400 /* bytes of an option's value as text */

static void
explain_put_tags(const struct explain *x, struct text *out)
{
	const struct dhcp_conf *c = x->e->conf;
	const struct tagset *set = &x->e->rq.all;
	struct table t = { .columns = 2, .indent = 2 };
	char line[EXPLAIN_LINE_TEXT], name[4 * RECORD_TAG_MAX + 1];
	uint32_t id;

	text_line(out, "TAGS");
	for (id = tagset_next(set, 0); id != TAGS_NONE;
	     id = tagset_next(set, id + 1)) {
		const char *s = c->tags.name[id];

		table_row(&t);
		table_cell(
		    &t, 0, "%s", log_escape(name, sizeof(name), s, strlen(s)));
		(void)explain_line(c, &x->trace.tag[id], line);
		if (line[0] == '\0' && id == x->e->rq.iface->tag)
			(void)snprintf(line, sizeof(line), "the interface");
		table_cell(&t, 1, "%s", line[0] != '\0' ? line : "the server");
	}
	table_print(&t, out);
}

static void
explain_put_address(const struct explain *x, struct text *out)
{
	const struct dhcp_conf *c = x->e->conf;
	struct table t = { .columns = 3, .indent = 2 };
	char ip[16], range[64], line[EXPLAIN_LINE_TEXT];
	const struct conf_host *h = x->e->rq.host;
	const struct conf_range *g;
	struct trace_line at;

	text_line(out, "ADDRESS");
	table_row(&t);
	table_cell(&t, 0, "address");
	if (x->reply.yiaddr == 0) {
		table_cell(&t, 1, "none");
		table_cell(&t, 2, "another server gives it");
		table_print(&t, out);
		return;
	}
	table_cell(&t, 1, "%s", ip4_text(x->reply.yiaddr, ip));
	table_cell(&t, 2, "%s", explain_address_rule(x));
	if ((g = explain_range_of(x, x->reply.yiaddr)) != NULL) {
		at = (struct trace_line){ RECORD_RANGE,
			(uint32_t)(g - c->ranges.v) };
		table_row(&t);
		table_cell(&t, 0, "range");
		table_cell(&t, 1, "%s", explain_range(g, range));
		table_cell(&t, 2, "%s", explain_line(c, &at, line));
	}
	if (h != NULL) {
		at = (struct trace_line){ RECORD_HOST,
			(uint32_t)(h - c->hosts.v) };
		table_row(&t);
		table_cell(&t, 0, "host");
		table_cell(&t, 1, "%s",
		    h->addr != 0	 ? ip4_text(h->addr, ip)
		    : h->name[0] != '\0' ? h->name
					 : "-");
		table_cell(&t, 2, "%s", explain_line(c, &at, line));
	}
	table_print(&t, out);
}

/* The boot file of the last reply. */
static void
explain_put_boot(
    const struct explain *x, const struct conf_iface *iface, struct text *out)
{
	struct table t = { .columns = 3, .indent = 2 };
	char file[EXPLAIN_NAME_MAX + 1], shown[4 * EXPLAIN_NAME_MAX + 1];
	char line[EXPLAIN_LINE_TEXT], state[EXPLAIN_FILE_TEXT], ip[16];

	explain_boot(x, file);
	table_row(&t);
	table_cell(&t, 0, "file");
	table_cell(&t, 1, "%s",
	    file[0] == '\0'
		? "none"
		: log_escape(shown, sizeof(shown), file, strlen(file)));
	if (file[0] != '\0') {
		table_cell(&t, 2, "%s",
		    explain_line(x->e->conf, &x->trace.boot, line));
		table_row(&t);
		table_cell(&t, 0, "it is");
		table_cell(&t, 1, "%s",
		    explain_file_text(x, iface, file, x->reply.siaddr,
			arch_of(x->e->rq.p), state));
	}
	if (x->reply.siaddr != 0) {
		table_row(&t);
		table_cell(&t, 0, "server");
		table_cell(&t, 1, "%s", ip4_text(x->reply.siaddr, ip));
	}
	if (x->reply.sname[0] != '\0' && !packet_has(&x->reply, OPT_OVERLOAD)) {
		table_row(&t);
		table_cell(&t, 0, "named");
		table_cell(&t, 1, "%s",
		    log_escape(shown, sizeof(shown), x->reply.sname,
			strnlen((const char *)x->reply.sname,
			    sizeof(x->reply.sname))));
	}
	table_print(&t, out);
}

/* What set the value of an option. */
static const char *
option_source(
    const struct explain *x, uint8_t code, char line[EXPLAIN_LINE_TEXT])
{
	struct trace_line at = explain_option_line(x, code);

	(void)explain_line(x->e->conf, &at, line);
	return line[0] != '\0' ? line : "the server";
}

static void
explain_put_options(const struct explain *x, struct text *out)
{
	struct table t = { .columns = 3, .indent = 2, .whole = 1U << 2 };
	char value[VALUE_MAX], line[EXPLAIN_LINE_TEXT];
	uint32_t code;

	text_line(out, "OPTIONS");
	for (code = 1; code < OPT_END; code++) {
		size_t len;
		const uint8_t *p =
		    packet_option(&x->reply, (uint8_t)code, &len);

		if (p == NULL || code == OPT_TYPE || code == OPT_OVERLOAD)
			continue;
		table_row(&t);
		table_cell(
		    &t, 0, "%3u %s", code, dhcp_option_name((uint8_t)code));
		table_cell(&t, 1, "%s",
		    dhcp_option_show(
			value, sizeof(value), (uint8_t)code, p, len));
		table_cell(&t, 2, "%s", option_source(x, (uint8_t)code, line));
	}
	table_print(&t, out);
}

void
explain_answer(
    struct explain *x, const struct conf_iface *iface, struct text *out)
{
	char late[32] = "";

	if (!x->sent) {
		text_line(out, "  no answer: %s", x->why);
		if (!x->trace.classified)
			return;
		explain_put_tags(x, out);
		explain_passed(x, out);
		return;
	}
	if (x->delay_s > 0)
		(void)snprintf(late, sizeof(late), ", %u s later", x->delay_s);
	text_line(out, "  answer: %s%s",
	    x->reply.type == PACKET_BOOTP ? "BOOTREPLY"
					  : packet_type_name(x->reply.type),
	    late);
	explain_put_tags(x, out);
	if (x->reply.type != PACKET_NAK) {
		explain_put_address(x, out);
		text_line(out, "BOOT");
		explain_put_boot(x, iface, out);
	}
	explain_put_options(x, out);
	explain_passed(x, out);
}

/* The answer of port 4011, in text or as members of an object. */
static void
put_port_answer(const struct explain *x, const struct explain_net *net,
    struct text *out, struct json *j)
{
	json_bool(j, "answer", x->sent);
	json_plain(j, "why", x->sent ? NULL : x->why);
	if (x->sent)
		json_boot(j, x, net->iface, arch_of(x->e->rq.p));
	else
		json_plain(j, "boot", NULL);
	if (j->out != NULL)
		return;
	if (x->sent)
		explain_put_boot(x, net->iface, out);
	else
		text_line(out, "  no answer: %s", x->why);
}

static void
put_entry(struct explain *x, const struct explain_client *k,
    const struct explain_net *net, uint32_t addr,
    const struct explain_entry *entry, struct text *out, struct json *j)
{
	char text[4 * RECORD_MENU_MAX + 1];

	if (j->out == NULL)
		text_line(out, "MENU ENTRY \"%s\"",
		    log_escape(
			text, sizeof(text), entry->text, strlen(entry->text)));
	json_object(j, NULL);
	json_string(j, "text", entry->text);
	json_bool(j, "local", entry->type == 0);
	if (entry->type != 0) {
		explain_ask_port(x, k, net, addr, entry);
		put_port_answer(x, net, out, j);
	} else {
		json_plain(j, "answer", NULL);
		json_plain(j, "why", NULL);
		json_plain(j, "boot", NULL);
		if (j->out == NULL)
			text_line(out, "  the client boots from its disk");
	}
	json_object_end(j);
}

/* The answers of port 4011, after that to the first packet. */
static void
explain_put_port(struct explain *x, const struct explain_client *k,
    const struct explain_net *net, struct text *out, struct json *j)
{
	struct explain_entry entry[EXPLAIN_ENTRIES_MAX];
	bool boots = x->sent && k->boots && !k->port;
	uint32_t addr = 0;
	size_t i, n = 0;

	if (boots) {
		addr = x->reply.yiaddr != 0 ? x->reply.yiaddr
					    : explain_addr(x, net);
		n = explain_menu(x, entry);
	}
	if (boots && n == 0 && explain_asks_port(x) && x->e->conf->dhcp.pxe) {
		explain_ask_port(x, k, net, addr, NULL);
		if (j->out == NULL)
			text_line(out, "THEN FROM PORT 4011");
		json_object(j, "port_4011");
		put_port_answer(x, net, out, j);
		json_object_end(j);
		n = explain_menu(x, entry);
	} else {
		json_plain(j, "port_4011", NULL);
	}
	json_list(j, "menu");
	for (i = 0; i < n; i++)
		put_entry(x, k, net, addr, &entry[i], out, j);
	json_list_end(j);
}

static void
iface_names(const struct dhcp_conf *c, char *dst, size_t size)
{
	char shown[4 * IFNAMSIZ];
	const char *name;
	size_t i, len = 0;

	dst[0] = '\0';
	for (i = 0; i < c->ifaces.n && len < size; i++) {
		name = c->ifaces.v[i].i.name;
		len += (size_t)snprintf(dst + len, size - len, "%s%s",
		    i == 0 ? "" : ", ",
		    log_escape(shown, sizeof(shown), name, strlen(name)));
	}
}

int
explain_find_net(const struct explain *x, const struct explain_client *k,
    struct explain_net *net, char *why)
{
	const struct dhcp_conf *c = x->e->conf;
	char names[200], shown[4 * IFNAMSIZ];
	size_t i;

	memset(net, 0, sizeof(*net));
	net->via = k->via;
	for (i = 0; i < c->ifaces.n; i++)
		if (k->iface[0] == '\0' ||
		    strcmp(c->ifaces.v[i].i.name, k->iface) == 0)
			break;
	if (i < c->ifaces.n &&
	    (k->iface[0] != '\0' || k->via != 0 || c->ifaces.n == 1)) {
		net->iface = &c->ifaces.v[i];
		return 0;
	}
	iface_names(c, names, sizeof(names));
	if (k->iface[0] != '\0')
		(void)snprintf(why, EXPLAIN_WHY_MAX,
		    "iface=%s: DHCP is not served there; it is served on %s",
		    log_escape(
			shown, sizeof(shown), k->iface, strlen(k->iface)),
		    names);
	else
		(void)snprintf(why, EXPLAIN_WHY_MAX,
		    "several interfaces are served: add iface=NAME, one of %s, or via=ADDRESS of a relay",
		    names);
	return -1;
}

/* "iPXE on UEFI x64, 52:54:00:00:00:01, on br0" */
static void
put_client(const struct explain_client *k, const struct explain_net *net,
    struct text *out, struct json *j)
{
	char title[64], mac[CLIENT_TEXT], via[16];
	struct client client = { .hwtype = 1, .hwlen = EXPLAIN_MAC };

	memcpy(client.hw, k->mac, EXPLAIN_MAC);
	(void)client_text(&client, mac);
	if (k->title != NULL)
		(void)snprintf(title, sizeof(title), "%s%s",
		    k->ipxe ? "iPXE on " : "", k->title);
	else
		(void)snprintf(title, sizeof(title), "%sarchitecture %u",
		    k->ipxe ? "iPXE on " : "", k->arch);
	json_plain(j, "client", title);
	json_plain(j, "mac", mac);
	json_string(j, "interface", net->iface->i.name);
	json_ip(j, "relay", k->via);
	json_bool(j, "to_port_4011", k->port);
	if (j->out == NULL)
		text_line(out, "%s%s, %s, on %s%s%s", title,
		    k->port ? ", to port 4011" : "", mac, net->iface->i.name,
		    k->via != 0 ? " through the relay " : "",
		    k->via != 0 ? ip4_text(k->via, via) : "");
}

int
explain_client(struct explain *x, const struct explain_client *k,
    struct text *out, char *why)
{
	struct json j = { .out = x->json ? out : NULL };
	struct explain_net net;

	if (explain_find_net(x, k, &net, why) == -1)
		return -1;
	explain_forget(x);
	explain_ask(x, k, &net);
	json_object(&j, NULL);
	json_plain(&j, "mode", "client");
	put_client(k, &net, out, &j);
	if (x->json)
		explain_members(x, net.iface, &j);
	else
		explain_answer(x, net.iface, out);
	explain_put_port(x, k, &net, out, &j);
	json_object_end(&j);
	return 0;
}
