/* SPDX-License-Identifier: ISC */
/* Prints records as lines of the configuration. */
#include "confd/print.h"

#include <stddef.h>
#include <string.h>

#include "confd/builder.h"
#include "confd/config.h"
#include "confd/directives_pxe.h"
#include "confd/print_files.h"
#include "confd/print_option.h"
#include "confd/print_out.h"
#include "daemon/dhcp_option.h"
#include "daemon/record_name.h"

static void
put_tags(struct out *o, const char *prefix, const struct record_tags *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		out_put(o, "%s%s", prefix, t->tag[i].negate ? "!" : "");
		out_word(o, t->tag[i].name);
		out_put(o, ",");
	}
}

static void
put_set(struct out *o, const char *name)
{
	if (name[0] == '\0')
		return;
	out_put(o, "set:");
	out_word(o, name);
	out_put(o, ",");
}

static void
put_lease(struct out *o, uint32_t lease_s)
{
	if (lease_s == RECORD_LEASE_INFINITE)
		out_put(o, "infinite");
	else
		out_put(o, "%us", lease_s);
}

static void
print_interface(struct out *o, const struct record *rec)
{
	const struct record_interface *i = &rec->u.interface;
	static const char *const names[] = {
		[RECORD_IF_SERVE] = "interface",
		[RECORD_IF_EXCEPT] = "except-interface",
		[RECORD_IF_NO_DHCP] = "no-dhcp-interface",
		[RECORD_IF_TFTP] = "enable-tftp",
		[RECORD_IF_HTTP] = "enable-http",
		[RECORD_IF_ADDRESS] = "listen-address",
	};

	out_put(o, "%s=", names[i->use]);
	if (i->use == RECORD_IF_ADDRESS) {
		out_addr(o, &i->addr);
	} else {
		out_word(o, i->name);
		out_put(o, "%s", i->prefix ? "*" : "");
	}
	out_end(o);
}

static void
print_range(struct out *o, const struct record *rec)
{
	const struct record_range *g = &rec->u.range;

	out_put(o, "dhcp-range=");
	put_tags(o, "tag:", &g->tags);
	put_set(o, g->set);
	out_ip4(o, g->start);
	out_put(o, ",");
	if (g->mode == RECORD_RANGE_STATIC)
		out_put(o, "static");
	else if (g->mode == RECORD_RANGE_PROXY)
		out_put(o, "proxy");
	else
		out_ip4(o, g->end);
	out_put(o, ",");
	if (g->mask != 0) {
		out_ip4(o, g->mask);
		out_put(o, ",");
	}
	if (g->broadcast != 0) {
		out_ip4(o, g->broadcast);
		out_put(o, ",");
	}
	put_lease(o, g->lease_s);
	out_end(o);
}

static void
print_host_id(struct out *o, const struct record_host *h)
{
	if (h->idlen == 0)
		return;
	out_put(o, "id:");
	/* One octet alone is not read as hexadecimal. */
	if (out_is_text(h->id, h->idlen) || h->idlen == 1)
		out_quoted(o, h->id, h->idlen);
	else
		out_hex(o, h->id, NULL, h->idlen);
	out_put(o, ",");
}

static void
print_host(struct out *o, const struct record *rec)
{
	const struct record_host *h = &rec->u.host;
	size_t i;

	out_put(o, "dhcp-host=");
	for (i = 0; i < h->nmac; i++) {
		/* Eight octets alone would be read as an IPv6 address. */
		if (h->mac[i].hwtype == 0 && h->mac[i].len == 8)
			out_put(o, "00-");
		out_mac(o, &h->mac[i]);
		out_put(o, ",");
	}
	print_host_id(o, h);
	if (h->any_id)
		out_put(o, "id:*,");
	put_tags(o, "set:", &h->set);
	put_tags(o, "tag:", &h->tags);
	if (h->addr != 0) {
		out_ip4(o, h->addr);
		out_put(o, ",");
	}
	if (h->name[0] != '\0') {
		/* In quotes it is not read as a time or another item. */
		out_quoted(o, (const uint8_t *)h->name, strlen(h->name));
		out_put(o, ",");
	}
	if (h->lease_s != 0) {
		put_lease(o, h->lease_s);
		out_put(o, ",");
	}
	if (h->ignore)
		out_put(o, "ignore,");
	out_end(o);
}

static void
print_option(struct out *o, const struct record *rec)
{
	const struct record_option *opt = &rec->u.option;

	out_put(o, "dhcp-option%s=",
	    opt->pxe	 ? "-pxe"
	    : opt->force ? "-force"
			 : "");
	put_tags(o, "tag:", &opt->tags);
	if (opt->code == OPT_SERVER_IP) /* no option that has a number */
		out_put(o, "option:%s", dhcp_option_name(opt->code));
	else
		out_put(o, "%u", opt->code);
	/* A value without text, as that of "120,", is still a value. */
	if (opt->len > 0)
		out_put(o, ",");
	print_option_value(o, opt);
	out_put(o, "\n");
}

static void
print_suboption(struct out *o, const struct record *rec)
{
	const struct record_suboption *s = &rec->u.suboption;

	out_put(o, "dhcp-option%s=",
	    s->pxe     ? "-pxe"
	    : s->force ? "-force"
		       : "");
	put_tags(o, "tag:", &s->tags);
	if (s->how == RECORD_SUB_VENDOR) {
		out_put(o, "vendor:");
		if (s->class[0] != '\0')
			out_quoted(
			    o, (const uint8_t *)s->class, strlen(s->class));
	} else {
		out_put(o, "%s:%u",
		    s->how == RECORD_SUB_ENCAP ? "encap" : "vi-encap",
		    s->outer);
	}
	out_put(o, ",%u,", s->code);
	print_suboption_value(o, s);
	out_end(o);
}

static void
print_boot(struct out *o, const struct record *rec)
{
	const struct record_boot *b = &rec->u.boot;

	out_put(o, "dhcp-boot=");
	put_tags(o, "tag:", &b->tags);
	out_word(o, b->file);
	if (b->sname[0] != '\0' || b->addr != 0) {
		out_put(o, ",");
		if (b->sname[0] != '\0')
			out_word(o, b->sname);
	}
	if (b->addr != 0) {
		out_put(o, ",");
		out_ip4(o, b->addr);
	}
	out_end(o);
}

static void
print_service(struct out *o, const struct record *rec)
{
	const struct record_service *s = &rec->u.service;
	const char *arch = pxe_arch_name(s->arch);

	out_put(o, "pxe-service=");
	put_tags(o, "tag:", &s->tags);
	if (arch != NULL)
		out_put(o, "%s,", arch);
	else
		out_put(o, "%u,", s->arch);
	out_quoted(o, (const uint8_t *)s->text, strlen(s->text));
	if (s->file[0] != '\0') {
		out_put(o, ",");
		out_word(o, s->file);
	} else if (s->type != 0) {
		out_put(o, ",%u", s->type);
	}
	if (s->addr != 0) {
		out_put(o, s->type == 0 ? ",0," : ",");
		out_ip4(o, s->addr);
	}
	out_end(o);
}

static void
print_prompt(struct out *o, const struct record *rec)
{
	const struct record_prompt *p = &rec->u.prompt;

	out_put(o, "pxe-prompt=");
	put_tags(o, "tag:", &p->tags);
	out_quoted(o, (const uint8_t *)p->text, strlen(p->text));
	if (p->seconds != RECORD_PROMPT_WAIT)
		out_put(o, ",%u", p->seconds);
	out_end(o);
}

static void
print_pxe_style(struct out *o, const struct record *rec)
{
	const struct record_pxe_style *s = &rec->u.pxe_style;

	out_put(o, "pxe-style=");
	put_tags(o, "tag:", &s->tags);
	out_put(o, "%s", record_pxe_how_name(s->how));
	out_end(o);
}

static void
print_match(struct out *o, const struct record *rec)
{
	const struct record_match *m = &rec->u.match;

	out_put(o, "%s=", record_match_directive(m->how));
	put_set(o, m->set);
	if (m->how <= RECORD_MATCH_SUBSTRING)
		out_put(o, "%u,", m->code);
	switch (m->how) {
	case RECORD_MATCH_PRESENT:
	case RECORD_MATCH_PREFIX:
	case RECORD_MATCH_NUMBER:
	case RECORD_MATCH_SUBSTRING:
		print_option_match(o, m);
		break;
	case RECORD_MATCH_MAC:
		out_mac(o, &m->mac);
		break;
	case RECORD_MATCH_CIRCUITID:
	case RECORD_MATCH_REMOTEID:
	case RECORD_MATCH_SUBSCRID:
		/* One octet alone is not read as hexadecimal. */
		if (out_is_text(m->data, m->len) || m->len == 1)
			out_quoted(o, m->data, m->len);
		else
			out_hex(o, m->data, NULL, m->len);
		break;
	case RECORD_MATCH_NAME_PREFIX:
		out_put(o, "%.*s*", (int)m->len, (const char *)m->data);
		break;
	default:
		out_quoted(o, m->data, m->len);
	}
	out_end(o);
}

static void
print_tagif(struct out *o, const struct record *rec)
{
	const struct record_tagif *t = &rec->u.tagif;

	out_put(o, "tag-if=");
	put_tags(o, "set:", &t->set);
	put_tags(o, "tag:", &t->tags);
	out_end(o);
}

static void
print_choice(struct out *o, const struct record *rec)
{
	const struct record_choice *c = &rec->u.choice;

	out_put(o, "%s%s", record_choice_directive(c->of),
	    c->tags.n > 0 ? "=" : "");
	put_tags(o, "tag:", &c->tags);
	out_end(o);
}

static void
print_pxe_vendor(struct out *o, const struct record *rec)
{
	const struct record_pxe_vendor *v = &rec->u.pxe_vendor;

	out_put(o, "dhcp-pxe-vendor=");
	out_quoted(o, (const uint8_t *)v->class, strlen(v->class));
	out_end(o);
}

static void
print_shared(struct out *o, const struct record *rec)
{
	const struct record_shared *s = &rec->u.shared;

	out_put(o, "shared-network=%s", s->iface);
	if (s->iface[0] == '\0')
		out_ip4(o, s->via);
	out_put(o, ",");
	out_ip4(o, s->addr);
	out_end(o);
}

static void
print_reply_delay(struct out *o, const struct record *rec)
{
	const struct record_reply_delay *d = &rec->u.reply_delay;

	out_put(o, "dhcp-reply-delay=");
	put_tags(o, "tag:", &d->tags);
	out_put(o, "%u", d->seconds);
	out_end(o);
}

static void
print_dhcp(struct out *o, const struct record *rec)
{
	const struct record_dhcp *d = &rec->u.dhcp;

	out_flags(o, d, offsetof(struct config, dhcp), sizeof(*d));
	if (!d->dns)
		out_put(o, "port=0\n");
	if (d->server_port != 0)
		out_put(o, "dhcp-alternate-port=%u,%u\n", d->server_port,
		    d->client_port);
	if (d->lease_max != CONFIG_LEASE_MAX)
		out_put(o, "dhcp-lease-max=%u\n", d->lease_max);
	out_value(o, "domain", d->domain);
}

static void
print_daemon(struct out *o, const struct record *rec)
{
	const struct record_daemon *d = &rec->u.daemon;
	unsigned int n;

	for (n = 0; n < RECORD_LAYERS; n++)
		if ((d->layers_disabled & 1U << n) != 0)
			out_value(o, "sandbox-disable", record_layer_name(n));
	out_value(o, "pid-file", d->pid_file);
}

static void
print_relay_proxy(struct out *o, const struct record *rec)
{
	const struct record_relay_proxy *r = &rec->u.relay_proxy;

	out_put(o, "dhcp-proxy%s", r->addr != 0 ? "=" : "");
	if (r->addr != 0)
		out_ip4(o, r->addr);
	out_end(o);
}

static void
print_ignore(struct out *o, const struct record *rec)
{
	const struct record_ignore *i = &rec->u.ignore;

	out_put(o, "dhcp-ignore=");
	put_tags(o, "tag:", &i->tags);
	out_end(o);
}

static void
print_store(struct out *o, const struct record *rec)
{
	const struct record_store *s = &rec->u.store;

	if (strcmp(s->path, RECORD_STORE_PATH) != 0)
		out_value(o, "dhcp-leasefile", s->path);
}

static void (*const printers[RECORD_KIND_MAX])(
    struct out *, const struct record *) = {
	[RECORD_INTERFACE] = print_interface,
	[RECORD_RANGE] = print_range,
	[RECORD_HOST] = print_host,
	[RECORD_OPTION] = print_option,
	[RECORD_BOOT] = print_boot,
	[RECORD_MATCH] = print_match,
	[RECORD_TAGIF] = print_tagif,
	[RECORD_IGNORE] = print_ignore,
	[RECORD_DHCP] = print_dhcp,
	[RECORD_TFTP] = print_tftp,
	[RECORD_STORE] = print_store,
	[RECORD_DAEMON] = print_daemon,
	[RECORD_TFTP_ROOT] = print_tftp_root,
	[RECORD_TFTP_CLIENT] = print_tftp_client,
	[RECORD_SERVICE] = print_service,
	[RECORD_PROMPT] = print_prompt,
	[RECORD_PXE_STYLE] = print_pxe_style,
	[RECORD_SUBOPTION] = print_suboption,
	[RECORD_REPLY_DELAY] = print_reply_delay,
	[RECORD_CHOICE] = print_choice,
	[RECORD_PXE_VENDOR] = print_pxe_vendor,
	[RECORD_RELAY_PROXY] = print_relay_proxy,
	[RECORD_SHARED] = print_shared,
	[RECORD_VERIFY] = print_verify,
	[RECORD_VERIFY_KEY] = print_verify_key,
	[RECORD_VERIFY_EXEMPT] = print_verify_exempt,
	[RECORD_HTTP] = print_http,
};

char *
print_record(char *dst, size_t dstsz, const struct record *rec)
{
	struct out o = { .p = dst, .cap = dstsz };

	dst[0] = '\0';
	if (rec->kind >= RECORD_KIND_MAX || printers[rec->kind] == NULL)
		return NULL;
	printers[rec->kind](&o, rec);
	return o.failed ? NULL : dst;
}
