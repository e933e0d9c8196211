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
conf_why(char *why, const char *text)
{
	(void)snprintf(why, CONF_WHY_MAX, "%s", text);
	return -1;
}

static int
conf_no_memory(char *why)
{
	return conf_why(why, "no memory for this configuration");
}

/* Any CONF_LIST. */
struct list {
	uint8_t *v;
	size_t n, cap;
};

static struct list
list_get(const struct dhcp_conf *c, size_t offset)
{
	struct list l;

	memcpy(&l, (const uint8_t *)c + offset, sizeof(l));
	return l;
}

/* A zeroed element at the end of a list, or NULL. */
static void *
list_add(struct dhcp_conf *c, size_t offset, size_t size)
{
	struct list l = list_get(c, offset);
	uint8_t *v;

	if (grow_array(&l.v, &l.cap, l.n + 1, size) == -1)
		return NULL;
	v = l.v + l.n++ * size;
	memset(v, 0, size);
	memcpy((uint8_t *)c + offset, &l, sizeof(l));
	return v;
}

/* A list of struct dhcp_conf: its offset, and the size of its elements. */
#define LIST(name)                        \
	offsetof(struct dhcp_conf, name), \
	    sizeof(*((struct dhcp_conf *)NULL)->name.v)

/* A string in the arena; NULL without memory.  Most are empty. */
static const char *
conf_string(struct dhcp_conf *c, const char *s)
{
	return s[0] == '\0' ? "" : arena_copy(&c->arena, s, strlen(s) + 1);
}

static int
conf_tags(struct dhcp_conf *c, const struct record_tags *r, struct tagtests *t)
{
	return tags_compile(&c->tags, r, false, t);
}

/* Tags that a line sets. */
static int
conf_sets(struct dhcp_conf *c, const struct record_tags *r,
    const uint32_t **set, uint8_t *nset)
{
	uint32_t *ids = arena_alloc(&c->arena, r->n * sizeof(*ids));
	uint8_t i;

	for (i = 0; ids != NULL && i < r->n; i++)
		if ((ids[i] = tags_intern(&c->tags, r->tag[i].name)) ==
		    TAGS_NONE)
			return -1;
	*set = ids;
	*nset = r->n;
	return ids == NULL ? -1 : 0;
}

/*
 * Each of these fills in a new element of a list, which is zeroed, from its
 * record; -1 without memory.
 */
static int
fill_range(struct dhcp_conf *c, void *element, const struct record *rec)
{
	const struct record_range *r = &rec->u.range;
	struct conf_range *g = element;

	g->mode = r->mode;
	g->start = r->start;
	g->end = r->end;
	g->mask = r->mask;
	g->broadcast = r->broadcast;
	g->lease_s = r->lease_s;
	g->set = TAGS_NONE;
	if (conf_tags(c, &r->tags, &g->tags) == -1)
		return -1;
	if (r->set[0] != '\0' &&
	    (g->set = tags_intern(&c->tags, r->set)) == TAGS_NONE)
		return -1;
	return 0;
}

/*
 * The host name of a dhcp-host line: its first label in lower case, as names of
 * DNS have no case, and clients learn the domain by option 15.
 */
static const char *
host_label(struct dhcp_conf *c, const char *name)
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
fill_host(struct dhcp_conf *c, void *element, const struct record *rec)
{
	const struct record_host *r = &rec->u.host;
	struct conf_host *h = element;

	h->ignored = r->ignore ? IGNORED : NULL;
	h->any_id = r->any_id;
	h->nmac = r->nmac;
	h->mac = arena_copy(&c->arena, r->mac, r->nmac * sizeof(r->mac[0]));
	h->next_mac = arena_alloc(&c->arena, r->nmac * sizeof(h->next_mac[0]));
	h->idlen = r->idlen;
	h->id = arena_copy(&c->arena, r->id, r->idlen);
	h->addr = r->addr;
	h->name = host_label(c, r->name);
	h->lease_s = r->lease_s;
	if (h->mac == NULL || h->next_mac == NULL || h->id == NULL ||
	    h->name == NULL || conf_tags(c, &r->tags, &h->tags) == -1)
		return -1;
	return conf_sets(c, &r->set, &h->set, &h->nset);
}

static int
fill_option(struct dhcp_conf *c, void *element, const struct record *rec)
{
	const struct record_option *r = &rec->u.option;
	struct conf_option *o = element;

	o->code = r->code;
	o->force = r->force;
	o->self = r->self;
	o->pxe = r->pxe;
	o->len = r->len;
	if ((o->data = arena_copy(&c->arena, r->data, r->len)) == NULL)
		return -1;
	return conf_tags(c, &r->tags, &o->tags);
}

static int
fill_suboption(struct dhcp_conf *c, void *element, const struct record *rec)
{
	const struct record_suboption *r = &rec->u.suboption;
	struct conf_suboption *s = element;

	s->how = r->how;
	s->code = r->code;
	s->force = r->force;
	s->pxe = r->pxe;
	s->len = r->len;
	s->outer = r->outer;
	s->class = conf_string(c, r->class);
	s->data = arena_copy(&c->arena, r->data, r->len);
	if (s->class == NULL || s->data == NULL)
		return -1;
	return conf_tags(c, &r->tags, &s->tags);
}

static int
fill_boot(struct dhcp_conf *c, void *element, const struct record *rec)
{
	const struct record_boot *r = &rec->u.boot;
	struct conf_boot *b = element;

	b->file = conf_string(c, r->file);
	b->sname = conf_string(c, r->sname);
	b->addr = r->addr;
	if (b->file == NULL || b->sname == NULL)
		return -1;
	return conf_tags(c, &r->tags, &b->tags);
}

static int
fill_service(struct dhcp_conf *c, void *element, const struct record *rec)
{
	const struct record_service *r = &rec->u.service;
	struct conf_service *s = element;

	s->arch = r->arch;
	s->type = r->type;
	s->text = conf_string(c, r->text);
	s->file = conf_string(c, r->file);
	s->addr = r->addr;
	if (s->text == NULL || s->file == NULL)
		return -1;
	return conf_tags(c, &r->tags, &s->tags);
}

static int
fill_prompt(struct dhcp_conf *c, void *element, const struct record *rec)
{
	const struct record_prompt *r = &rec->u.prompt;
	struct conf_prompt *p = element;

	p->seconds = r->seconds;
	if ((p->text = conf_string(c, r->text)) == NULL)
		return -1;
	return conf_tags(c, &r->tags, &p->tags);
}

static int
fill_pxe_style(struct dhcp_conf *c, void *element, const struct record *rec)
{
	struct conf_pxe_style *s = element;

	s->how = rec->u.pxe_style.how;
	return conf_tags(c, &rec->u.pxe_style.tags, &s->tags);
}

static int
fill_match(struct dhcp_conf *c, void *element, const struct record *rec)
{
	const struct record_match *r = &rec->u.match;
	struct conf_match *m = element;

	m->how = r->how;
	m->code = r->code;
	m->width = r->width;
	m->number = r->number;
	m->len = r->len;
	m->data = arena_copy(&c->arena, r->data, r->len);
	m->wild = arena_copy(&c->arena, r->wild, r->len);
	m->mac = r->mac;
	m->set = tags_intern(&c->tags, r->set);
	return m->data == NULL || m->wild == NULL || m->set == TAGS_NONE ? -1
									 : 0;
}

static int
fill_tagif(struct dhcp_conf *c, void *element, const struct record *rec)
{
	const struct record_tagif *r = &rec->u.tagif;
	struct conf_tagif *t = element;

	if (tags_compile(&c->tags, &r->tags, true, &t->tags) == -1)
		return -1;
	return conf_sets(c, &r->set, &t->set, &t->nset);
}

static int
fill_ignore(struct dhcp_conf *c, void *element, const struct record *rec)
{
	struct conf_ignore *i = element;

	i->ignored = IGNORED;
	return conf_tags(c, &rec->u.ignore.tags, &i->tags);
}

static int
fill_reply_delay(struct dhcp_conf *c, void *element, const struct record *rec)
{
	struct conf_reply_delay *d = element;

	d->seconds = rec->u.reply_delay.seconds;
	return conf_tags(c, &rec->u.reply_delay.tags, &d->tags);
}

static int
fill_choice(struct dhcp_conf *c, void *element, const struct record *rec)
{
	struct conf_choice *k = element;

	k->of = rec->u.choice.of;
	return conf_tags(c, &rec->u.choice.tags, &k->tags);
}

static int
fill_file(struct dhcp_conf *c, void *element, const struct record *rec)
{
	const char **path = element;

	*path = conf_string(c, rec->u.file.path);
	return *path == NULL ? -1 : 0;
}

static int
fill_pxe_vendor(struct dhcp_conf *c, void *element, const struct record *rec)
{
	const char **class = element;

	*class = conf_string(c, rec->u.pxe_vendor.class);
	return *class == NULL ? -1 : 0;
}

static int
fill_relay_proxy(struct dhcp_conf *c, void *element, const struct record *rec)
{
	uint32_t *addr = element;

	(void)c;
	*addr = rec->u.relay_proxy.addr;
	return 0;
}

static int
fill_shared(struct dhcp_conf *c, void *element, const struct record *rec)
{
	struct record_shared *s = element;

	(void)c;
	*s = rec->u.shared;
	return 0;
}

/* The lists of records, by kind. */
static const struct {
	size_t offset;
	size_t size;
	int (*fill)(struct dhcp_conf *, void *, const struct record *);
} lists[RECORD_KIND_MAX] = {
	[RECORD_RANGE] = { LIST(ranges), fill_range },
	[RECORD_HOST] = { LIST(hosts), fill_host },
	[RECORD_OPTION] = { LIST(options), fill_option },
	[RECORD_BOOT] = { LIST(boots), fill_boot },
	[RECORD_MATCH] = { LIST(matches), fill_match },
	[RECORD_TAGIF] = { LIST(tagifs), fill_tagif },
	[RECORD_IGNORE] = { LIST(ignores), fill_ignore },
	[RECORD_SERVICE] = { LIST(services), fill_service },
	[RECORD_PROMPT] = { LIST(prompts), fill_prompt },
	[RECORD_PXE_STYLE] = { LIST(pxe_styles), fill_pxe_style },
	[RECORD_SUBOPTION] = { LIST(suboptions), fill_suboption },
	[RECORD_REPLY_DELAY] = { LIST(reply_delays), fill_reply_delay },
	[RECORD_FILE] = { LIST(files), fill_file },
	[RECORD_CHOICE] = { LIST(choices), fill_choice },
	[RECORD_PXE_VENDOR] = { LIST(pxe_vendors), fill_pxe_vendor },
	[RECORD_RELAY_PROXY] = { LIST(relay_proxies), fill_relay_proxy },
	[RECORD_SHARED] = { LIST(shared), fill_shared },
};

/* The usual ports, without dhcp-alternate-port. */
static void
conf_ports(struct dhcp_conf *c)
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
	conf_ports(c);
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
	for (i = 0; i < RECORD_KIND_MAX; i++) {
		if (lists[i].fill != NULL)
			free(list_get(c, lists[i].offset).v);
		free(c->places[i].v);
	}
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

/* The line of the record before it, if that is in a list. */
static int
conf_place(struct dhcp_conf *c, const struct record_place *r)
{
	char file[RECORD_PATH_MAX], text[sizeof(file) + 32];
	const char **ignored = NULL;
	struct conf_place *p;
	uint32_t i;

	if (lists[c->last].fill == NULL || r->file >= c->files.n)
		return 0;
	if ((p = list_add(c, LIST(places[c->last]))) == NULL)
		return -1;
	i = (uint32_t)(list_get(c, lists[c->last].offset).n - 1);
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
	*ignored = conf_string(c, text);
	return *ignored == NULL ? -1 : 0;
}

static int
conf_take(struct dhcp_conf *c, const struct record *rec)
{
	void *element;

	switch (rec->kind) {
	case RECORD_PLACE:
		return conf_place(c, &rec->u.place);
	case RECORD_HTTP:
		c->http = rec->u.http;
		return 0;
	case RECORD_DHCP:
		c->dhcp = rec->u.dhcp;
		conf_ports(c);
		return 0;
	default:
		break;
	}
	if (lists[rec->kind].fill == NULL)
		return 0; /* for other roles */
	element = list_add(c, lists[rec->kind].offset, lists[rec->kind].size);
	return element == NULL ? -1 : lists[rec->kind].fill(c, element, rec);
}

int
dhcp_conf_record(struct dhcp_conf *c, const struct record *rec, char *why)
{
	const struct record_range *r = &rec->u.range;

	if (rec->kind == RECORD_RANGE && r->mode == RECORD_RANGE_DYNAMIC &&
	    r->end - r->start >= CONF_RANGE_MAX)
		return conf_why(
		    why, "dhcp-range has more than 16777216 addresses");
	if (conf_take(c, rec) == -1)
		return conf_no_memory(why);
	if (rec->kind != RECORD_FILE)
		c->last = rec->kind;
	return 0;
}

int
dhcp_conf_iface(struct dhcp_conf *c, const struct iface *i, char *why)
{
	struct conf_iface *ci;
	uint32_t *own;
	uint8_t n;

	for (n = 0; n < i->naddrs; n++) {
		if ((own = list_add(c, LIST(own))) == NULL)
			return conf_no_memory(why);
		*own = i->addr[n].addr;
	}
	if (!i->dhcp)
		return 0;
	if ((ci = list_add(c, LIST(ifaces))) == NULL)
		return conf_no_memory(why);
	ci->i = *i;
	ci->tag = tags_intern(&c->tags, i->name);
	return ci->tag == TAGS_NONE ? conf_no_memory(why) : 0;
}

int
dhcp_conf_finish(struct dhcp_conf *c, char *why)
{
	if (dhcp_conf_index(c) == -1 || conf_range_nets(c) == -1 ||
	    conf_range_bitmaps(c) == -1)
		return conf_no_memory(why);
	return 0;
}
