/* SPDX-License-Identifier: ISC */
/* dhcp-host: reservations and settings of single machines. */
#include "confd/directives_host.h"

#include <string.h>

#include "confd/argument.h"
#include "confd/diag.h"
#include "confd/spelling.h"
#include "confd/tags.h"
#include "confd/value.h"
#include "daemon/endpoint.h"

/* One dhcp-host line, and what the checks of the whole line need. */
struct host {
	struct record_host *h;
	unsigned int leases; /* items that were read as a lease time */
	char lease[24]; /* the first of them */
	bool told; /* a warning says what is meant instead of one */
};

static bool
host_mac(struct config *c, struct record_host *h, const struct token *p)
{
	struct record_mac m;

	switch (value_mac(p->text, &m)) {
	case VALUE_MAC_OK:
		break;
	case VALUE_MAC_DASHED:
		diag_warn(c,
		    "%s is read as a hardware address, where dnsmasq reads a host name; write it with colons",
		    diag_show(c, p->text));
		break;
	case VALUE_MAC_LONG:
		diag_error(c,
		    "hardware address \"%s\" has more than %d octets; shorten it",
		    diag_show(c, p->text), RECORD_HW_MAX);
		return false;
	case VALUE_MAC_BAD:
		diag_error(c,
		    "\"%s\" is not a hardware address like 52:54:00:12:34:56 or 52:54:00:*:*:*",
		    diag_show(c, p->text));
		return false;
	}
	spelling_mac(c, p, &m);
	if (h->nmac == RECORD_MACS_MAX) {
		diag_error(c,
		    "more than %d hardware addresses on one line; split it",
		    RECORD_MACS_MAX);
		return false;
	}
	h->mac[h->nmac++] = m;
	return true;
}

/* id:*, id:01:02:03 or id:text. */
static bool
host_id(struct config *c, struct record_host *h, const struct token *p)
{
	int n;

	if (p->text[0] == '*' && !token_is_quoted(p)) {
		h->any_id = true;
		return true;
	}
	if (p->len == 0) {
		diag_error(c,
		    "client identifier is missing after id:; write id:TEXT, or octets like id:01:02");
		return false;
	}
	if (strchr(p->text, ':') == NULL || token_is_quoted(p)) {
		if (p->len > sizeof(h->id)) {
			diag_error(c,
			    "the client identifier is longer than %d bytes; shorten it",
			    RECORD_ID_MAX);
			return false;
		}
		memcpy(h->id, p->text, p->len);
		h->idlen = (uint16_t)p->len;
		return true;
	}
	if ((n = value_hex(p->text, h->id, NULL, sizeof(h->id))) < 1) {
		diag_error(c,
		    "\"%s\" is not a client identifier: two hexadecimal digits between colons, or text without any",
		    diag_show(c, p->text));
		return false;
	}
	h->idlen = (uint16_t)n;
	return true;
}

static bool
host_address(struct config *c, struct record_host *h, const struct token *p)
{
	uint32_t addr;

	(void)value_ip4(p->text, &addr);
	if (addr == 0) {
		diag_error(c,
		    "0.0.0.0 is not the address of a machine; write another one");
		return false;
	}
	if (h->addr != 0)
		diag_warn(
		    c, "duplicate address; %s is used", diag_show(c, p->text));
	h->addr = addr;
	return true;
}

static bool
host_lease(struct config *c, struct host *s, const struct token *p)
{
	if (value_mac_like(p->text)) {
		diag_warn(c,
		    "%s is read as a lease time; write a hardware address with colons, like 52:54:00:12:34:56",
		    diag_show(c, p->text));
		s->told = true;
		(void)value_lease(p->text, &s->h->lease_s);
	} else {
		(void)argument_lease(c, p->text, &s->h->lease_s);
	}
	if (s->leases++ == 0 && p->len < sizeof(s->lease))
		memcpy(s->lease, p->text, p->len + 1);
	return true;
}

static bool
host_name(struct config *c, struct record_host *h, const struct token *p)
{
	uint32_t addr, mask;
	char text[16];

	if (!token_is_quoted(p) && value_ip4_prefix(p->text, &addr, &mask)) {
		diag_error(c,
		    "\"%s\" has a prefix length; a machine has one address: write it alone, like %s (the netmask belongs to dhcp-range)",
		    diag_show(c, p->text), ip4_text(addr, text));
		return false;
	}
	if (!value_is_hostname(p->text)) {
		diag_error(c,
		    "\"%s\" is not valid in dhcp-host; write a hardware address, id:, set:, tag:, an address, a host name, a lease time or ignore",
		    diag_show(c, p->text));
		return false;
	}
	spelling_host(c, p);
	if (h->name[0] != '\0')
		diag_warn(c, "duplicate host name; \"%s\" is used",
		    diag_show(c, p->text));
	return argument_text(c, p, h->name, sizeof(h->name), "the name");
}

/* Items with a colon in them. */
static bool
host_colon(struct config *c, struct record_host *h, struct token *p)
{
	struct addr addr;

	if (token_prefix(p, "id:") || token_prefix(p, "ID:") ||
	    token_prefix(p, "Id:") || token_prefix(p, "iD:"))
		return host_id(c, h, p);
	if (token_prefix(p, "set:") || token_prefix(p, "net:"))
		return tags_add_set(c, p->text, &h->set);
	if (token_prefix(p, "tag:"))
		return tags_add_test(c, p->text, &h->tags);
	if (!token_is_quoted(p) &&
	    (p->text[0] == '[' || addr_parse(&addr, p->text) == 0)) {
		config_skip_v6(c);
		return true;
	}
	return token_is_quoted(p) ? host_name(c, h, p) : host_mac(c, h, p);
}

static bool
host_item(struct config *c, struct host *s, struct token *p)
{
	struct record_mac m;
	uint32_t v;

	if (p->len == 0)
		return true;
	if (strchr(p->text, ':') != NULL)
		return host_colon(c, s->h, p);
	/* An item in quotes is a name, whatever it looks like. */
	if (token_is_quoted(p))
		return host_name(c, s->h, p);
	if (value_ip4(p->text, &v))
		return host_address(c, s->h, p);
	if (value_lease(p->text, &v) != VALUE_TIME_BAD)
		return host_lease(c, s, p);
	if (token_is(p, "ignore")) {
		s->h->ignore = true;
		return true;
	}
	if (value_mac(p->text, &m) == VALUE_MAC_DASHED)
		return host_mac(c, s->h, p);
	return host_name(c, s->h, p);
}

/* Checks of the line as a whole. */
static void
host_review(struct config *c, const struct host *s)
{
	const struct record_host *h = s->h;
	bool names = h->nmac > 0 || h->idlen > 0 || h->name[0] != '\0';

	if (s->told)
		return;
	if (s->leases > 1 && h->name[0] == '\0')
		diag_warn(c,
		    "duplicate lease time: \"%s\" is read as a time; if it is the host name, write it in quotes",
		    diag_show(c, s->lease));
	else if (s->leases > 1)
		diag_warn(c, "duplicate lease time; the second is used");
	else if (!names && s->leases > 0 && h->addr != 0)
		diag_warn(c,
		    "no machine is named: \"%s\" is read as a lease time; if it is the host name, write it in quotes",
		    diag_show(c, s->lease));
	else if (!names)
		diag_warn(c,
		    "the line names no machine and matches nothing; add a hardware address, id: or a host name");
}

/* Such a line would be printed without a value. */
static bool
host_is_empty(const struct record_host *h)
{
	return h->nmac == 0 && h->idlen == 0 && !h->any_id && h->set.n == 0 &&
	       h->tags.n == 0 && h->addr == 0 && h->name[0] == '\0' &&
	       h->lease_s == 0 && !h->ignore;
}

void
directive_host(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_HOST };
	struct host s = { .h = &rec.u.host };
	bool ok = true;
	struct tokens a;
	struct token p;

	tokens_init(&a, value);
	while (tags_next(c, &a, &p))
		if (!host_item(c, &s, &p))
			ok = false;
	if (!ok)
		return;
	host_review(c, &s);
	if (host_is_empty(s.h))
		return;
	(void)config_add(c, &rec);
}
