/* SPDX-License-Identifier: ISC */
/* Texts of lines and ranges. */
#include "dhcpd/explain_line.h"

#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "daemon/record_name.h"

const char *
explain_place(const struct dhcp_conf *c, const struct trace_line *l,
    char dst[EXPLAIN_LINE_TEXT])
{
	const struct conf_place *p = trace_place(c, l);
	char file[EXPLAIN_LINE_TEXT - 16];

	dst[0] = '\0';
	if (p != NULL)
		(void)snprintf(dst, EXPLAIN_LINE_TEXT, "%s:%u",
		    log_escape(file, sizeof(file), p->file, strlen(p->file)),
		    p->line);
	return dst;
}

const char *
explain_place_short(const struct dhcp_conf *c, const struct trace_line *l,
    char dst[EXPLAIN_LINE_TEXT])
{
	const char *name = strrchr(explain_place(c, l, dst), '/');

	if (name != NULL)
		memmove(dst, name + 1, strlen(name + 1) + 1);
	return dst;
}

const char *
explain_directive(const struct dhcp_conf *c, const struct trace_line *l)
{
	static const char *const names[RECORD_KIND_MAX] = {
		[RECORD_RANGE] = "dhcp-range",
		[RECORD_HOST] = "dhcp-host",
		[RECORD_OPTION] = "dhcp-option",
		[RECORD_SUBOPTION] = "dhcp-option",
		[RECORD_BOOT] = "dhcp-boot",
		[RECORD_SERVICE] = "pxe-service",
		[RECORD_PROMPT] = "pxe-prompt",
		[RECORD_PXE_STYLE] = "pxe-style",
		[RECORD_TAGIF] = "tag-if",
		[RECORD_IGNORE] = "dhcp-ignore",
		[RECORD_PXE_VENDOR] = "dhcp-pxe-vendor",
		[RECORD_RELAY_PROXY] = "dhcp-proxy",
		[RECORD_SHARED] = "shared-network",
		[RECORD_REPLY_DELAY] = "dhcp-reply-delay",
	};

	if (l->kind == RECORD_CHOICE && l->index < c->choices.n)
		return record_choice_directive(c->choices.v[l->index].of);
	if (l->kind == RECORD_MATCH && l->index < c->matches.n)
		return record_match_directive(c->matches.v[l->index].how);
	if (l->kind == RECORD_OPTION && l->index < c->options.n) {
		if (c->options.v[l->index].pxe)
			return "dhcp-option-pxe";
		if (c->options.v[l->index].force)
			return "dhcp-option-force";
	}
	if (l->kind >= RECORD_KIND_MAX || names[l->kind] == NULL)
		return "";
	return names[l->kind];
}

const char *
explain_line(const struct dhcp_conf *c, const struct trace_line *l,
    char dst[EXPLAIN_LINE_TEXT])
{
	char place[EXPLAIN_LINE_TEXT];
	const char *name = explain_directive(c, l);

	(void)explain_place(c, l, place);
	(void)snprintf(dst, EXPLAIN_LINE_TEXT, "%.32s%s%.*s", name,
	    name[0] != '\0' && place[0] != '\0' ? " " : "",
	    EXPLAIN_LINE_TEXT - 48, place);
	return dst;
}

const char *
explain_range(const struct conf_range *g, char dst[64])
{
	char start[16], end[16];

	(void)ip4_text(g->start, start);
	(void)ip4_text(g->end, end);
	switch (g->mode) {
	case RECORD_RANGE_DYNAMIC:
		(void)snprintf(dst, 64, "%s-%s", start, end);
		break;
	case RECORD_RANGE_STATIC:
		(void)snprintf(dst, 64, "%s (static)", start);
		break;
	default:
		(void)snprintf(dst, 64, "%s (proxy)", start);
		break;
	}
	return dst;
}
