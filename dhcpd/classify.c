/* SPDX-License-Identifier: ISC */
/* Clients, tags and hosts of requests. */
#include "dhcpd/classify.h"

#include <string.h>
#include <strings.h>

#include "daemon/lease.h"
#include "dhcpd/agent.h"
#include "dhcpd/host.h"

static bool
match_prefix(const struct conf_match *m, const uint8_t *opt, size_t len)
{
	size_t i;

	if (len < m->len)
		return false;
	for (i = 0; i < m->len; i++)
		if (m->wild[i] == 0 && m->data[i] != opt[i])
			return false;
	return true;
}

/* Whether an element of the option, an array of numbers, is the number. */
static bool
match_number(const struct conf_match *m, const uint8_t *opt, size_t len)
{
	size_t i, j;

	for (i = 0; i + m->width <= len; i += m->width) {
		uint32_t v = 0;

		for (j = 0; j < m->width; j++)
			v = v << 8 | opt[i + j];
		if (v == m->number)
			return true;
	}
	return false;
}

static bool
match_substring(const struct conf_match *m, const uint8_t *opt, size_t len)
{
	return memmem(opt, len, m->data, m->len) != NULL;
}

/*
 * A user class is a list of counted strings (RFC 3004), or one plain string
 * from clients that ignore the RFC.  Counts are replaced by zero, so that no
 * match extends over two strings.
 */
static bool
match_userclass(const struct conf_match *m, const uint8_t *opt, size_t len)
{
	uint8_t copy[1024];
	size_t i;

	if (len > sizeof(copy))
		return false;
	memcpy(copy, opt, len);
	for (i = 0; i < len; i += 1U + opt[i])
		copy[i] = 0;
	return match_substring(m, i == len ? copy : opt, len);
}

static bool
match_mac(const struct record_mac *m, const struct client *k)
{
	uint8_t i;

	if (m->len == 0 || m->len != k->hwlen ||
	    (m->hwtype != 0 && m->hwtype != k->hwtype))
		return false;
	for (i = 0; i < m->len; i++)
		if ((m->wild >> i & 1) == 0 && m->addr[i] != k->hw[i])
			return false;
	return true;
}

/* The whole sub-option of a relay agent. */
static bool
match_agent(const struct conf_match *m, const struct request *rq)
{
	enum agent_suboption code =
	    m->how == RECORD_MATCH_CIRCUITID  ? AGENT_CIRCUIT
	    : m->how == RECORD_MATCH_REMOTEID ? AGENT_REMOTE
					      : AGENT_SUBSCRIBER;
	size_t len;
	const uint8_t *value = agent_value(rq->p, code, &len);

	return value != NULL && len == m->len && len > 0 &&
	       memcmp(value, m->data, len) == 0;
}

/* The name that the client sent. */
static bool
match_name(const struct conf_match *m, const struct request *rq)
{
	size_t len = strlen(rq->name.label);

	if (m->how == RECORD_MATCH_NAME ? len != m->len : len < m->len)
		return false;
	return len > 0 &&
	       strncasecmp(rq->name.label, (const char *)m->data, m->len) == 0;
}

static bool
match_holds(const struct conf_match *m, const struct request *rq)
{
	uint8_t code = m->code;
	const uint8_t *opt;
	size_t len;

	if (m->how == RECORD_MATCH_MAC)
		return match_mac(&m->mac, &rq->client);
	if (m->how >= RECORD_MATCH_CIRCUITID && m->how <= RECORD_MATCH_SUBSCRID)
		return match_agent(m, rq);
	if (m->how >= RECORD_MATCH_NAME)
		return match_name(m, rq);
	if (m->how == RECORD_MATCH_VENDORCLASS)
		code = OPT_VENDOR_CLASS;
	else if (m->how == RECORD_MATCH_USERCLASS)
		code = OPT_USER_CLASS;
	opt = packet_option(rq->p, code, &len);
	if (opt == NULL || len == 0)
		return false;
	switch (m->how) {
	case RECORD_MATCH_PRESENT:
		return true;
	case RECORD_MATCH_PREFIX:
		return match_prefix(m, opt, len);
	case RECORD_MATCH_NUMBER:
		return match_number(m, opt, len);
	case RECORD_MATCH_USERCLASS:
		return match_userclass(m, opt, len);
	default:
		return match_substring(m, opt, len);
	}
}

/* Applies the tag-if lines in order; each sees the tags set before. */
static void
classify_tagif(
    const struct dhcp_conf *c, const struct request *rq, struct tagset *s)
{
	size_t i;
	uint8_t j;

	for (i = 0; i < c->tagifs.n; i++) {
		const struct conf_tagif *t = &c->tagifs.v[i];

		if (!tags_hold(&c->tags, &t->tags, s))
			continue;
		for (j = 0; j < t->nset; j++) {
			tagset_add(s, t->set[j]);
			trace_tag(rq->trace, t->set[j], RECORD_TAGIF, i);
		}
	}
}

static void
classify_client(const struct dhcp_conf *c, struct request *rq)
{
	const struct conf_host *h;
	struct client *k = &rq->client;
	size_t len;
	const uint8_t *id = packet_option(rq->p, OPT_CLIENT_ID, &len);

	k->hwtype = rq->p->htype;
	k->hwlen = rq->p->hlen;
	memset(k->hw, 0, sizeof(k->hw));
	memcpy(k->hw, rq->p->hw, k->hwlen);
	k->idlen = 0;
	if (c->dhcp.ignore_clid)
		return;
	if (id == NULL || len == 0 || len > LEASE_ID_MAX)
		return;
	/* "id:*" in the line of its hardware address: ignore identifiers. */
	h = host_find_client(c, k, "", &rq->set, NULL, 0);
	if (h != NULL && h->any_id)
		return;
	k->idlen = (uint16_t)len;
	memcpy(k->id, id, len);
}

static void
classify_wanted(struct request *rq)
{
	size_t i, len;
	const uint8_t *list = packet_option(rq->p, OPT_PARAMETERS, &len);

	rq->listed = list != NULL;
	memset(rq->wanted, list != NULL ? 0 : 0xff, sizeof(rq->wanted));
	for (i = 0; list != NULL && i < len; i++)
		rq->wanted[list[i] / 8] |= (uint8_t)(1U << (list[i] % 8));
}

static void
classify_matches(const struct dhcp_conf *c, struct request *rq)
{
	size_t i;

	for (i = 0; i < c->matches.n; i++) {
		uint32_t tag = c->matches.v[i].set;

		if (!match_holds(&c->matches.v[i], rq))
			continue;
		tagset_add(&rq->set, tag);
		trace_tag(rq->trace, tag, RECORD_MATCH, i);
	}
	if (rq->p->type != PACKET_BOOTP)
		return;
	tagset_add(&rq->set, c->tag_bootp);
	tagset_add(
	    &rq->set, tags_find(&c->tags, rq->p->file,
			  strnlen((const char *)rq->p->file, PACKET_FILE)));
}

static void
classify_host(const struct dhcp_conf *c, struct request *rq)
{
	size_t line;
	uint8_t i;

	rq->host = host_find_client(
	    c, &rq->client, rq->name.label, &rq->tags, rq->nets, rq->nnets);
	if (rq->host == NULL) {
		if (host_find_client(c, &rq->client, rq->name.label, &rq->tags,
			NULL, 0) != NULL)
			tagset_add(&rq->set, c->tag_known_other);
		return;
	}
	line = (size_t)(rq->host - c->hosts.v);
	tagset_add(&rq->set, c->tag_known);
	trace_tag(rq->trace, c->tag_known, RECORD_HOST, line);
	for (i = 0; i < rq->host->nset; i++) {
		tagset_add(&rq->set, rq->host->set[i]);
		trace_tag(rq->trace, rq->host->set[i], RECORD_HOST, line);
	}
}

/* Empty sets, in memory of the configuration. */
static void
classify_sets(const struct dhcp_conf *c, struct request *rq)
{
	struct tagset *sets[CONF_SETS] = { &rq->set, &rq->tags, &rq->all };
	size_t i, n = tags_words(&c->tags);

	for (i = 0; i < CONF_SETS; i++) {
		sets[i]->word = c->set_words + i * n;
		sets[i]->nwords = n;
		tagset_clear(sets[i]);
	}
}

static bool
choice_holds(const struct dhcp_conf *c, const struct tagset *tags,
    enum record_choice_of of)
{
	size_t i;

	for (i = 0; i < c->choices.n; i++)
		if (c->choices.v[i].of == of &&
		    tags_hold(&c->tags, &c->choices.v[i].tags, tags))
			return true;
	return false;
}

bool
classify_chosen(const struct dhcp_conf *c, const struct request *rq,
    enum record_choice_of of)
{
	return choice_holds(c, &rq->all, of);
}

/* The class of PXE clients that its option 60 begins with, or NULL. */
static const char *
classify_pxe(const struct dhcp_conf *c, const struct packet *p)
{
	static const char *const usual[] = { "PXEClient" };
	size_t i, len, n = c->pxe_vendors.n;
	const char *const *v = n > 0 ? c->pxe_vendors.v : usual;
	const uint8_t *class = packet_option(p, OPT_VENDOR_CLASS, &len);

	for (i = 0; class != NULL && i < (n > 0 ? n : 1); i++)
		if (len >= strlen(v[i]) &&
		    memcmp(class, v[i], strlen(v[i])) == 0)
			return v[i];
	return NULL;
}

/* Makes a name of the hardware address, with dashes. */
static const char *
classify_make_name(struct request *rq)
{
	static const char digits[] = "0123456789abcdef";
	char *p = rq->made_name;
	uint8_t i;

	for (i = 0; i < rq->client.hwlen; i++) {
		*p++ = digits[rq->client.hw[i] >> 4];
		*p++ = digits[rq->client.hw[i] & 15];
		*p++ = '-';
	}
	if (p > rq->made_name)
		p--;
	*p = '\0';
	return rq->made_name;
}

/*
 * The name of a dhcp-host line with an address or identifier counts; else the
 * one that the client sent; else one is made.
 */
static void
classify_name(const struct dhcp_conf *c, struct request *rq)
{
	const struct conf_host *h = rq->host;

	rq->lease_name = "";
	if (h != NULL && h->name[0] != '\0' && (h->nmac > 0 || h->idlen > 0))
		rq->lease_name = h->name;
	else if (rq->name.label[0] != '\0' &&
		 !classify_chosen(c, rq, RECORD_CHOOSE_NO_NAME))
		rq->lease_name = rq->name.label;
	else if (rq->p->type != PACKET_BOOTP &&
		 classify_chosen(c, rq, RECORD_CHOOSE_MAKE_NAME))
		rq->lease_name = classify_make_name(rq);
}

void
classify(const struct dhcp_conf *c, struct request *rq)
{
	size_t i;

	classify_sets(c, rq);
	tagset_add(&rq->set, rq->iface->tag);
	classify_client(c, rq);
	client_name_read(&rq->name, rq->p);
	classify_wanted(rq);
	classify_matches(c, rq);
	tagset_copy(&rq->tags, &rq->set);
	classify_tagif(c, rq, &rq->tags);
	classify_host(c, rq);
	tagset_copy(&rq->tags, &rq->set);
	classify_tagif(c, rq, &rq->tags);
	tagset_copy(&rq->all, &rq->tags);
	if (rq->trace != NULL)
		rq->trace->classified = true;
	rq->broadcast = (rq->p->flags & PACKET_BROADCAST) != 0 ||
			choice_holds(c, &rq->tags, RECORD_CHOOSE_BROADCAST);
	rq->pxe_class = classify_pxe(c, rq->p);
	classify_name(c, rq);
	rq->ignored = rq->host != NULL ? rq->host->ignored : NULL;
	for (i = 0; i < c->ignores.n && rq->ignored == NULL; i++)
		if (tags_hold(&c->tags, &c->ignores.v[i].tags, &rq->tags))
			rq->ignored = c->ignores.v[i].ignored;
}

void
classify_range(
    const struct dhcp_conf *c, struct request *rq, const struct conf_range *g)
{
	tagset_copy(&rq->all, &rq->tags);
	if (g != NULL && g->set != TAGS_NONE) {
		tagset_copy(&rq->all, &rq->set);
		tagset_add(&rq->all, g->set);
		trace_tag(
		    rq->trace, g->set, RECORD_RANGE, (size_t)(g - c->ranges.v));
		classify_tagif(c, rq, &rq->all);
	}
	classify_name(c, rq);
}

uint32_t
classify_server_id(const struct request *rq, uint32_t local)
{
	return rq->server_id != 0 ? rq->server_id : local;
}

bool
classify_wants(const struct request *rq, uint8_t code)
{
	return (rq->wanted[code / 8] >> (code % 8) & 1) != 0;
}
