/* SPDX-License-Identifier: ISC */
/* Building the configuration from records and interfaces. */
#include "dhcpd/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/endpoint.h"

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

/* A zeroed element at the end of a list, or NULL. */
static void *
list_add(void *list, size_t size)
{
	CONF_LIST(uint8_t) l;
	uint8_t *v;

	memcpy(&l, list, sizeof(l));
	if (l.n == l.cap) {
		size_t cap = l.cap == 0 ? 16 : l.cap * 2;

		if ((v = reallocarray(l.v, cap, size)) == NULL)
			return NULL;
		l.v = v;
		l.cap = cap;
	}
	v = l.v + l.n++ * size;
	memset(v, 0, size);
	memcpy(list, &l, sizeof(l));
	return v;
}

#define LIST_ADD(list) list_add(&(list), sizeof(*(list).v))

struct dhcp_conf *
dhcp_conf_new(void)
{
	struct dhcp_conf *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->tag_known = tags_intern(&c->tags, "known");
	c->tag_known_other = tags_intern(&c->tags, "known-othernet");
	c->tag_bootp = tags_intern(&c->tags, "bootp");
	if (c->tag_bootp == TAGS_NONE) {
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
	free(c->boots.v);
	free(c->matches.v);
	free(c->tagifs.v);
	free(c->ignores.v);
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
conf_string(struct dhcp_conf *c, const char *s)
{
	return s[0] == '\0' ? "" : arena_copy(&c->arena, s, strlen(s) + 1);
}

/* Tags that are set; "!" has no meaning there. */
static int
conf_sets(struct dhcp_conf *c, const struct record_tags *r,
    const uint32_t **set, uint8_t *nset, char *why)
{
	uint32_t *ids = arena_alloc(&c->arena, r->n * sizeof(*ids));
	uint8_t i;

	if (ids == NULL)
		return conf_no_memory(why);
	for (i = 0; i < r->n; i++) {
		ids[i] = tags_intern(&c->tags, r->tag[i].name);
		if (ids[i] == TAGS_NONE)
			return conf_no_memory(why);
	}
	*set = ids;
	*nset = r->n;
	return 0;
}

static int
conf_range_add(struct dhcp_conf *c, const struct record_range *r, char *why)
{
	struct conf_range *g;

	if (r->mode == RECORD_RANGE_DYNAMIC &&
	    r->end - r->start >= CONF_RANGE_MAX)
		return conf_why(
		    why, "a dhcp-range of more than 16777216 addresses");
	if ((g = LIST_ADD(c->ranges)) == NULL)
		return conf_no_memory(why);
	g->mode = r->mode;
	g->start = r->start;
	g->end = r->end;
	g->mask = r->mask;
	g->broadcast = r->broadcast;
	g->lease_s = r->lease_s;
	g->set = TAGS_NONE;
	if (tags_compile(&c->tags, &r->tags, false, &g->tags) == -1)
		return conf_no_memory(why);
	if (r->set[0] != '\0' &&
	    (g->set = tags_intern(&c->tags, r->set)) == TAGS_NONE)
		return conf_no_memory(why);
	return 0;
}

static int
conf_host_add(struct dhcp_conf *c, const struct record_host *r, char *why)
{
	struct conf_host *h = LIST_ADD(c->hosts);

	if (h == NULL)
		return conf_no_memory(why);
	h->ignore = r->ignore;
	h->any_id = r->any_id;
	h->nmac = r->nmac;
	h->mac = arena_copy(&c->arena, r->mac, r->nmac * sizeof(r->mac[0]));
	h->next_mac = arena_alloc(&c->arena, r->nmac * sizeof(h->next_mac[0]));
	h->idlen = r->idlen;
	h->id = arena_copy(&c->arena, r->id, r->idlen);
	h->addr = r->addr;
	h->name = conf_string(c, r->name);
	h->lease_s = r->lease_s;
	if (h->mac == NULL || h->next_mac == NULL || h->id == NULL ||
	    h->name == NULL ||
	    tags_compile(&c->tags, &r->tags, false, &h->tags) == -1)
		return conf_no_memory(why);
	return conf_sets(c, &r->set, &h->set, &h->nset, why);
}

static int
conf_option_add(struct dhcp_conf *c, const struct record_option *r, char *why)
{
	struct conf_option *o = LIST_ADD(c->options);

	if (o == NULL)
		return conf_no_memory(why);
	o->code = r->code;
	o->force = r->force;
	o->self = r->self;
	o->len = r->len;
	o->data = arena_copy(&c->arena, r->data, r->len);
	if (o->data == NULL ||
	    tags_compile(&c->tags, &r->tags, false, &o->tags) == -1)
		return conf_no_memory(why);
	return 0;
}

static int
conf_boot_add(struct dhcp_conf *c, const struct record_boot *r, char *why)
{
	struct conf_boot *b = LIST_ADD(c->boots);

	if (b == NULL)
		return conf_no_memory(why);
	b->file = conf_string(c, r->file);
	b->sname = conf_string(c, r->sname);
	b->addr = r->addr;
	if (b->file == NULL || b->sname == NULL ||
	    tags_compile(&c->tags, &r->tags, false, &b->tags) == -1)
		return conf_no_memory(why);
	return 0;
}

static int
conf_match_add(struct dhcp_conf *c, const struct record_match *r, char *why)
{
	struct conf_match *m = LIST_ADD(c->matches);

	if (m == NULL)
		return conf_no_memory(why);
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
		return conf_no_memory(why);
	return 0;
}

static int
conf_tagif_add(struct dhcp_conf *c, const struct record_tagif *r, char *why)
{
	struct conf_tagif *t = LIST_ADD(c->tagifs);

	if (t == NULL)
		return conf_no_memory(why);
	if (tags_compile(&c->tags, &r->tags, true, &t->tags) == -1)
		return conf_no_memory(why);
	return conf_sets(c, &r->set, &t->set, &t->nset, why);
}

static int
conf_ignore_add(struct dhcp_conf *c, const struct record_ignore *r, char *why)
{
	struct tagtests *t = LIST_ADD(c->ignores);

	if (t == NULL)
		return conf_no_memory(why);
	if (tags_compile(&c->tags, &r->tags, false, t) == -1)
		return conf_no_memory(why);
	return 0;
}

int
conf_record(struct dhcp_conf *c, const struct record *rec, char *why)
{
	switch (rec->kind) {
	case RECORD_RANGE:
		return conf_range_add(c, &rec->u.range, why);
	case RECORD_HOST:
		return conf_host_add(c, &rec->u.host, why);
	case RECORD_OPTION:
		return conf_option_add(c, &rec->u.option, why);
	case RECORD_BOOT:
		return conf_boot_add(c, &rec->u.boot, why);
	case RECORD_MATCH:
		return conf_match_add(c, &rec->u.match, why);
	case RECORD_TAGIF:
		return conf_tagif_add(c, &rec->u.tagif, why);
	case RECORD_IGNORE:
		return conf_ignore_add(c, &rec->u.ignore, why);
	case RECORD_DHCP:
		c->dhcp = rec->u.dhcp;
		return 0;
	default:
		return 0; /* for others */
	}
}

int
conf_iface(struct dhcp_conf *c, const struct iface *i, char *why)
{
	struct conf_iface *ci;
	uint32_t *own;
	uint8_t n;

	for (n = 0; n < i->naddrs; n++) {
		if ((own = LIST_ADD(c->own)) == NULL)
			return conf_no_memory(why);
		*own = i->addr[n].addr;
	}
	if (!i->dhcp)
		return 0;
	if ((ci = LIST_ADD(c->ifaces)) == NULL)
		return conf_no_memory(why);
	ci->i = *i;
	ci->tag = tags_intern(&c->tags, i->name);
	return ci->tag == TAGS_NONE ? conf_no_memory(why) : 0;
}

/*
 * The mask of a range that no interface has and that was written without
 * one: that of its address class, as dnsmasq guesses it.
 */
static uint32_t
conf_class_mask(const struct conf_range *g)
{
	uint32_t mask;

	if (g->start >> 31 == 0)
		mask = 0xff000000;
	else if (g->start >> 30 == 2)
		mask = 0xffff0000;
	else if (g->start >> 29 == 6)
		mask = 0xffffff00;
	else
		return 0;
	return conf_same_net(g->start, g->end, mask) ? mask : 0;
}

/* Ties a range to an interface address on whose net it lies. */
static void
conf_attach(
    struct conf_iface *ci, const struct iface_addr *a, struct conf_range *g)
{
	struct conf_net *n;
	size_t i;

	if (g->mask == 0 && conf_same_net(a->addr, g->start, a->mask) &&
	    conf_same_net(a->addr, g->end, a->mask)) {
		g->mask = a->mask;
		if (g->broadcast == 0)
			g->broadcast = a->broadcast;
	}
	if (g->mask == 0 || !conf_same_net(a->addr, g->start, g->mask) ||
	    !conf_same_net(a->addr, g->end, g->mask))
		return;
	g->attached = true;
	for (i = 0; i < ci->nnets; i++)
		if (ci->net[i].range == g)
			return; /* a second address on the same net */
	n = &ci->net[ci->nnets++];
	n->range = g;
	n->local = n->router = a->addr;
	n->mask = g->mask;
	n->broadcast = g->broadcast;
}

static int
conf_nets(struct dhcp_conf *c, char *why)
{
	size_t i, j;
	uint8_t a;

	for (i = 0; i < c->ifaces.n; i++) {
		struct conf_iface *ci = &c->ifaces.v[i];

		ci->net = calloc(c->ranges.n + 1, sizeof(*ci->net));
		if (ci->net == NULL)
			return conf_no_memory(why);
		for (j = 0; j < c->ranges.n; j++)
			for (a = 0; a < ci->i.naddrs; a++)
				conf_attach(
				    ci, &ci->i.addr[a], &c->ranges.v[j]);
	}
	for (j = 0; j < c->ranges.n; j++) {
		struct conf_range *g = &c->ranges.v[j];

		if (g->mask == 0)
			g->mask = conf_class_mask(g);
		if (g->broadcast == 0 && g->mask != 0)
			g->broadcast = g->start | ~g->mask;
	}
	/* A range seen before its broadcast address was known. */
	for (i = 0; i < c->ifaces.n; i++)
		for (j = 0; j < c->ifaces.v[i].nnets; j++) {
			struct conf_net *n = &c->ifaces.v[i].net[j];

			if (n->range != NULL)
				n->broadcast = n->range->broadcast;
		}
	c->relayed = calloc(c->ranges.n + 1, sizeof(*c->relayed));
	return c->relayed == NULL ? conf_no_memory(why) : 0;
}

/* Takes an address out of what the pool may give out. */
static void
conf_fix(struct conf_range *g, uint32_t addr)
{
	uint32_t n = addr - g->start;

	if (addr >= g->start && addr <= g->end)
		g->fixed[n / 64] |= UINT64_C(1) << (n % 64);
}

/* By the shorter way: all hosts, or all addresses of the range. */
static void
conf_fix_hosts(const struct dhcp_conf *c, struct conf_range *g)
{
	uint64_t addr;
	size_t i;

	if (g->end - g->start < c->hosts.n) {
		for (addr = g->start; addr <= g->end; addr++)
			if (conf_host_at(c, (uint32_t)addr) != NULL)
				conf_fix(g, (uint32_t)addr);
		return;
	}
	for (i = 0; i < c->hosts.n; i++)
		conf_fix(g, c->hosts.v[i].addr);
}

static void
conf_fix_all(const struct dhcp_conf *c, struct conf_range *g)
{
	uint64_t addr;
	size_t i;

	for (i = 0; i < c->own.n; i++)
		conf_fix(g, c->own.v[i]);
	conf_fix_hosts(c, g);
	conf_fix(g, g->broadcast);
	if (g->mask != 0 && g->mask < 0xfffffffe) {
		conf_fix(g, g->start & g->mask);
		conf_fix(g, g->start | ~g->mask);
	}
	/* Windows takes no .0 or .255 in class C space, supernets or not. */
	if (g->start >> 29 != 6)
		return;
	for (addr = g->start & ~UINT32_C(255); addr <= g->end; addr += 256) {
		conf_fix(g, (uint32_t)addr);
		conf_fix(g, (uint32_t)addr | 255);
	}
}

static int
conf_bitmaps(struct dhcp_conf *c, char *why)
{
	size_t i;

	for (i = 0; i < c->ranges.n; i++) {
		struct conf_range *g = &c->ranges.v[i];
		size_t words = (g->end - g->start) / 64 + 1;

		if (g->mode != RECORD_RANGE_DYNAMIC)
			continue;
		g->fixed = calloc(words, sizeof(*g->fixed));
		g->used = calloc(words, sizeof(*g->used));
		if (g->fixed == NULL || g->used == NULL)
			return conf_no_memory(why);
		conf_fix_all(c, g);
	}
	return 0;
}

int
conf_finish(struct dhcp_conf *c, char *why)
{
	if (conf_index(c) == -1)
		return conf_no_memory(why);
	if (conf_nets(c, why) == -1)
		return -1;
	return conf_bitmaps(c, why);
}
