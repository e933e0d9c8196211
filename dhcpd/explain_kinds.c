/* SPDX-License-Identifier: ISC */
/* A row for each kind of client. */
#include "dhcpd/explain_kinds.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "dhcpd/explain_line.h"
#include "dhcpd/explain_menu.h"

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

/* Where the address of the last reply comes from. */
static const char *
address_from(const struct explain *x)
{
	if (!x->sent)
		return "none";
	if (x->reply.yiaddr == 0)
		return "proxy";
	return x->trace.address == TRACE_ADDRESS_RESERVED ? "dhcp-host"
							  : "range";
}

/* The boot file of the last reply, and what decided. */
static void
cells_boot(const struct explain *x, const struct explain_client *k,
    const struct explain_net *net, struct table *t)
{
	char file[EXPLAIN_NAME_MAX + 1], shown[4 * EXPLAIN_NAME_MAX + 1];
	char place[EXPLAIN_LINE_TEXT], state[EXPLAIN_FILE_TEXT], ip[16];

	explain_boot(x, file);
	if (file[0] == '\0') {
		table_cell(t, BOOT, "-");
		return;
	}
	table_cell(t, BOOT, "%s",
	    log_escape(shown, sizeof(shown), file, strlen(file)));
	if (x->reply.siaddr != 0)
		table_cell(t, SERVER, "%s", ip4_text(x->reply.siaddr, ip));
	table_cell(
	    t, LINE, "%s", explain_place(x->e->conf, &x->trace.boot, place));
	table_cell(t, FILE_STATE, "%s",
	    explain_file_text(
		x, net->iface, file, x->reply.siaddr, k->arch, state));
}

static void
row_failed(const struct explain *x, struct table *t)
{
	table_cell(t, BOOT, "%s", x->why);
}

/* A row for each entry of the menu, which the client may choose. */
static void
rows_menu(struct explain *x, const struct explain_client *k,
    const struct explain_net *net, uint32_t addr, struct table *t)
{
	struct explain_entry entry[EXPLAIN_ENTRIES_MAX];
	size_t i, n = explain_menu(x, entry);
	char text[4 * RECORD_MENU_MAX + 1];

	for (i = 0; i < n; i++) {
		table_row(t);
		table_cell(t, KIND, "  %s",
		    log_escape(text, sizeof(text), entry[i].text,
			strlen(entry[i].text)));
		if (entry[i].type == 0) {
			table_cell(t, BOOT, "boots from its disk");
			continue;
		}
		explain_ask_port(x, k, net, addr, &entry[i]);
		if (x->sent)
			cells_boot(x, k, net, t);
		else
			row_failed(x, t);
	}
}

static void
row_kind(struct explain *x, const struct explain_client *k, const char *title,
    const struct explain_net *net, struct table *t)
{
	struct explain_entry entry[EXPLAIN_ENTRIES_MAX];
	uint32_t addr;

	explain_forget(x);
	explain_ask(x, k, net);
	table_row(t);
	table_cell(t, KIND, "%s", title);
	table_cell(t, ADDRESS, "%s", address_from(x));
	if (!x->sent) {
		row_failed(x, t);
		return;
	}
	if (!k->boots) {
		table_cell(t, BOOT, "-");
		return;
	}
	addr = x->reply.yiaddr != 0 ? x->reply.yiaddr : explain_addr(x, net);
	if (explain_menu(x, entry) == 0 && explain_asks_port(x) &&
	    x->e->conf->dhcp.pxe) {
		explain_ask_port(x, k, net, addr, NULL);
		if (!x->sent) {
			row_failed(x, t);
			return;
		}
	}
	if (explain_menu(x, entry) > 0) {
		table_cell(t, BOOT, "menu:");
		rows_menu(x, k, net, addr, t);
		return;
	}
	cells_boot(x, k, net, t);
}

/* "br0: 10.1.0.50-10.1.0.99 (/etc/pxeguard.conf:3)" */
static void
net_heading(
    const struct explain *x, const struct explain_net *net, struct text *out)
{
	const struct dhcp_conf *c = x->e->conf;
	char range[64], place[EXPLAIN_LINE_TEXT], via[16];
	size_t i, shown = 0;

	if (net->via != 0)
		text_line(out, "Through a relay, as via=%s on %s",
		    ip4_text(net->via, via), net->iface->i.name);
	else
		text_line(out, "On %s", net->iface->i.name);
	for (i = 0; i < c->ranges.n; i++) {
		const struct conf_range *g = &c->ranges.v[i];
		struct trace_line line = { RECORD_RANGE, (uint32_t)i };
		bool in = net->via != 0 && !g->attached &&
			  (g->start & g->mask) == net->net;
		size_t j;

		for (j = 0; net->via == 0 && j < net->iface->nnets; j++)
			in |= net->iface->net[j].range == g;
		if (!in)
			continue;
		text_line(out, "  dhcp-range %s  %s", explain_range(g, range),
		    explain_place(c, &line, place));
		shown++;
	}
	if (shown == 0)
		text_line(out, "  no dhcp-range for its network");
	text_line(out, "%s", "");
}

static void
explain_net_table(
    struct explain *x, const struct explain_net *net, struct text *out)
{
	struct table t = {
		.columns = COLUMNS, .indent = 2, .whole = 1U << LINE
	};
	struct explain_client k;
	char why[EXPLAIN_WHY_MAX];
	size_t i;

	net_heading(x, net, out);
	if (net->via == 0 && net->iface->nnets == 0)
		return;
	table_row(&t);
	table_cell(&t, KIND, "CLIENT");
	table_cell(&t, ADDRESS, "ADDRESS");
	table_cell(&t, BOOT, "BOOT FILE");
	table_cell(&t, SERVER, "SERVER");
	table_cell(&t, LINE, "LINE");
	table_cell(&t, FILE_STATE, "FILE IS");
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (explain_words(&k, kinds[i].word, kinds[i].n, why) == 0)
			row_kind(x, &k, kinds[i].title, net, &t);
	table_print(&t, out);
}

void
explain_kinds(struct explain *x, struct text *out)
{
	struct explain_net *nets = calloc(EXPLAIN_NETS_MAX, sizeof(*nets));
	size_t i, n;

	if (nets == NULL)
		return;
	n = explain_nets(x->e->conf, nets, EXPLAIN_NETS_MAX);
	for (i = 0; i < n && i < EXPLAIN_NETS_MAX; i++) {
		if (i > 0)
			text_line(out, "%s", "");
		explain_net_table(x, &nets[i], out);
	}
	if (n > EXPLAIN_NETS_MAX)
		text_line(
		    out, "%zu more networks are omitted", n - EXPLAIN_NETS_MAX);
	free(nets);
}
