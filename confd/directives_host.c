/* SPDX-License-Identifier: ISC */
/* dhcp-host: machines that are known. */
#include "confd/directive.h"

#include <string.h>

#include "confd/value.h"

/* One line, and what its messages need to know besides. */
struct host {
	struct record_host *h;
	unsigned int leases; /* items that were taken as a lease time */
	char lease[24]; /* the first of them */
};

static bool
host_mac(struct config *c, struct record_host *h, const struct piece *p)
{
	struct record_mac m;

	switch (value_mac(p->text, &m)) {
	case VALUE_MAC_OK:
		break;
	case VALUE_MAC_DASHED:
		config_warn(c,
		    "%s is read as a hardware address; dnsmasq would "
		    "take it as a host name. Write it with colons",
		    config_show(c, p->text));
		break;
	case VALUE_MAC_LONG:
		config_error(c, "\"%s\" has more than %d octets",
		    config_show(c, p->text), RECORD_HW_MAX);
		return false;
	case VALUE_MAC_BAD:
		config_error(c,
		    "\"%s\" is not a hardware address like "
		    "52:54:00:12:34:56",
		    config_show(c, p->text));
		return false;
	}
	if (m.len < 6)
		config_warn(c, "%s has %u octets; an Ethernet address has 6",
		    config_show(c, p->text), m.len);
	if (h->nmac == RECORD_MACS_MAX) {
		config_error(c, "more than %d hardware addresses on one line",
		    RECORD_MACS_MAX);
		return false;
	}
	h->mac[h->nmac++] = m;
	return true;
}

/* id:*, id:01:02:03 or id:text. */
static bool
host_id(struct config *c, struct record_host *h, const struct piece *p)
{
	int n;

	if (p->text[0] == '*' && !piece_quoted(p)) {
		h->any_id = true;
		return true;
	}
	if (p->len == 0) {
		config_error(c, "a client identifier is missing after id:");
		return false;
	}
	if (strchr(p->text, ':') == NULL || piece_quoted(p)) {
		if (p->len > sizeof(h->id)) {
			config_error(c,
			    "the client identifier is longer than "
			    "%d bytes",
			    RECORD_ID_MAX);
			return false;
		}
		memcpy(h->id, p->text, p->len);
		h->idlen = (uint16_t)p->len;
		return true;
	}
	if ((n = value_hex(p->text, h->id, NULL, sizeof(h->id))) < 1) {
		config_error(c,
		    "\"%s\" is not a client identifier: two "
		    "hexadecimal digits between colons, or text "
		    "without any",
		    config_show(c, p->text));
		return false;
	}
	h->idlen = (uint16_t)n;
	return true;
}

static bool
host_address(struct config *c, struct record_host *h, const struct piece *p)
{
	uint32_t addr;

	(void)value_ip4(p->text, &addr);
	if (addr == 0) {
		config_error(c, "0.0.0.0 is not an address for a machine");
		return false;
	}
	if (h->addr != 0)
		config_warn(c, "a second address; %s is taken",
		    config_show(c, p->text));
	h->addr = addr;
	return true;
}

static bool
host_lease(struct config *c, struct host *s, const struct piece *p)
{
	if (value_lease(p->text, &s->h->lease_s) == VALUE_TIME_HUGE)
		config_warn(c,
		    "a lease of %s is longer than can be said; it is "
		    "taken as infinite",
		    config_show(c, p->text));
	if (s->leases++ == 0 && p->len < sizeof(s->lease))
		memcpy(s->lease, p->text, p->len + 1);
	return true;
}

static bool
host_name(struct config *c, struct record_host *h, const struct piece *p)
{
	if (!value_is_hostname(p->text)) {
		config_error(c,
		    "\"%s\" is none of the things that stand in "
		    "dhcp-host: hardware address, id:, set:, tag:, "
		    "address, host name, lease time, ignore",
		    config_show(c, p->text));
		return false;
	}
	if (value_ip4_broken(p->text))
		config_warn(c,
		    "%s is not an address; it is taken as a host "
		    "name, as dnsmasq does",
		    config_show(c, p->text));
	if (h->name[0] != '\0')
		config_warn(c, "a second name; \"%s\" is taken",
		    config_show(c, p->text));
	return config_text_copy(c, p, h->name, sizeof(h->name), "the name");
}

/* Things with a colon in them. */
static bool
host_colon(struct config *c, struct record_host *h, struct piece *p)
{
	uint8_t addr6[16];

	if (piece_prefix(p, "id:") || piece_prefix(p, "ID:") ||
	    piece_prefix(p, "Id:") || piece_prefix(p, "iD:"))
		return host_id(c, h, p);
	if (piece_prefix(p, "set:") || piece_prefix(p, "net:"))
		return config_tag_set(c, p->text, &h->set);
	if (piece_prefix(p, "tag:"))
		return config_tag_test(c, p->text, &h->tags);
	if (!piece_quoted(p) &&
	    (p->text[0] == '[' || value_ip6(p->text, addr6))) {
		config_error(c,
		    "%s: DHCP for IPv6 is not carried out by this version; "
		    "remove it",
		    config_show(c, p->text));
		return false;
	}
	return piece_quoted(p) ? host_name(c, h, p) : host_mac(c, h, p);
}

static bool
host_item(struct config *c, struct host *s, struct piece *p)
{
	struct record_mac m;
	uint32_t v;

	if (p->len == 0)
		return true;
	if (strchr(p->text, ':') != NULL)
		return host_colon(c, s->h, p);
	/* Quotes make a name of what would be read as something else. */
	if (piece_quoted(p))
		return host_name(c, s->h, p);
	if (value_ip4(p->text, &v))
		return host_address(c, s->h, p);
	if (value_lease(p->text, &v) != VALUE_TIME_BAD)
		return host_lease(c, s, p);
	if (piece_is(p, "ignore")) {
		s->h->ignore = true;
		return true;
	}
	if (value_mac(p->text, &m) == VALUE_MAC_DASHED)
		return host_mac(c, s->h, p);
	return host_name(c, s->h, p);
}

/* What the line as a whole cannot do. */
static void
host_review(struct config *c, const struct host *s)
{
	const struct record_host *h = s->h;
	bool names = h->nmac > 0 || h->idlen > 0 || h->name[0] != '\0';

	if (s->leases > 1 && h->name[0] == '\0')
		config_warn(c,
		    "two lease times; if the machine is called "
		    "\"%s\", write that in quotes, for it is read as a "
		    "time",
		    config_show(c, s->lease));
	else if (s->leases > 1)
		config_warn(c, "two lease times; the second is taken");
	else if (!names && s->leases > 0 && h->addr != 0)
		config_warn(c,
		    "no machine is named: \"%s\" is read as a lease "
		    "time, not as a host name",
		    config_show(c, s->lease));
	else if (!names)
		config_warn(c, "the line names no machine and matches nothing; "
			       "add a hardware address, id: or a host name");
}

void
directive_host(struct config *c, const struct piece *value)
{
	struct record rec = { .kind = RECORD_HOST };
	struct host s = { .h = &rec.u.host };
	bool ok = true;
	struct args a;
	struct piece p;

	args_init(&a, value);
	while (args_next(&a, &p))
		if (!host_item(c, &s, &p))
			ok = false;
	if (!ok)
		return;
	host_review(c, &s);
	(void)config_add(c, &rec);
}
