/* SPDX-License-Identifier: ISC */
/* Finding the dhcp-host line of a client or an address. */
#include "dhcpd/host.h"

#include <string.h>
#include <strings.h>

#include "daemon/hash.h"

uint32_t
host_name_hash(const char *name)
{
	char low[RECORD_NAME_MAX];
	size_t n;

	low[0] = '\0';
	for (n = 0; n < sizeof(low) && name[n] != '\0'; n++)
		low[n] = name[n] >= 'A' && name[n] <= 'Z'
			     ? (char)(name[n] | 0x20)
			     : name[n];
	return hash_bytes(0, low, n);
}

const struct conf_host *
host_find_addr(const struct dhcp_conf *c, uint32_t addr)
{
	uint32_t i = c->by_addr[hash_bytes(0, &addr, 4) & c->hmask];

	while (i != CONF_NONE && c->hosts.v[i].addr != addr)
		i = c->hosts.v[i].next_addr;
	return i == CONF_NONE ? NULL : &c->hosts.v[i];
}

static bool
mac_equal(const struct record_mac *m, uint8_t hwtype, const uint8_t *hw,
    uint8_t hwlen)
{
	return m->wild == 0 && m->len == hwlen &&
	       (m->hwtype == 0 || m->hwtype == hwtype) &&
	       memcmp(m->addr, hw, hwlen) == 0;
}

bool
host_has_mac(
    const struct conf_host *h, uint8_t hwtype, const uint8_t *hw, uint8_t hwlen)
{
	uint8_t i;

	for (i = 0; hwlen > 0 && i < h->nmac; i++)
		if (mac_equal(&h->mac[i], hwtype, hw, hwlen))
			return true;
	return false;
}

/* The criteria of a search. */
struct search {
	const struct dhcp_conf *c;
	const struct client *client;
	const char *name;
	const struct tagset *tags;
	const struct conf_net *nets;
	size_t nnets;
	bool tagged; /* only lines with "tag:", else only those without */
};

static bool
search_fits(const struct search *s, const struct conf_host *h)
{
	if ((h->tags.n > 0) != s->tagged ||
	    !tags_hold(&s->c->tags, &h->tags, s->tags))
		return false;
	return s->nets == NULL || h->addr == 0 ||
	       dhcp_conf_on_nets(s->nets, s->nnets, h->addr);
}

static const struct conf_host *
search_id(const struct search *s, const uint8_t *id, size_t n)
{
	uint32_t i;

	if (n == 0)
		return NULL;
	i = s->c->by_id[hash_bytes(0, id, n) & s->c->hmask];
	for (; i != CONF_NONE; i = s->c->hosts.v[i].next_id) {
		const struct conf_host *h = &s->c->hosts.v[i];

		if (h->idlen == n && memcmp(h->id, id, n) == 0 &&
		    search_fits(s, h))
			return h;
	}
	return NULL;
}

static const struct conf_host *
search_mac(const struct search *s)
{
	const struct client *k = s->client;
	uint32_t i;

	if (k->hwlen == 0)
		return NULL;
	i = s->c->by_mac[hash_bytes(0, k->hw, k->hwlen) & s->c->hmask];
	while (i != CONF_NONE) {
		const struct conf_host *h = &s->c->hosts.v[i / RECORD_MACS_MAX];
		uint32_t m = i % RECORD_MACS_MAX;

		if (mac_equal(&h->mac[m], k->hwtype, k->hw, k->hwlen) &&
		    search_fits(s, h))
			return h;
		i = h->next_mac[m];
	}
	return NULL;
}

/* One more than the fixed octets of a MAC with '*'; 0: it does not match. */
static unsigned int
wild_score(const struct record_mac *m, const struct client *k)
{
	unsigned int score = 1;
	uint8_t i;

	if (m->wild == 0 || m->len != k->hwlen ||
	    (m->hwtype != 0 && m->hwtype != k->hwtype))
		return 0;
	for (i = 0; i < m->len; i++) {
		if ((m->wild >> i & 1) != 0)
			continue;
		if (m->addr[i] != k->hw[i])
			return 0;
		score++;
	}
	return score;
}

static const struct conf_host *
search_wild(const struct search *s)
{
	const struct conf_host *best = NULL;
	unsigned int score, top = 0;
	size_t i;
	uint8_t m;

	for (i = s->c->wild.n; s->client->hwlen > 0 && i > 0; i--) {
		const struct conf_host *h = &s->c->hosts.v[s->c->wild.v[i - 1]];

		if (!search_fits(s, h))
			continue;
		for (m = 0; m < h->nmac; m++) {
			score = wild_score(&h->mac[m], s->client);
			if (score > top) {
				top = score;
				best = h;
			}
		}
	}
	return best;
}

static const struct conf_host *
search_name(const struct search *s)
{
	uint32_t i;

	if (s->name[0] == '\0')
		return NULL;
	i = s->c->by_name[host_name_hash(s->name) & s->c->hmask];
	for (; i != CONF_NONE; i = s->c->hosts.v[i].next_name) {
		const struct conf_host *h = &s->c->hosts.v[i];

		if (strcasecmp(h->name, s->name) == 0 && search_fits(s, h))
			return h;
	}
	return NULL;
}

static const struct conf_host *
search_turn(const struct search *s)
{
	const struct client *k = s->client;
	const struct conf_host *h;

	if ((h = search_id(s, k->id, k->idlen)) != NULL)
		return h;
	/* Some clients put a zero octet before a textual identifier. */
	if (k->idlen > 1 && k->id[0] == 0 &&
	    (h = search_id(s, k->id + 1, k->idlen - 1U)) != NULL)
		return h;
	if ((h = search_mac(s)) != NULL || (h = search_wild(s)) != NULL)
		return h;
	return search_name(s);
}

const struct conf_host *
host_find_client(const struct dhcp_conf *c, const struct client *client,
    const char *name, const struct tagset *tags, const struct conf_net *nets,
    size_t nnets)
{
	struct search s = { c, client, name, tags, nets, nnets, true };
	const struct conf_host *h;

	if ((h = search_turn(&s)) != NULL)
		return h;
	s.tagged = false;
	return search_turn(&s);
}
