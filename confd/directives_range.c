/* SPDX-License-Identifier: ISC */
/* dhcp-range: pools, and networks for reservations. */
#include "confd/directives_range.h"

#include <string.h>
#include <strings.h>

#include "confd/argument.h"
#include "confd/diag.h"
#include "confd/range_form.h"
#include "confd/tags.h"
#include "confd/value.h"
#include "daemon/endpoint.h"

#define RANGE_PARTS 5 /* start, end, mask, broadcast, lease */

/* Whether a token is meant as an address, and not as a tag. */
static bool
like_address(const char *s)
{
	return s[strspn(s, "0123456789abcdefABCDEF.: ")] == '\0' ||
	       range_form_is_address(s);
}

/* Reads the tags; the first token after them goes to *p. */
static bool
range_tags(struct config *c, struct tokens *a, struct record_range *g,
    bool *plain, struct token *p)
{
	while (tags_next(c, a, p)) {
		struct token last = *p;
		bool set;

		/* A word that ends the line is no tag, unless it says so. */
		if (like_address(p->text) ||
		    (a->done && !tags_cut_prefix(&last) &&
			!token_prefix(&last, "set:")))
			return true;
		if (tags_cut_prefix(p)) {
			if (p->len > 0 && !tags_add_test(c, p->text, &g->tags))
				return false;
			continue;
		}
		set = token_prefix(p, "set:");
		if (g->set[0] != '\0') {
			diag_error(c,
			    "unexpected tag \"%s\" after \"%s\": a range sets one tag%s",
			    diag_show(c, p->text), diag_show(c, g->set),
			    set ? "" : "; write a tag to test as tag:NAME");
			return false;
		}
		if (!tags_copy(c, p->text, g->set))
			return false;
		*plain = !set;
	}
	diag_error(c,
	    "addresses are missing; write dhcp-range=START,END[,NETMASK[,BROADCAST]][,LEASE]");
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
		c->dhcp.pxe = true;
	} else if (strcasecmp(end, "static") == 0 ||
		   strcasecmp(end, "proxy") == 0) {
		diag_error(c, "\"%s\" is not known; write it in lower case",
		    diag_show(c, end));
		return false;
	} else if (!value_ip4(end, &g->end)) {
		diag_error(c,
		    "\"%s\" is neither the end address of the range nor \"static\"; write START,END or START,static",
		    diag_show(c, end));
		return false;
	}
	if (g->start > g->end) {
		uint32_t start = g->start;

		diag_warn(c, "start address is above end address; swapped");
		g->start = g->end;
		g->end = start;
	}
	return true;
}

/* Checks the mask, and what depends on it. */
static bool
range_mask(
    struct config *c, struct record_range *g, uint32_t mask, bool has_broadcast)
{
	char a[16], b[16];

	if (!value_is_mask(mask) || mask == 0) {
		diag_error(c,
		    "%s is not a netmask; write one like 255.255.255.0",
		    ip4_text(mask, a));
		return false;
	}
	if ((g->start & mask) != (g->end & mask)) {
		diag_error(c,
		    "start and end address are in different networks with netmask %s",
		    ip4_text(mask, a));
		return false;
	}
	g->mask = mask;
	if (has_broadcast && (g->broadcast & mask) != (g->start & mask))
		diag_warn(c,
		    "the broadcast address %s is not in the network of the range, %s",
		    ip4_text(g->broadcast, a), ip4_text(g->start & mask, b));
	return true;
}

static bool
range_first(struct config *c, struct record_range *g, const char *start)
{
	if (value_ip4(start, &g->start) && g->start != 0)
		return true;
	diag_error(c,
	    "\"%s\" is not the start address of a range; write START,END[,NETMASK[,BROADCAST]][,LEASE]",
	    diag_show(c, start));
	return false;
}

/* Reads start, end, and what may follow. */
static bool
range_parts(struct config *c, struct record_range *g, char **part, size_t n)
{
	bool has_broadcast = false;
	uint32_t mask;
	size_t i = 2;

	if (range_form_complain(c, g, part, n) || !range_first(c, g, part[0]))
		return false;
	if (n < 2) {
		diag_error(c,
		    "end address is missing; for reservations alone write %s,static",
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
	if (range_form_complain_mask(c, part[i < n ? i : 0], i + 1 < n))
		return false;
	if (i + 1 < n) {
		/* A lease time is the last. */
		if (value_lease(part[i], &mask) != VALUE_TIME_BAD)
			i++;
		diag_error(c,
		    "unexpected \"%s\"; after the addresses write NETMASK, BROADCAST and LEASE, in this order",
		    diag_show(c, part[i]));
		return false;
	}
	if (i < n && strcmp(part[i], "proxy") == 0) {
		diag_error(c,
		    "a proxy range has no end address; write dhcp-range=%s,proxy",
		    part[0]);
		return false;
	}
	if (i == n || argument_lease(c, part[i], &g->lease_s))
		return true;
	diag_error(c,
	    "\"%s\" is not a lease time; write 45m, 12h, 7d or infinite",
	    diag_show(c, part[i]));
	return false;
}

void
directive_range(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_RANGE };
	struct record_range *g = &rec.u.range;
	struct config_entry *e;
	char *part[RANGE_PARTS];
	struct addr first;
	bool plain = false;
	struct tokens a;
	struct token p;
	size_t n = 0;

	g->lease_s = CONFIG_LEASE_S;
	tokens_init(&a, value);
	if (!range_tags(c, &a, g, &plain, &p))
		return;
	if (addr_parse(&first, p.text) == 0 && first.family == 6) {
		config_skip_v6(c);
		return;
	}
	do {
		if (n == RANGE_PARTS) {
			diag_error(c,
			    "unexpected \"%s\"; write START,END,NETMASK,BROADCAST,LEASE",
			    diag_show(c, p.text));
			return;
		}
		part[n++] = p.text;
	} while (tokens_next(&a, &p));
	if (!range_parts(c, g, part, n))
		return;
	c->dhcp.enabled = true;
	if ((e = config_add(c, &rec)) != NULL)
		e->plain_set = plain;
}
