/* SPDX-License-Identifier: ISC */
/* Says what is wrong with ranges that are written in another form. */
#include "confd/range_form.h"

#include <string.h>

#include "confd/diag.h"
#include "confd/value.h"
#include "daemon/endpoint.h"
#include "daemon/range.h"

bool
range_form_is_address(const char *s)
{
	char text[ADDR_TEXT];
	size_t n = strcspn(s, "/-");
	struct addr addr;

	if (s[n] == '\0' || n >= sizeof(text))
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	return addr_parse(&addr, text) == 0;
}

/* A network with a prefix length in the place of the first or last address. */
static void
range_prefix_complain(struct config *c, const struct record_range *g,
    char **part, size_t n, const char *word)
{
	uint32_t addr = 0, mask = 0, start, end, other, lease;
	/* Words in place of the end address. */
	bool named = n > 1 && (strcmp(part[1], "static") == 0 ||
				  strcmp(part[1], "proxy") == 0);
	char a[16], b[16], m[16];

	(void)value_ip4_prefix(word, &addr, &mask);
	if (!range_example(addr, mask, &start, &end)) {
		diag_error(c,
		    "\"%s\" has a prefix length; write START,END[,NETMASK[,BROADCAST]][,LEASE]",
		    diag_show(c, word));
		return;
	}
	/* Where both ends are given, the example keeps them. */
	if (n > 1 &&
	    (value_ip4(part[0], &other) ||
		value_ip4_prefix(part[0], &other, &lease)) &&
	    (value_ip4(part[1], &addr) ||
		value_ip4_prefix(part[1], &addr, &lease)) &&
	    ((other ^ addr) & mask) == 0) {
		if (other == (addr & mask))
			other++;
		if (other <= addr) {
			start = other;
			end = addr;
		}
	}
	if (named)
		start = addr & mask;
	diag_error(c,
	    "\"%s\" is a network with a prefix length, not an address; write %s%s,%s,%s%s%s",
	    diag_show(c, word),
	    g->set[0] == '\0' && g->tags.n == 0 ? "dhcp-range=" : "",
	    ip4_text(start, a), named ? part[1] : ip4_text(end, b),
	    ip4_text(mask, m),
	    value_lease(part[n - 1], &lease) != VALUE_TIME_BAD ? "," : "",
	    value_lease(part[n - 1], &lease) != VALUE_TIME_BAD ? part[n - 1]
							       : "");
}

bool
range_form_complain(
    struct config *c, const struct record_range *g, char **part, size_t n)
{
	uint32_t addr, mask;
	size_t i;

	for (i = 0; i < n && i < 2; i++)
		if (value_ip4_prefix(part[i], &addr, &mask)) {
			range_prefix_complain(c, g, part, n, part[i]);
			return true;
		}
	if (!range_form_is_address(part[0]) || strchr(part[0], '-') == NULL)
		return false;
	diag_error(c,
	    "\"%s\" has a dash between two addresses; write a comma, as in dhcp-range=START,END",
	    diag_show(c, part[0]));
	return true;
}

bool
range_form_complain_mask(struct config *c, const char *s, bool more)
{
	bool slash = s[0] == '/';
	uint64_t bits;
	char text[16];

	if (!slash && !more)
		return false;
	if (!value_number(slash ? s + 1 : s, 30, &bits) || bits < 8)
		return false;
	diag_error(c, "\"%s\" is not a netmask; write it as an address: %s",
	    diag_show(c, s), ip4_text(value_prefix_mask(bits), text));
	return true;
}
