/* SPDX-License-Identifier: ISC */
/* Directives that hold for all of DHCP. */
#include "confd/directive.h"

#include <string.h>

#include "confd/value.h"

void
directive_authoritative(struct config *c, const struct piece *value)
{
	(void)value;
	c->dhcp.authoritative = true;
}

void
directive_no_override(struct config *c, const struct piece *value)
{
	(void)value;
	c->dhcp.no_override = true;
}

void
directive_sequential(struct config *c, const struct piece *value)
{
	(void)value;
	c->dhcp.sequential = true;
}

/* No address is pinged before it is offered, so there is nothing to do. */
void
directive_no_ping(struct config *c, const struct piece *value)
{
	(void)value;
	config_mark(c, CONFIG_MARK_NO_PING);
}

void
directive_log_dhcp(struct config *c, const struct piece *value)
{
	(void)value;
	c->dhcp.log_dhcp = true;
}

void
directive_quiet_dhcp(struct config *c, const struct piece *value)
{
	(void)value;
	c->dhcp.quiet = true;
}

void
directive_domain(struct config *c, const struct piece *value)
{
	struct args a;
	struct piece name, range;

	args_init(&a, value);
	(void)args_next(&a, &name);
	if (args_next(&a, &range)) {
		config_error(c,
		    "a domain for some addresses only (\"%s\") is "
		    "not carried out by this version; write domain=%s",
		    config_show(c, range.text), config_show(c, name.text));
		return;
	}
	if (piece_is(&name, "#")) {
		config_error(c, "the domain of /etc/resolv.conf (\"#\") is not "
				"carried out by this version; write its name");
		return;
	}
	if (!value_is_domain(name.text)) {
		config_error(c,
		    "\"%s\" is not a domain name; labels of at most "
		    "63 bytes with dots between are",
		    config_show(c, name.text));
		return;
	}
	(void)config_text_copy(
	    c, &name, c->dhcp.domain, sizeof(c->dhcp.domain), "the domain");
}

void
directive_lease_max(struct config *c, const struct piece *value)
{
	uint64_t max;

	if (!config_number(c, value, UINT32_MAX, &max))
		return;
	if (max == 0)
		config_warn(c, "no lease at all is allowed; no client will get "
			       "an address");
	c->dhcp.lease_max = (uint32_t)max;
}

void
directive_leasefile(struct config *c, const struct piece *value)
{
	(void)config_path(c, value, c->store.path);
}
