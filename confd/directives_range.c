/* SPDX-License-Identifier: ISC */
/* dhcp-range: pools, and networks for reservations. */
#include "confd/directive.h"

#include <string.h>

#include "confd/value.h"
#include "daemon/endpoint.h"

#define RANGE_PARTS 5 /* start, end, mask, broadcast, lease */

/* Whether it is made of what an address may be made of. */
static bool
like_address(const char *s)
{
	return s[strspn(s, "0123456789abcdefABCDEF.: ")] == '\0';
}

/* Tags in front; the first piece behind them goes to *p. */
static bool
range_tags(struct config *c, struct args *a, struct record_range *g,
    bool *plain, struct piece *p)
{
	while (args_next(a, p)) {
		bool set;

		if (like_address(p->text) || a->done)
			return true;
		if (config_tag_prefix(p)) {
			if (p->len > 0 &&
			    !config_tag_test(c, p->text, &g->tags))
				return false;
			continue;
		}
		set = piece_prefix(p, "set:");
		if (g->set[0] != '\0') {
			config_error(c,
			    "a range sets one tag; \"%s\" is a "
			    "second, after \"%s\"%s",
			    config_show(c, p->text), config_show(c, g->set),
			    set ? "" : " (a tag to test is written tag:NAME)");
			return false;
		}
		if (!config_tag_copy(c, p->text, g->set))
			return false;
		*plain = !set;
	}
	config_error(c, "addresses are missing; write "
			"dhcp-range=START,END[,NETMASK][,LEASE]");
	return false;
}

static bool
range_mode(struct config *c, struct record_range *g, const char *end)
{
	g->end = g->start;
	if (strcmp(end, "static") == 0) {
		g->mode = RECORD_RANGE_STATIC;
	} else if (strcmp(end, "proxy") == 0) {
		g->mode = RECORD_RANGE_PROXY;
		config_error(c, "proxy ranges are not carried out by this "
				"version; let one server do all of DHCP, and "
				"write dhcp-range=START,END");
		return false;
	} else if (!value_ip4(end, &g->end)) {
		config_error(c,
		    "\"%s\" is neither the last address of the range "
		    "nor \"static\"",
		    config_show(c, end));
		return false;
	}
	if (g->start > g->end) {
		uint32_t start = g->start;

		config_warn(c, "the range ends before it begins; its ends are "
			       "exchanged");
		g->start = g->end;
		g->end = start;
	}
	return true;
}

/* The mask, and what depends on it. */
static bool
range_mask(
    struct config *c, struct record_range *g, uint32_t mask, bool has_broadcast)
{
	char a[16], b[16];

	if (!value_is_mask(mask) || mask == 0) {
		config_error(c, "%s is not a netmask", ip4_text(mask, a));
		return false;
	}
	if ((g->start & mask) != (g->end & mask)) {
		config_error(c,
		    "with netmask %s the range's ends are in "
		    "different networks",
		    ip4_text(mask, a));
		return false;
	}
	g->mask = mask;
	if (has_broadcast && (g->broadcast & mask) != (g->start & mask))
		config_warn(c,
		    "the broadcast address %s is not in the network "
		    "of the range, %s",
		    ip4_text(g->broadcast, a), ip4_text(g->start & mask, b));
	return true;
}

static bool
range_lease(struct config *c, struct record_range *g, const char *s)
{
	switch (value_lease(s, &g->lease_s)) {
	case VALUE_TIME_OK:
		return true;
	case VALUE_TIME_SHORT:
		config_warn(c,
		    "a lease of %s is shorter than two minutes; two "
		    "minutes are taken%s",
		    s,
		    s[strspn(s, "0123456789")] == '\0'
			? " (a number alone is seconds; 12h is twelve hours)"
			: "");
		return true;
	case VALUE_TIME_HUGE:
		config_warn(c,
		    "a lease of %s is longer than can be said; it is "
		    "taken as infinite",
		    config_show(c, s));
		return true;
	case VALUE_TIME_BAD:
		break;
	}
	config_error(c,
	    "\"%s\" is not a lease time; write 45m, 12h, 7d or "
	    "infinite",
	    config_show(c, s));
	return false;
}

static bool
range_first(struct config *c, struct record_range *g, const char *start)
{
	if (value_ip4(start, &g->start) && g->start != 0)
		return true;
	if (like_address(start) && strchr(start, ':') != NULL)
		config_error(c,
		    "%s: DHCP for IPv6 is not carried out by this version; "
		    "remove the line",
		    config_show(c, start));
	else
		config_error(c,
		    "\"%s\" is not the first address of a range; write "
		    "START,END[,NETMASK][,LEASE]",
		    config_show(c, start));
	return false;
}

/* Start, end, and what may follow. */
static bool
range_parts(struct config *c, struct record_range *g, char **part, size_t n)
{
	bool has_broadcast = false;
	uint32_t mask;
	size_t i = 2;

	if (!range_first(c, g, part[0]))
		return false;
	if (n < 2) {
		config_error(c,
		    "the last address of the range is missing; for "
		    "reservations alone write %s,static",
		    part[0]);
		return false;
	}
	if (!range_mode(c, g, part[1]))
		return false;
	if (i < n && value_ip4(part[i], &mask)) {
		i++;
		if (i < n && value_ip4(part[i], &g->broadcast)) {
			has_broadcast = true;
			i++;
		}
		if (!range_mask(c, g, mask, has_broadcast))
			return false;
	}
	if (i < n && i + 1 != n) {
		config_error(c,
		    "\"%s\": after the range come NETMASK, BROADCAST "
		    "and LEASE, in this order",
		    config_show(c, part[i]));
		return false;
	}
	return i == n || range_lease(c, g, part[i]);
}

void
directive_range(struct config *c, const struct piece *value)
{
	struct record rec = { .kind = RECORD_RANGE };
	struct record_range *g = &rec.u.range;
	struct config_entry *e;
	char *part[RANGE_PARTS];
	bool plain = false;
	struct args a;
	struct piece p;
	size_t n = 0;

	config_mark(c, CONFIG_MARK_RANGE);
	g->lease_s = CONFIG_LEASE_S;
	args_init(&a, value);
	if (!range_tags(c, &a, g, &plain, &p))
		return;
	do {
		if (n == RANGE_PARTS) {
			config_error(c,
			    "\"%s\" is one part too many; a range is "
			    "START,END,NETMASK,BROADCAST,LEASE",
			    config_show(c, p.text));
			return;
		}
		part[n++] = p.text;
	} while (args_next(&a, &p));
	if (!range_parts(c, g, part, n))
		return;
	c->dhcp.enabled = true;
	if ((e = config_add(c, &rec)) != NULL)
		e->plain_set = plain;
}
