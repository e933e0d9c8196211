/* SPDX-License-Identifier: ISC */
/* One client: what it gets, and why. */
#include "dhcpd/explain_client.h"

#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "dhcpd/explain_answer.h"

/* The boot file that port 4011 names. */
static void
put_port_boot(
    const struct explain *x, const struct explain_net *net, struct text *out)
{
	if (x->sent)
		explain_boot_table(x, net->iface, out);
	else
		text_line(out, "  no answer: %s", x->why);
}

static void
put_entry(struct explain *x, const struct explain_client *k,
    const struct explain_net *net, uint32_t addr,
    const struct explain_entry *entry, struct text *out, struct json *j)
{
	const char *local = explain_entry_local(k, entry);
	char text[4 * RECORD_MENU_MAX + 1];

	text_line(out, "MENU ENTRY \"%s\"",
	    log_escape(text, sizeof(text), entry->text, strlen(entry->text)));
	explain_ask_entry(x, k, net, addr, entry, j);
	if (local != NULL)
		text_line(out, "  the client %s", local);
	else
		put_port_boot(x, net, out);
}

/* The answers of port 4011, after that to the first packet. */
static void
put_port(struct explain *x, const struct explain_client *k,
    const struct explain_net *net, struct text *out, struct json *j)
{
	struct explain_entry entry[EXPLAIN_ENTRIES_MAX];
	bool boots = x->sent && k->boots && !k->port;
	uint32_t addr = explain_addr(x, net);
	size_t i, n;

	if (boots && explain_asks_port(x)) {
		explain_ask_port(x, k, net, addr, NULL);
		text_line(out, "THEN FROM PORT 4011");
		put_port_boot(x, net, out);
		json_object(j, "port_4011");
		explain_boot_members(x, net->iface, true, j);
		json_object_end(j);
	} else {
		json_plain(j, "port_4011", NULL);
	}
	n = boots && x->sent ? explain_menu(x, entry) : 0;
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
	char title[64], number[32], mac[CLIENT_TEXT], via[16];
	struct client client = { .hwtype = 1, .hwlen = EXPLAIN_MAC };

	memcpy(client.hw, k->mac, EXPLAIN_MAC);
	(void)client_text(&client, mac);
	(void)snprintf(number, sizeof(number), "architecture %u", k->arch);
	(void)snprintf(title, sizeof(title), "%s%s", k->ipxe ? "iPXE on " : "",
	    k->title != NULL ? k->title : number);
	json_plain(j, "client", title);
	json_plain(j, "mac", mac);
	json_string(j, "interface", net->iface->i.name);
	json_ip(j, "relay", k->via);
	json_bool(j, "to_port_4011", k->port);
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
	if (x->json)
		out = NULL;
	explain_forget(x);
	explain_ask(x, k, &net);
	json_object(&j, NULL);
	json_plain(&j, "mode", "client");
	put_client(k, &net, out, &j);
	explain_answer(x, net.iface, out, &j);
	put_port(x, k, &net, out, &j);
	json_object_end(&j);
	return 0;
}
