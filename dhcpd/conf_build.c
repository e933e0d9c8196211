/* SPDX-License-Identifier: ISC */
/* Building the configuration from records and interfaces. */
#include "dhcpd/conf_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/grow.h"
#include "daemon/log.h"
#include "dhcpd/conf_index.h"
#include "dhcpd/conf_range.h"

#define IGNORED "ignored"
#define SERVER_PORT 67 /* RFC 2131 4.1 */
#define CLIENT_PORT 68

static int
dhcp_conf_why(char *why, const char *text)
{
	(void)snprintf(why, CONF_WHY_MAX, "%s", text);
	return -1;
}

static int
dhcp_conf_no_memory(char *why)
{
	return dhcp_conf_why(why, "no memory for this configuration");
}

/* A zeroed element at the end of a list, or NULL. */
static void *
list_add(void *list, size_t size)
{
	CONF_LIST(uint8_t) l;
	uint8_t *v;

	memcpy(&l, list, sizeof(l));
	if (grow_array(&l.v, &l.cap, l.n + 1, size) == -1)
		return NULL;
	v = l.v + l.n++ * size;
	memset(v, 0, size);
	memcpy(list, &l, sizeof(l));
	return v;
}

#define LIST_ADD(list) list_add(&(list), sizeof(*(list).v))

/* The usual ports, without dhcp-alternate-port. */
static void
dhcp_conf_ports(struct dhcp_conf *c)
{
	if (c->dhcp.server_port != 0)
		return;
	c->dhcp.server_port = SERVER_PORT;
	c->dhcp.client_port = CLIENT_PORT;
}

struct dhcp_conf *
dhcp_conf_new(void)
{
	struct dhcp_conf *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	dhcp_conf_ports(c);
	c->tag_known = tags_intern(&c->tags, "known");
	c->tag_known_other = tags_intern(&c->tags, "known-othernet");
	c->tag_bootp = tags_intern(&c->tags, "bootp");
	if (c->tag_known == TAGS_NONE || c->tag_known_other == TAGS_NONE ||
	    c->tag_bootp == TAGS_NONE) {
		dhcp_conf_free(c);
		return NULL;
	}
	return c;
}

void
dhcp_conf_free(struct dhcp_conf *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->ranges.n; i++) {
		free(c->ranges.v[i].fixed);
		free(c->ranges.v[i].used);
	}
	for (i = 0; i < c->ifaces.n; i++)
		free(c->ifaces.v[i].net);
	free(c->ifaces.v);
	free(c->ranges.v);
	free(c->hosts.v);
	free(c->options.v);
	free(c->suboptions.v);
	free(c->boots.v);
	free(c->services.v);
	free(c->prompts.v);
	free(c->pxe_styles.v);
	free(c->matches.v);
	free(c->tagifs.v);
	free(c->ignores.v);
	free(c->reply_delays.v);
	free(c->choices.v);
	free(c->pxe_vendors.v);
	free(c->relay_proxies.v);
	free(c->shared.v);
	for (i = 0; i < RECORD_KIND_MAX; i++)
		free(c->places[i].v);
	free(c->files.v);
	free(c->own.v);
	free(c->wild.v);
	free(c->by_id);
	free(c->by_addr);
	free(c->by_name);
	free(c->by_mac);
	free(c->by_own);
	free(c->options_by_tag.head);
	free(c->options_by_tag.next);
	free(c->boots_by_tag.head);
	free(c->boots_by_tag.next);
	free(c->relayed);
	free(c->set_words);
	tags_free(&c->tags);
	arena_free(&c->arena);
	free(c);
}

/* A string in the arena; NULL without memory.  Most are empty. */
static const char *
dhcp_conf_string(struct dhcp_conf *c, const char *s)
{
	return s[0] == '\0' ? "" : arena_copy(&c->arena, s, strlen(s) + 1);
}

/* Tags that a line sets. */
static int
dhcp_conf_sets(struct dhcp_conf *c, const struct record_tags *r,
    const uint32_t **set, uint8_t *nset, char *why)
{
	uint32_t *ids = arena_alloc(&c->arena, r->n * sizeof(*ids));
	uint8_t i;

	if (ids == NULL)
		return dhcp_conf_no_memory(why);
	for (i = 0; i < r->n; i++) {
		ids[i] = tags_intern(&c->tags, r->tag[i].name);
		if (ids[i] == TAGS_NONE)
			return dhcp_conf_no_memory(why);
	}
	*set = ids;
	*nset = r->n;
	return 0;
}

static int
dhcp_conf_range_add(
    struct dhcp_conf *c, const struct record_range *r, char *why)
{
	struct conf_range *g;

	if (r->mode == RECORD_RANGE_DYNAMIC &&
	    r->end - r->start >= CONF_RANGE_MAX)
		return dhcp_conf_why(
		    why, "dhcp-range has more than 16777216 addresses");
	if ((g = LIST_ADD(c->ranges)) == NULL)
		return dhcp_conf_no_memory(why);
	g->mode = r->mode;
	g->start = r->start;
	g->end = r->end;
	g->mask = r->mask;
	g->broadcast = r->broadcast;
	g->lease_s = r->lease_s;
	g->set = TAGS_NONE;
	if (tags_compile(&c->tags, &r->tags, false, &g->tags) == -1)
		return dhcp_conf_no_memory(why);
	if (r->set[0] != '\0' &&
	    (g->set = tags_intern(&c->tags, r->set)) == TAGS_NONE)
		return dhcp_conf_no_memory(why);
	return 0;
}

/*
 * The host name of a dhcp-host line: its first label in lower case, as names of
 * DNS have no case, and clients learn the domain by option 15.
 */
static const char *
dhcp_conf_label(struct dhcp_conf *c, const char *name)
{
	size_t i, n = strcspn(name, ".");
	char *label;

	if (n == 0)
		return "";
	if ((label = arena_alloc(&c->arena, n + 1)) == NULL)
		return NULL;
	for (i = 0; i < n; i++)
		label[i] = name[i] >= 'A' && name[i] <= 'Z'
			       ? (char)(name[i] | 0x20)
			       : name[i];
	label[n] = '\0';
	return label;
}

static int
dhcp_conf_host_add(struct dhcp_conf *c, const struct record_host *r, char *why)
{
	struct conf_host *h = LIST_ADD(c->hosts);

	if (h == NULL)
		return dhcp_conf_no_memory(why);
	h->ignored = r->ignore ? IGNORED : NULL;
	h->any_id = r->any_id;
	h->nmac = r->nmac;
	h->mac = arena_copy(&c->arena, r->mac, r->nmac * sizeof(r->mac[0]));
	h->next_mac = arena_alloc(&c->arena, r->nmac * sizeof(h->next_mac[0]));
	h->idlen = r->idlen;
	h->id = arena_copy(&c->arena, r->id, r->idlen);
	h->addr = r->addr;
	h->name = dhcp_conf_label(c, r->name);
	h->lease_s = r->lease_s;
	if (h->mac == NULL || h->next_mac == NULL || h->id == NULL ||
	    h->name == NULL ||
	    tags_compile(&c->tags, &r->tags, false, &h->tags) == -1)
		return dhcp_conf_no_memory(why);
	return dhcp_conf_sets(c, &r->set, &h->set, &h->nset, why);
}

static int
dhcp_conf_option_add(
    struct dhcp_conf *c, const struct record_option *r, char *why)
{
	struct conf_option *o = LIST_ADD(c->options);

	if (o == NULL)
		return dhcp_conf_no_memory(why);
	o->code = r->code;
	o->force = r->force;
	o->self = r->self;
	o->pxe = r->pxe;
	o->len = r->len;
	o->data = arena_copy(&c->arena, r->data, r->len);
	if (o->data == NULL ||
	    tags_compile(&c->tags, &r->tags, false, &o->tags) == -1)
		return dhcp_conf_no_memory(why);
	return 0;
}

static int
dhcp_conf_suboption_add(
    struct dhcp_conf *c, const struct record_suboption *r, char *why)
{
	struct conf_suboption *s = LIST_ADD(c->suboptions);

	if (s == NULL)
		return dhcp_conf_no_memory(why);
	s->how = r->how;
	s->code = r->code;
	s->force = r->force;
	s->pxe = r->pxe;
	s->len = r->len;
	s->outer = r->outer;
	s->class = dhcp_conf_string(c, r->class);
	s->data = arena_copy(&c->arena, r->data, r->len);
	if (s->class == NULL || s->data == NULL ||
	    tags_compile(&c->tags, &r->tags, false, &s->tags) == -1)
		return dhcp_conf_no_memory(why);
	return 0;
}

static int
dhcp_conf_boot_add(struct dhcp_conf *c, const struct record_boot *r, char *why)
{
	struct conf_boot *b = LIST_ADD(c->boots);

	if (b == NULL)
		return dhcp_conf_no_memory(why);
	b->file = dhcp_conf_string(c, r->file);
	b->sname = dhcp_conf_string(c, r->sname);
	b->addr = r->addr;
	if (b->file == NULL || b->sname == NULL ||
	    tags_compile(&c->tags, &r->tags, false, &b->tags) == -1)
		return dhcp_conf_no_memory(why);
	return 0;
}

static int
dhcp_conf_service_add(
    struct dhcp_conf *c, const struct record_service *r, char *why)
{
	struct conf_service *s = LIST_ADD(c->services);

	if (s == NULL)
		return dhcp_conf_no_memory(why);
	s->arch = r->arch;
	s->type = r->type;
	s->text = dhcp_conf_string(c, r->text);
	s->file = dhcp_conf_string(c, r->file);
	s->addr = r->addr;
	if (s->text == NULL || s->file == NULL ||
	    tags_compile(&c->tags, &r->tags, false, &s->tags) == -1)
		return dhcp_conf_no_memory(why);
	return 0;
}

static int
dhcp_conf_prompt_add(
    struct dhcp_conf *c, const struct record_prompt *r, char *why)
{
	struct conf_prompt *p = LIST_ADD(c->prompts);

	if (p == NULL)
		return dhcp_conf_no_memory(why);
	p->text = dhcp_conf_string(c, r->text);
	p->seconds = r->seconds;
	if (p->text == NULL ||
	    tags_compile(&c->tags, &r->tags, false, &p->tags) == -1)
		return dhcp_conf_no_memory(why);
	return 0;
}

static int
dhcp_conf_pxe_style_add(
    struct dhcp_conf *c, const struct record_pxe_style *r, char *why)
{
	struct conf_pxe_style *s = LIST_ADD(c->pxe_styles);

	if (s == NULL)
		return dhcp_conf_no_memory(why);
	s->how = r->how;
	if (tags_compile(&c->tags, &r->tags, false, &s->tags) == -1)
		return dhcp_conf_no_memory(why);
	return 0;
}

static int
dhcp_conf_match_add(
    struct dhcp_conf *c, const struct record_match *r, char *why)
{
	struct conf_match *m = LIST_ADD(c->matches);

	if (m == NULL)
		return dhcp_conf_no_memory(why);
	m->how = r->how;
	m->code = r->code;
	m->width = r->width;
	m->number = r->number;
	m->len = r->len;
	m->data = arena_copy(&c->arena, r->data, r->len);
	m->wild = arena_copy(&c->arena, r->wild, r->len);
	m->mac = r->mac;
	m->set = tags_intern(&c->tags, r->set);
	if (m->data == NULL || m->wild == NULL || m->set == TAGS_NONE)
		return dhcp_conf_no_memory(why);
	return 0;
}

static int
dhcp_conf_tagif_add(
    struct dhcp_conf *c, const struct record_tagif *r, char *why)
{
	struct conf_tagif *t = LIST_ADD(c->tagifs);

	if (t == NULL)
		return dhcp_conf_no_memory(why);
	if (tags_compile(&c->tags, &r->tags, true, &t->tags) == -1)
		return dhcp_conf_no_memory(why);
	return dhcp_conf_sets(c, &r->set, &t->set, &t->nset, why);
}

static int
dhcp_conf_ignore_add(
    struct dhcp_conf *c, const struct record_ignore *r, char *why)
{
	struct conf_ignore *i = LIST_ADD(c->ignores);

	if (i == NULL)
		return dhcp_conf_no_memory(why);
	i->ignored = IGNORED;
	if (tags_compile(&c->tags, &r->tags, false, &i->tags) == -1)
		return dhcp_conf_no_memory(why);
	return 0;
}

static int
dhcp_conf_choice_add(
    struct dhcp_conf *c, const struct record_choice *r, char *why)
{
	struct conf_choice *k = LIST_ADD(c->choices);

	if (k == NULL ||
	    tags_compile(&c->tags, &r->tags, false, &k->tags) == -1)
		return dhcp_conf_no_memory(why);
	k->of = r->of;
	return 0;
}

static int
dhcp_conf_relay_proxy_add(
    struct dhcp_conf *c, const struct record_relay_proxy *r, char *why)
{
	uint32_t *addr = LIST_ADD(c->relay_proxies);

	if (addr == NULL)
		return dhcp_conf_no_memory(why);
	*addr = r->addr;
	return 0;
}

static int
dhcp_conf_shared_add(
    struct dhcp_conf *c, const struct record_shared *r, char *why)
{
	struct record_shared *s = LIST_ADD(c->shared);

	if (s == NULL)
		return dhcp_conf_no_memory(why);
	*s = *r;
	return 0;
}

static int
dhcp_conf_pxe_vendor_add(
    struct dhcp_conf *c, const struct record_pxe_vendor *r, char *why)
{
	const char **v = LIST_ADD(c->pxe_vendors);

	if (v == NULL || (*v = dhcp_conf_string(c, r->class)) == NULL)
		return dhcp_conf_no_memory(why);
	return 0;
}

static int
dhcp_conf_reply_delay_add(
    struct dhcp_conf *c, const struct record_reply_delay *r, char *why)
{
	struct conf_reply_delay *d = LIST_ADD(c->reply_delays);

	if (d == NULL)
		return dhcp_conf_no_memory(why);
	d->seconds = r->seconds;
	if (tags_compile(&c->tags, &r->tags, false, &d->tags) == -1)
		return dhcp_conf_no_memory(why);
	return 0;
}

static int
dhcp_conf_file_add(struct dhcp_conf *c, const struct record_file *r, char *why)
{
	const char **f = LIST_ADD(c->files);

	if (f == NULL || (*f = dhcp_conf_string(c, r->path)) == NULL)
		return dhcp_conf_no_memory(why);
	return 0;
}

/* The number of the last line of a kind in its list; CONF_NONE: none. */
static uint32_t
dhcp_conf_last(const struct dhcp_conf *c, uint8_t kind)
{
	const size_t n[RECORD_KIND_MAX] = {
		[RECORD_RANGE] = c->ranges.n,
		[RECORD_HOST] = c->hosts.n,
		[RECORD_OPTION] = c->options.n,
		[RECORD_SUBOPTION] = c->suboptions.n,
		[RECORD_BOOT] = c->boots.n,
		[RECORD_SERVICE] = c->services.n,
		[RECORD_PROMPT] = c->prompts.n,
		[RECORD_PXE_STYLE] = c->pxe_styles.n,
		[RECORD_MATCH] = c->matches.n,
		[RECORD_TAGIF] = c->tagifs.n,
		[RECORD_IGNORE] = c->ignores.n,
		[RECORD_CHOICE] = c->choices.n,
		[RECORD_PXE_VENDOR] = c->pxe_vendors.n,
		[RECORD_RELAY_PROXY] = c->relay_proxies.n,
		[RECORD_SHARED] = c->shared.n,
		[RECORD_REPLY_DELAY] = c->reply_delays.n,
	};

	return n[kind] == 0 ? CONF_NONE : (uint32_t)(n[kind] - 1);
}

/* The line of the record before it. */
static int
dhcp_conf_place_add(
    struct dhcp_conf *c, const struct record_place *r, char *why)
{
	char file[RECORD_PATH_MAX], text[sizeof(file) + 32];
	const char **ignored = NULL;
	uint32_t i = dhcp_conf_last(c, c->last);
	struct conf_place *p;

	if (i == CONF_NONE || r->file >= c->files.n)
		return 0;
	if ((p = LIST_ADD(c->places[c->last])) == NULL)
		return dhcp_conf_no_memory(why);
	p->file = c->files.v[r->file];
	p->index = i;
	p->line = r->line;
	if (c->last == RECORD_HOST)
		ignored = &c->hosts.v[i].ignored;
	else if (c->last == RECORD_IGNORE)
		ignored = &c->ignores.v[i].ignored;
	if (ignored == NULL || *ignored == NULL)
		return 0;
	(void)log_escape(file, sizeof(file), p->file, strlen(p->file));
	(void)snprintf(text, sizeof(text), IGNORED " by %s:%u", file, p->line);
	*ignored = dhcp_conf_string(c, text);
	return *ignored == NULL ? dhcp_conf_no_memory(why) : 0;
}

static int
dhcp_conf_record_add(struct dhcp_conf *c, const struct record *rec, char *why)
{
	switch (rec->kind) {
	case RECORD_RANGE:
		return dhcp_conf_range_add(c, &rec->u.range, why);
	case RECORD_HOST:
		return dhcp_conf_host_add(c, &rec->u.host, why);
	case RECORD_OPTION:
		return dhcp_conf_option_add(c, &rec->u.option, why);
	case RECORD_BOOT:
		return dhcp_conf_boot_add(c, &rec->u.boot, why);
	case RECORD_SUBOPTION:
		return dhcp_conf_suboption_add(c, &rec->u.suboption, why);
	case RECORD_SERVICE:
		return dhcp_conf_service_add(c, &rec->u.service, why);
	case RECORD_PROMPT:
		return dhcp_conf_prompt_add(c, &rec->u.prompt, why);
	case RECORD_PXE_STYLE:
		return dhcp_conf_pxe_style_add(c, &rec->u.pxe_style, why);
	case RECORD_MATCH:
		return dhcp_conf_match_add(c, &rec->u.match, why);
	case RECORD_TAGIF:
		return dhcp_conf_tagif_add(c, &rec->u.tagif, why);
	case RECORD_IGNORE:
		return dhcp_conf_ignore_add(c, &rec->u.ignore, why);
	case RECORD_REPLY_DELAY:
		return dhcp_conf_reply_delay_add(c, &rec->u.reply_delay, why);
	case RECORD_FILE:
		return dhcp_conf_file_add(c, &rec->u.file, why);
	case RECORD_CHOICE:
		return dhcp_conf_choice_add(c, &rec->u.choice, why);
	case RECORD_RELAY_PROXY:
		return dhcp_conf_relay_proxy_add(c, &rec->u.relay_proxy, why);
	case RECORD_SHARED:
		return dhcp_conf_shared_add(c, &rec->u.shared, why);
	case RECORD_PXE_VENDOR:
		return dhcp_conf_pxe_vendor_add(c, &rec->u.pxe_vendor, why);
	case RECORD_PLACE:
		return dhcp_conf_place_add(c, &rec->u.place, why);
	case RECORD_HTTP:
		c->http = rec->u.http;
		return 0;
	case RECORD_DHCP:
		c->dhcp = rec->u.dhcp;
		dhcp_conf_ports(c);
		return 0;
	default:
		return 0; /* for other roles */
	}
}

int
dhcp_conf_record(struct dhcp_conf *c, const struct record *rec, char *why)
{
	int r = dhcp_conf_record_add(c, rec, why);

	if (rec->kind != RECORD_FILE)
		c->last = rec->kind;
	return r;
}

int
dhcp_conf_iface(struct dhcp_conf *c, const struct iface *i, char *why)
{
	struct conf_iface *ci;
	uint32_t *own;
	uint8_t n;

	for (n = 0; n < i->naddrs; n++) {
		if ((own = LIST_ADD(c->own)) == NULL)
			return dhcp_conf_no_memory(why);
		*own = i->addr[n].addr;
	}
	if (!i->dhcp)
		return 0;
	if ((ci = LIST_ADD(c->ifaces)) == NULL)
		return dhcp_conf_no_memory(why);
	ci->i = *i;
	ci->tag = tags_intern(&c->tags, i->name);
	return ci->tag == TAGS_NONE ? dhcp_conf_no_memory(why) : 0;
}

int
dhcp_conf_finish(struct dhcp_conf *c, char *why)
{
	if (dhcp_conf_index(c) == -1 || conf_range_nets(c) == -1 ||
	    conf_range_bitmaps(c) == -1)
		return dhcp_conf_no_memory(why);
	return 0;
}
