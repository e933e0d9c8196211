/* SPDX-License-Identifier: ISC */
/* Directives that hold for all of DHCP. */
#include "confd/directives_dhcp.h"

#include <string.h>

#include "confd/argument.h"
#include "confd/diag.h"
#include "confd/value.h"
#include "daemon/tftp.h"

/* The ports of dhcp-alternate-port without a value, as in dnsmasq. */
#define ALTERNATE_SERVER 1067
#define ALTERNATE_CLIENT 1068
#define PXE_PORT 4011

/* Relays whose address is the server identifier; none: all of them. */
void
directive_relay_proxy(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_RELAY_PROXY };
	struct tokens a;
	struct token p;

	tokens_init(&a, value);
	if (value->len == 0)
		(void)config_add(c, &rec);
	while (tokens_next(&a, &p)) {
		if (!value_ip4(p.text, &rec.u.relay_proxy.addr) ||
		    rec.u.relay_proxy.addr == 0) {
			diag_error(c,
			    "\"%s\" is not the IPv4 address of a relay; write ADDRESS[,ADDRESS...]",
			    diag_show(c, p.text));
			return;
		}
		(void)config_add(c, &rec);
	}
}

/*
 * An interface, or an address of this host or of a relay, and an address in the
 * network that is shared.
 */
void
directive_shared_network(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_SHARED };
	struct record_shared *s = &rec.u.shared;
	struct addr first, second;
	struct token at, p, more;
	struct tokens a;

	tokens_init(&a, value);
	if (!tokens_next(&a, &at) || at.len == 0 || !tokens_next(&a, &p) ||
	    tokens_next(&a, &more)) {
		diag_error(c,
		    "write shared-network=INTERFACE,ADDRESS or shared-network=ADDRESS,ADDRESS");
		return;
	}
	if (addr_parse(&second, p.text) == -1 || !addr_is_unicast(&second)) {
		diag_error(c,
		    "\"%s\" is not an address of the network to share; write one like 192.168.2.0",
		    diag_show(c, p.text));
		return;
	}
	if (addr_parse(&first, at.text) == 0 &&
	    (!addr_is_unicast(&first) || first.family != second.family)) {
		diag_error(c,
		    "\"%s\" is not an address of this host or of a relay; write one of the same kind as %s",
		    diag_show(c, at.text), diag_show(c, p.text));
		return;
	}
	if (!addr_to_ip4(&second, &s->addr)) {
		config_skip_v6(c);
		return;
	}
	if (!value_ip4(at.text, &s->via)) {
		if (at.len >= IFNAMSIZ || strpbrk(at.text, "/ \t*:") != NULL) {
			diag_error(c,
			    "\"%s\" is neither the name of an interface nor an address; write shared-network=INTERFACE,ADDRESS",
			    diag_show(c, at.text));
			return;
		}
		memcpy(s->iface, at.text, at.len);
	}
	(void)config_add(c, &rec);
}

void
directive_domain(struct config *c, const struct token *value)
{
	struct tokens a;
	struct token name, range;

	tokens_init(&a, value);
	(void)tokens_next(&a, &name);
	if (tokens_next(&a, &range)) {
		diag_error(c,
		    "a domain for some addresses only (\"%s\") is not supported by this version; write domain=%s",
		    diag_show(c, range.text), diag_show(c, name.text));
		return;
	}
	if (token_is(&name, "#")) {
		diag_error(c,
		    "the domain of /etc/resolv.conf (\"#\") is not supported by this version; write its name");
		return;
	}
	if (!value_is_domain(name.text)) {
		diag_error(c,
		    "\"%s\" is not a domain name; write labels of at most 63 bytes with dots between",
		    diag_show(c, name.text));
		return;
	}
	(void)argument_text(
	    c, &name, c->dhcp.domain, sizeof(c->dhcp.domain), "the domain");
}

void
directive_lease_max(struct config *c, const struct token *value)
{
	uint64_t max;

	if (!argument_number(c, value, UINT32_MAX, &max))
		return;
	if (max == 0)
		diag_warn(c,
		    "dhcp-lease-max=0 allows no lease; no client will get an address");
	c->dhcp.lease_max = (uint32_t)max;
}

/* Port 4011 and that of TFTP are bound beside the one for DHCP. */
static bool
alternate_free(struct config *c, uint16_t port)
{
	if (port != PXE_PORT && port != TFTP_PORT)
		return true;
	diag_error(c,
	    "port %u is that of %s and cannot be that of DHCP; write another one",
	    port, port == PXE_PORT ? "PXE" : "TFTP");
	return false;
}

void
directive_alternate_port(struct config *c, const struct token *value)
{
	uint16_t server = ALTERNATE_SERVER, client = ALTERNATE_CLIENT;
	struct token first, second, more;
	struct tokens a;

	tokens_init(&a, value);
	if (value->len > 0) {
		(void)tokens_next(&a, &first);
		if (!argument_port(c, &first, &server) ||
		    !alternate_free(c, server))
			return;
		client = (uint16_t)(server + 1);
		if (tokens_next(&a, &second)) {
			if (!argument_port(c, &second, &client))
				return;
		} else if (server == UINT16_MAX) {
			diag_error(c,
			    "there is no port after 65535 for the clients; write dhcp-alternate-port=65535,CLIENT");
			return;
		}
	}
	if (tokens_next(&a, &more)) {
		diag_error(c,
		    "\"%s\" is too much; write dhcp-alternate-port=SERVER,CLIENT",
		    diag_show(c, more.text));
		return;
	}
	c->dhcp.server_port = server;
	c->dhcp.client_port = client;
}

void
directive_leasefile(struct config *c, const struct token *value)
{
	if (value->len == 0) {
		diag_note(
		    c, "dhcp-leasefile names no file; the default is used");
		return;
	}
	config_mark(c, CONFIG_MARK_STORE);
	(void)argument_path(c, value, c->store.path);
}
