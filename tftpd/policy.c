/* SPDX-License-Identifier: ISC */
/* Rules that limit the options of clients. */
#include "tftpd/policy.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/hash.h"

#define RULES_MIN 64

/* False for networks and for hardware addresses with '*'. */
static bool
rule_hash(const struct record_tftp_client *r, uint32_t *hash)
{
	size_t n = addr_family_len(r->net.family);

	if (n == 0 && r->mac.wild == 0)
		*hash = hash_bytes(0, r->mac.addr, r->mac.len);
	else if (n != 0 && r->prefix == n * 8)
		*hash = hash_bytes(0, r->net.bytes, n);
	else
		return false;
	return true;
}

static void
rule_chain(struct policy *p, uint32_t i)
{
	struct policy_rule *rule = &p->rules[i];
	uint32_t hash, *head = &p->wide;

	if (rule_hash(&rule->r, &hash))
		head = &p->single[hash & (p->cap - 1)];
	rule->next = *head;
	*head = i + 1;
}

/* Doubles the table; -1 without memory. */
static int
policy_grow(struct policy *p)
{
	uint32_t cap = p->cap == 0 ? RULES_MIN : 2 * p->cap, i;
	uint32_t *single = calloc(cap, sizeof(*single));
	struct policy_rule *rules;

	if (single == NULL)
		return -1;
	rules = reallocarray(p->rules, cap, sizeof(*rules));
	if (rules == NULL) {
		free(single);
		return -1;
	}
	free(p->single);
	p->single = single;
	p->rules = rules;
	p->cap = cap;
	p->wide = 0;
	for (i = 0; i < p->nrules; i++)
		rule_chain(p, i);
	return 0;
}

int
policy_add(struct policy *p, const struct record_tftp_client *rule)
{
	if (p->nrules == p->cap && policy_grow(p) == -1)
		return -1;
	p->rules[p->nrules].r = *rule;
	rule_chain(p, p->nrules++);
	return 0;
}

void
policy_free(struct policy *p)
{
	free(p->rules);
	free(p->single);
	memset(p, 0, sizeof(*p));
}

static bool
mac_is(const struct record_mac *m, const struct host_id *host)
{
	uint8_t i;

	if (host->hwlen == 0 || m->len != host->hwlen ||
	    (m->hwtype != 0 && m->hwtype != host->hwtype))
		return false;
	for (i = 0; i < host->hwlen; i++)
		if ((m->wild & 1U << i) == 0 && m->addr[i] != host->hw[i])
			return false;
	return true;
}

/* Records whether this rule is what denies an option or lowers its limit. */
static void
rule_note(const struct record_tftp_client *r, struct tftp_limits *lim)
{
	uint8_t deny = (uint8_t)(r->deny & ~lim->deny);

	if ((deny & RECORD_TFTP_NO_BLKSIZE) != 0 ||
	    ((lim->deny & RECORD_TFTP_NO_BLKSIZE) == 0 && r->blksize != 0 &&
		r->blksize < lim->blksize))
		lim->blksize_by = EVENT_LIMIT_RULE;
	if ((deny & RECORD_TFTP_NO_WINDOWSIZE) != 0 ||
	    ((lim->deny & RECORD_TFTP_NO_WINDOWSIZE) == 0 &&
		r->windowsize != 0 && r->windowsize < lim->windowsize))
		lim->windowsize_by = EVENT_LIMIT_RULE;
}

/* The client whose rules are applied, and the result. */
struct found {
	const struct policy *p;
	const struct endpoint *client;
	const struct host_id *host;
	struct tftp_limits *lim;
	uint32_t rollover; /* index + 1 of the last rule with one */
};

static void
rule_apply(struct found *f, uint32_t i)
{
	const struct record_tftp_client *r = &f->p->rules[i].r;
	struct tftp_limits *lim = f->lim;

	if (r->net.family != 0
		? !addr_in_net(&f->client->addr, &r->net, r->prefix)
		: !mac_is(&r->mac, f->host))
		return;
	rule_note(r, lim);
	lim->deny |= r->deny;
	if (r->blksize != 0 && r->blksize < lim->blksize)
		lim->blksize = r->blksize;
	if (r->windowsize != 0 && r->windowsize < lim->windowsize)
		lim->windowsize = r->windowsize;
	/* The last line of the file decides; chains are not in its order. */
	if (r->rollover != RECORD_TFTP_ROLLOVER_UNSET && i >= f->rollover) {
		f->rollover = i + 1;
		lim->rollover = r->rollover;
	}
}

static void
chain_apply(struct found *f, uint32_t head)
{
	for (; head != 0; head = f->p->rules[head - 1].next)
		rule_apply(f, head - 1);
}

void
policy_apply(const struct policy *p, const struct endpoint *client,
    const struct host_id *host, struct tftp_limits *lim)
{
	struct found f = { p, client, host, lim, 0 };
	uint32_t mask = p->cap - 1, by_ip, by_hw;

	if (p->nrules == 0)
		return;
	by_ip = hash_bytes(
	    0, client->addr.bytes, addr_family_len(client->addr.family));
	by_hw = host->hwlen > 0 ? hash_bytes(0, host->hw, host->hwlen) : by_ip;
	chain_apply(&f, p->wide);
	chain_apply(&f, p->single[by_ip & mask]);
	if ((by_hw & mask) != (by_ip & mask))
		chain_apply(&f, p->single[by_hw & mask]);
}
