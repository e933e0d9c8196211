/* SPDX-License-Identifier: ISC */
/* A row for each kind of client. */
#include "dhcpd/explain_kinds.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "dhcpd/explain_answer.h"

#define NETS_MAX 64 /* networks in the table; more are counted */

enum column { KIND, ADDRESS, BOOT, SERVER, LINE, FILE_STATE, COLUMNS };

static const struct {
	const char *title;
	size_t n;
	const char *word[2];
} kinds[] = {
	{ "BIOS", 1, { "arch=bios" } },
	{ "UEFI x64", 1, { "arch=x64-uefi" } },
	{ "UEFI ia32", 1, { "arch=ia32-uefi" } },
	{ "UEFI arm64", 1, { "arch=arm64-uefi" } },
	{ "UEFI HTTP x64", 1, { "arch=x64-http" } },
	{ "iPXE on BIOS", 2, { "arch=bios", "ipxe" } },
	{ "iPXE on UEFI", 2, { "arch=x64-uefi", "ipxe" } },
	{ "Raspberry Pi 3/4", 1, { "arch=rpi" } },
	{ "U-Boot", 1, { "arch=arm64-uboot" } },
	{ "plain DHCP", 0, { NULL } },
};

/* What is made of each kind of client: a row, and an object of JSON. */
struct rows {
	struct table t;
	struct json *j;
};

/* Where the address of the last reply comes from; NULL without one. */
static const char *
address_from(const struct explain *x)
{
	if (!x->sent)
		return NULL;
	if (x->reply.yiaddr == 0)
		return "proxy";
	return x->trace.address == TRACE_ADDRESS_RESERVED ? "dhcp-host"
							  : "range";
}

/* The boot file of the last reply, and what decided; or why there is none. */
static void
cells_boot(
    const struct explain *x, const struct explain_net *net, struct table *t)
{
	char shown[4 * EXPLAIN_NAME_MAX + 1], place[EXPLAIN_LINE_TEXT];
	char state[EXPLAIN_BOOT_TEXT], ip[16];
	struct explain_boot b;

	if (!x->sent) {
		table_cell(t, BOOT, "%s", x->why);
		return;
	}
	explain_boot(x, net->iface, &b);
	if (b.file[0] == '\0') {
		table_cell(t, BOOT, "-");
		return;
	}
	table_cell(t, BOOT, "%s",
	    log_escape(shown, sizeof(shown), b.file, strlen(b.file)));
	if (b.server != 0)
		table_cell(t, SERVER, "%s", ip4_text(b.server, ip));
	table_cell(t, LINE, "%s",
	    explain_place_short(x->e->conf, &x->trace.boot, place));
	table_cell(t, FILE_STATE, "%s", explain_boot_text(&b, state));
}

/* A row for each entry of the menu, which the client may choose. */
static void
rows_menu(struct explain *x, const struct explain_client *k,
    const struct explain_net *net, uint32_t addr,
    const struct explain_entry *entry, size_t n, struct rows *r)
{
	char text[4 * RECORD_MENU_MAX + 1];
	const char *local;
	size_t i;

	for (i = 0; i < n; i++) {
		table_row(&r->t);
		table_cell(&r->t, KIND, "  %s",
		    log_escape(text, sizeof(text), entry[i].text,
			strlen(entry[i].text)));
		explain_ask_entry(x, k, net, addr, &entry[i], r->j);
		local = explain_entry_local(k, &entry[i]);
		if (local != NULL)
			table_cell(&r->t, BOOT, "%s", local);
		else
			cells_boot(x, net, &r->t);
	}
}

/* What a client boots after its first answer, if it boots. */
static void
row_boots(struct explain *x, const struct explain_client *k,
    const struct explain_net *net, struct rows *r)
{
	struct explain_entry entry[EXPLAIN_ENTRIES_MAX];
	uint32_t addr = 0;
	bool boots = x->sent && k->boots, port = false;
	size_t n = 0;

	if (boots) {
		addr = explain_addr(x, net);
		port = explain_asks_port(x);
	}
	if (port)
		explain_ask_port(x, k, net, addr, NULL);
	if (boots && x->sent)
		n = explain_menu(x, entry);
	json_bool(r->j, "asks_port_4011", port);
	explain_boot_members(x, net->iface, boots && n == 0, r->j);
	json_list(r->j, "menu");
	if (n > 0)
		table_cell(&r->t, BOOT, "menu:");
	else if (boots || !x->sent)
		cells_boot(x, net, &r->t);
	else
		table_cell(&r->t, BOOT, "-");
	rows_menu(x, k, net, addr, entry, n, r);
	json_list_end(r->j);
}

static void
row_kind(struct explain *x, const struct explain_client *k, const char *title,
    const struct explain_net *net, struct rows *r)
{
	const char *from;

	explain_forget(x);
	explain_ask(x, k, net);
	from = address_from(x);
	table_row(&r->t);
	table_cell(&r->t, KIND, "%s", title);
	table_cell(&r->t, ADDRESS, "%s", from == NULL ? "none" : from);
	json_object(r->j, NULL);
	json_plain(r->j, "client", title);
	json_plain(r->j, "address_from", from);
	row_boots(x, k, net, r);
	json_object_end(r->j);
}

/* Whether a range is one of the network. */
static bool
net_has(const struct explain_net *net, const struct conf_range *g)
{
	size_t j;

	if (net->via != 0)
		return !g->attached && (g->start & g->mask) == net->net;
	for (j = 0; j < net->iface->nnets; j++)
		if (net->iface->net[j].range == g)
			return true;
	return false;
}

/* "br0: 10.1.0.50-10.1.0.99 (/etc/pxeguard/pxeguard.conf:3)" */
static void
net_heading(const struct explain *x, const struct explain_net *net,
    struct text *out, struct json *j)
{
	const struct dhcp_conf *c = x->e->conf;
	char range[64], place[EXPLAIN_LINE_TEXT], via[16];
	size_t i, shown = 0;

	if (net->via != 0)
		text_line(out, "Through a relay, as via=%s on %s",
		    ip4_text(net->via, via), net->iface->i.name);
	else
		text_line(out, "On %s", net->iface->i.name);
	json_string(j, "interface", net->iface->i.name);
	json_ip(j, "relay", net->via);
	json_list(j, "ranges");
	for (i = 0; i < c->ranges.n; i++) {
		const struct conf_range *g = &c->ranges.v[i];
		struct trace_line line = { RECORD_RANGE, (uint32_t)i };

		if (!net_has(net, g))
			continue;
		json_object(j, NULL);
		json_plain(j, "range", explain_range(g, range));
		json_line(j, "set_by", c, &line);
		json_object_end(j);
		text_line(out, "  dhcp-range %s  %s", explain_range(g, range),
		    explain_place(c, &line, place));
		shown++;
	}
	json_list_end(j);
	if (shown == 0)
		text_line(out, "  no dhcp-range for its network");
	text_line(out, "%s", "");
}

static void
net_rows(struct explain *x, const struct explain_net *net, struct rows *r)
{
	struct explain_client k;
	char why[EXPLAIN_WHY_MAX];
	size_t i;

	table_row(&r->t);
	table_cell(&r->t, KIND, "CLIENT");
	table_cell(&r->t, ADDRESS, "ADDRESS");
	table_cell(&r->t, BOOT, "BOOT FILE");
	table_cell(&r->t, SERVER, "SERVER");
	table_cell(&r->t, LINE, "LINE");
	table_cell(&r->t, FILE_STATE, "FILE IS");
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (explain_words(&k, kinds[i].word, kinds[i].n, why) == 0)
			row_kind(x, &k, kinds[i].title, net, r);
}

static void
explain_net_table(struct explain *x, const struct explain_net *net,
    struct text *out, struct json *j)
{
	struct rows r = {
		.t = { .columns = COLUMNS, .indent = 2, .whole = 1U << LINE },
		.j = j
	};

	json_object(j, NULL);
	net_heading(x, net, out, j);
	json_list(j, "clients");
	if (net->via != 0 || net->iface->nnets > 0)
		net_rows(x, net, &r);
	json_list_end(j);
	json_object_end(j);
	table_print(&r.t, out);
}

static bool
net_known(const struct explain_net *nets, size_t n, uint32_t net, uint32_t mask)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (nets[i].via != 0 && nets[i].net == net &&
		    nets[i].mask == mask)
			return true;
	return false;
}

/*
 * Fills in at most NETS_MAX networks: each served interface, then those that
 * only relays can reach.  Returns how many there are.
 */
static size_t
nets_find(const struct dhcp_conf *c, struct explain_net nets[NETS_MAX])
{
	size_t i, n = 0;

	for (i = 0; i < c->ifaces.n; i++, n++)
		if (n < NETS_MAX)
			nets[n] =
			    (struct explain_net){ &c->ifaces.v[i], 0, 0, 0 };
	for (i = 0; i < c->ranges.n && c->ifaces.n > 0; i++) {
		const struct conf_range *g = &c->ranges.v[i];
		uint32_t net = g->start & g->mask, via = net + 1;

		if (g->attached ||
		    net_known(nets, n < NETS_MAX ? n : NETS_MAX, net, g->mask))
			continue;
		if (g->mask == 0 || g->mask >= 0xfffffffe)
			via = g->start;
		if (n < NETS_MAX)
			nets[n] = (struct explain_net){ &c->ifaces.v[0], via,
				net, g->mask };
		n++;
	}
	return n;
}

void
explain_kinds(struct explain *x, struct text *out)
{
	struct explain_net *nets = calloc(NETS_MAX, sizeof(*nets));
	struct json j = { .out = x->json ? out : NULL };
	size_t i, n, omitted = 0;

	if (nets == NULL)
		return;
	if (x->json)
		out = NULL;
	n = nets_find(x->e->conf, nets);
	if (n > NETS_MAX)
		omitted = n - NETS_MAX;
	json_object(&j, NULL);
	json_plain(&j, "mode", "table");
	json_list(&j, "networks");
	for (i = 0; i < n - omitted; i++) {
		if (i > 0)
			text_line(out, "%s", "");
		explain_net_table(x, &nets[i], out, &j);
	}
	json_list_end(&j);
	json_number(&j, "omitted_networks", omitted);
	json_object_end(&j);
	if (omitted > 0)
		text_line(out, "%zu more network%s omitted", omitted,
		    omitted == 1 ? " is" : "s are");
	free(nets);
}
