/* SPDX-License-Identifier: ISC */
/* Parses the words of dhcp-option that name an outer option. */
#include "confd/suboption.h"

#include "confd/argument.h"
#include "confd/diag.h"
#include "confd/value.h"
#include "daemon/dhcp_option.h"

const char *
suboption_form(uint8_t how)
{
	static const char *const forms[RECORD_SUB_HOW_MAX] = {
		[RECORD_SUB_ENCAP] = "encap:OPTION",
		[RECORD_SUB_VI] = "vi-encap:ENTERPRISE",
		[RECORD_SUB_VENDOR] = "vendor:CLASS",
	};

	return forms[how];
}

static enum suboption_result
suboption_outer_parse(struct config *c, const struct token *p, uint64_t min,
    uint64_t max, struct record_suboption *s)
{
	uint64_t n;

	if (!value_number(p->text, max, &n) || n < min) {
		diag_error(c,
		    "\"%s\" is out of range or no number; write %s with %u to %u",
		    diag_show(c, p->text), suboption_form(s->how),
		    (unsigned int)min, (unsigned int)max);
		return SUBOPTION_BAD;
	}
	s->outer = (uint32_t)n;
	return SUBOPTION_OK;
}

enum suboption_result
suboption_prefix(
    struct config *c, const struct token *p, struct record_suboption *s)
{
	struct token q = *p;

	if (token_prefix(&q, "encap:")) {
		s->how = RECORD_SUB_ENCAP;
		if (suboption_outer_parse(c, &q, 1, 254, s) != SUBOPTION_OK)
			return SUBOPTION_BAD;
		if (dhcp_option_reserved((uint8_t)s->outer))
			diag_warn(c,
			    "option %u is set by the server itself; this line has no effect",
			    s->outer);
		return SUBOPTION_OK;
	}
	if (token_prefix(&q, "vi-encap:")) {
		s->how = RECORD_SUB_VI;
		return suboption_outer_parse(c, &q, 0, UINT32_MAX, s);
	}
	if (!token_prefix(&q, "vendor:"))
		return SUBOPTION_NONE;
	s->how = RECORD_SUB_VENDOR;
	return argument_text(c, &q, s->class, sizeof(s->class), "the class")
		   ? SUBOPTION_OK
		   : SUBOPTION_BAD;
}
