/* SPDX-License-Identifier: ISC */
/* The indexes of a configuration: hosts, own addresses, lines by tag. */
#include "dhcpd/conf_index.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/hash.h"
#include "dhcpd/host.h"

/* n numbers, all CONF_NONE; NULL without memory. */
static uint32_t *
heads_new(size_t n)
{
	uint32_t *heads = reallocarray(NULL, n, sizeof(*heads));

	if (heads != NULL)
		memset(heads, 0xff, n * sizeof(*heads));
	return heads;
}

/* A power of two that is at least twice n. */
static uint32_t
twice(size_t n)
{
	uint32_t size = 16;

	while (size < n * 2)
		size *= 2;
	return size;
}

static void
chain(uint32_t *head, uint32_t *next, uint32_t self)
{
	*next = *head;
	*head = self;
}

/* Puts a host into the indexes; the newest line ends up first. */
static void
host_index(struct dhcp_conf *c, uint32_t i)
{
	struct conf_host *h = &c->hosts.v[i];
	bool wild = false;
	uint32_t hash;
	uint8_t m;

	h->own = h->addr != 0 && dhcp_conf_is_own(c, h->addr);
	if (h->idlen > 0) {
		hash = hash_bytes(0, h->id, h->idlen);
		chain(&c->by_id[hash & c->hmask], &h->next_id, i);
	}
	if (h->addr != 0) {
		hash = hash_bytes(0, &h->addr, sizeof(h->addr));
		chain(&c->by_addr[hash & c->hmask], &h->next_addr, i);
	}
	if (h->name[0] != '\0' && h->nmac == 0 && h->idlen == 0) {
		hash = host_name_hash(h->name);
		chain(&c->by_name[hash & c->hmask], &h->next_name, i);
	}
	for (m = 0; m < h->nmac; m++) {
		const struct record_mac *mac = &h->mac[m];

		if (mac->wild != 0) {
			wild = true;
			continue;
		}
		hash = hash_bytes(0, mac->addr, mac->len);
		chain(&c->by_mac[hash & c->hmask], &h->next_mac[m],
		    i * RECORD_MACS_MAX + m);
	}
	if (wild)
		c->wild.v[c->wild.n++] = i;
}

static int
hosts_index(struct dhcp_conf *c)
{
	uint32_t size = twice(c->hosts.n);
	size_t i, wild = 0;
	uint8_t m;

	for (i = 0; i < c->hosts.n; i++)
		for (m = 0; m < c->hosts.v[i].nmac; m++)
			if (c->hosts.v[i].mac[m].wild != 0)
				wild++;
	c->hmask = size - 1;
	if ((c->by_id = heads_new(size)) == NULL ||
	    (c->by_addr = heads_new(size)) == NULL ||
	    (c->by_name = heads_new(size)) == NULL ||
	    (c->by_mac = heads_new(size)) == NULL ||
	    (c->wild.v = heads_new(wild + 1)) == NULL)
		return -1;
	for (i = 0; i < c->hosts.n; i++)
		host_index(c, (uint32_t)i);
	return 0;
}

static int
own_index(struct dhcp_conf *c)
{
	uint32_t size = twice(c->own.n), p;
	size_t i;

	c->by_own = calloc(size, sizeof(*c->by_own));
	if (c->by_own == NULL)
		return -1;
	c->omask = size - 1;
	for (i = 0; i < c->own.n; i++) {
		p = hash_bytes(0, &c->own.v[i], sizeof(c->own.v[i]));
		while (c->by_own[p & c->omask] != 0)
			p++;
		c->by_own[p & c->omask] = c->own.v[i];
	}
	return 0;
}

static int
by_tag_new(struct conf_by_tag *x, size_t tags, size_t lines)
{
	x->other = CONF_NONE;
	x->head = heads_new(tags);
	x->next = heads_new(lines + 1);
	return x->head == NULL || x->next == NULL ? -1 : 0;
}

/* Enters a line under the first tag that it requires by its full name. */
static void
by_tag_add(struct conf_by_tag *x, uint32_t line, const struct tagtests *t)
{
	uint32_t *head = &x->other;
	uint8_t i;

	for (i = 0; i < t->n && head == &x->other; i++)
		if (!t->test[i].negate && !t->test[i].wild)
			head = &x->head[t->test[i].id];
	chain(head, &x->next[line], line);
}

static int
lines_index(struct dhcp_conf *c)
{
	uint32_t i;

	if (by_tag_new(&c->options_by_tag, c->tags.n, c->options.n) == -1 ||
	    by_tag_new(&c->boots_by_tag, c->tags.n, c->boots.n) == -1)
		return -1;
	for (i = 0; i < c->options.n; i++)
		by_tag_add(&c->options_by_tag, i, &c->options.v[i].tags);
	for (i = 0; i < c->boots.n; i++)
		by_tag_add(&c->boots_by_tag, i, &c->boots.v[i].tags);
	return 0;
}

static void
chain_each(const struct conf_by_tag *x, uint32_t line,
    void (*f)(void *arg, uint32_t line), void *arg)
{
	for (; line != CONF_NONE; line = x->next[line])
		f(arg, line);
}

void
dhcp_conf_each_line(const struct conf_by_tag *x, const struct tagset *set,
    void (*f)(void *arg, uint32_t line), void *arg)
{
	uint32_t id;

	chain_each(x, x->other, f, arg);
	for (id = tagset_next(set, 0); id != TAGS_NONE;
	     id = tagset_next(set, id + 1))
		chain_each(x, x->head[id], f, arg);
}

int
dhcp_conf_index(struct dhcp_conf *c)
{
	c->set_words =
	    calloc(CONF_SETS * tags_words(&c->tags), sizeof(*c->set_words));
	if (c->set_words == NULL || own_index(c) == -1 || hosts_index(c) == -1)
		return -1;
	return lines_index(c);
}

const struct conf_iface *
dhcp_conf_find_iface(const struct dhcp_conf *c, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < c->ifaces.n; i++)
		if (c->ifaces.v[i].i.index == ifindex)
			return &c->ifaces.v[i];
	return NULL;
}

bool
dhcp_conf_is_own(const struct dhcp_conf *c, uint32_t addr)
{
	uint32_t p = hash_bytes(0, &addr, sizeof(addr));

	if (addr == 0)
		return false;
	while (c->by_own[p & c->omask] != 0)
		if (c->by_own[p++ & c->omask] == addr)
			return true;
	return false;
}
