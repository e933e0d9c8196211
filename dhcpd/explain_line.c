/* SPDX-License-Identifier: ISC */
/* Texts of lines, ranges, networks and files. */
#include "dhcpd/explain_line.h"

#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "daemon/record_name.h"
#include "dhcpd/conf_index.h"
#include "dhcpd/http_boot.h"

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
		memmove(dst, name + 1, strlen(name));
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
	if (l->kind == RECORD_OPTION && l->index < c->options.n &&
	    c->options.v[l->index].pxe)
		return "dhcp-option-pxe";
	if (l->kind == RECORD_OPTION && l->index < c->options.n &&
	    c->options.v[l->index].force)
		return "dhcp-option-force";
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

static bool
net_known(const struct explain_net *nets, size_t n, uint32_t net, uint32_t mask)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (nets[i].via != 0 && nets[i].net == net &&
		    nets[i].mask == mask)
			return true;
	return false;
}

size_t
explain_nets(const struct dhcp_conf *c, struct explain_net *nets, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < c->ifaces.n; i++, n++)
		if (n < max)
			nets[n] =
			    (struct explain_net){ &c->ifaces.v[i], 0, 0, 0 };
	for (i = 0; i < c->ranges.n && c->ifaces.n > 0; i++) {
		const struct conf_range *g = &c->ranges.v[i];
		uint32_t net = g->start & g->mask, via = net + 1;

		if (g->attached ||
		    net_known(nets, n < max ? n : max, net, g->mask))
			continue;
		if (g->mask == 0 || g->mask >= 0xfffffffe)
			via = g->start;
		if (n < max)
			nets[n] = (struct explain_net){ &c->ifaces.v[0], via,
				net, g->mask };
		n++;
	}
	return n;
}

/* Whether the file is there; *known: what the parent found, if it looked. */
static const char *
file_state(const struct explain *x, const struct conf_iface *iface,
    const char *file, uint32_t server, const struct explain_known **known)
{
	static const char *const texts[EXPLAIN_FILE_MAX] = {
		[EXPLAIN_FILE_READABLE] = "readable",
		[EXPLAIN_FILE_MISSING] = "missing",
		[EXPLAIN_FILE_DENIED] = "not readable",
		[EXPLAIN_FILE_KIND] = "not a file",
		[EXPLAIN_FILE_NAME] = "invalid name",
		[EXPLAIN_FILE_ERROR] = "error",
	};
	char name[RECORD_FILE_MAX];

	*known = NULL;
	if (x->e->conf->http.enabled &&
	    http_boot_file(x->e->conf, file, server, name)) {
		*known = explain_file_find(x, iface->i.root, name);
		return *known == NULL ? "not checked" : texts[(*known)->state];
	}
	if (strstr(file, "://") != NULL)
		return "not checked";
	if (!dhcp_conf_is_own(x->e->conf, server))
		return "on another server";
	if (!iface->i.tftp)
		return "no TFTP here";
	*known = explain_file_find(x, iface->i.root, file);
	return *known == NULL ? "not checked" : texts[(*known)->state];
}

/* iPXE loads kernels, whose headers are those of ELF, on all machines. */
static bool
is_loader(const struct explain *x)
{
	return x->e->rq.p != NULL && packet_has(x->e->rq.p, OPT_IPXE);
}

void
explain_file_look(const struct explain *x, const struct conf_iface *iface,
    const char *file, uint32_t server, uint32_t arch,
    struct explain_file_look *look)
{
	enum arch_kind machine = arch_kind(arch), of = ARCH_KIND_UNKNOWN;
	const struct explain_known *known;

	look->state = file_state(x, iface, file, server, &known);
	look->fit = EXPLAIN_FIT_UNKNOWN;
	if (known != NULL)
		of = (enum arch_kind)known->kind;
	if (of == ARCH_KIND_ELF && is_loader(x))
		machine = ARCH_KIND_UNKNOWN;
	if (of != ARCH_KIND_UNKNOWN && machine != ARCH_KIND_UNKNOWN)
		look->fit = EXPLAIN_FIT_YES;
	/* A name is a guess, which proves nothing if it fits. */
	if (of == ARCH_KIND_UNKNOWN)
		of = arch_kind_of_name(file);
	if (!arch_kind_fits(machine, of))
		look->fit = EXPLAIN_FIT_NO;
	look->kind = of == ARCH_KIND_UNKNOWN ? NULL : arch_kind_text(of);
}

const char *
explain_file_text(const struct explain *x, const struct conf_iface *iface,
    const char *file, uint32_t server, uint32_t arch,
    char dst[EXPLAIN_FILE_TEXT])
{
	struct explain_file_look look;

	dst[0] = '\0';
	if (file[0] == '\0')
		return dst;
	explain_file_look(x, iface, file, server, arch, &look);
	(void)snprintf(dst, EXPLAIN_FILE_TEXT, "%s%s%s", look.state,
	    look.fit == EXPLAIN_FIT_YES	 ? ", fits"
	    : look.fit == EXPLAIN_FIT_NO ? ", but for "
					 : "",
	    look.fit == EXPLAIN_FIT_NO ? look.kind : "");
	return dst;
}
