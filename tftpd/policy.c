/* SPDX-License-Identifier: ISC */
/* Rules for the options of single clients. */
#include "tftpd/policy.h"

#include <stdlib.h>
#include <string.h>

int
policy_add(struct policy *p, const struct record_tftp_client *rule)
{
	struct record_tftp_client *grown;

	if (p->nrules == RECORD_TFTP_CLIENTS_MAX)
		return -1;
	grown = reallocarray(p->rules, p->nrules + 1, sizeof(*grown));
	if (grown == NULL)
		return -1;
	p->rules = grown;
	p->rules[p->nrules++] = *rule;
	return 0;
}

void
policy_free(struct policy *p)
{
	free(p->rules);
	p->rules = NULL;
	p->nrules = 0;
}

static bool
net_has(const struct record_tftp_client *r, const struct endpoint *e)
{
	size_t whole = r->prefix / 8;
	uint8_t mask = (uint8_t)(0xff00 >> r->prefix % 8);

	if (r->family != e->family || memcmp(r->addr, e->addr, whole) != 0)
		return false;
	return mask == 0 || ((r->addr[whole] ^ e->addr[whole]) & mask) == 0;
}

static bool
mac_is(const struct record_mac *m, uint8_t hwtype, const uint8_t *hw,
    uint8_t hwlen)
{
	uint8_t i;

	if (hwlen == 0 || m->len != hwlen ||
	    (m->hwtype != 0 && m->hwtype != hwtype))
		return false;
	for (i = 0; i < hwlen; i++)
		if ((m->wild & 1U << i) == 0 && m->addr[i] != hw[i])
			return false;
	return true;
}

/* Notes what this rule takes from the client and nobody before it has. */
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

void
policy_apply(const struct policy *p, const struct endpoint *client,
    uint8_t hwtype, const uint8_t *hw, uint8_t hwlen, struct tftp_limits *lim)
{
	uint32_t i;

	for (i = 0; i < p->nrules; i++) {
		const struct record_tftp_client *r = &p->rules[i];

		if (r->family != 0 ? !net_has(r, client)
				   : !mac_is(&r->mac, hwtype, hw, hwlen))
			continue;
		rule_note(r, lim);
		lim->deny |= r->deny;
		if (r->blksize != 0 && r->blksize < lim->blksize)
			lim->blksize = r->blksize;
		if (r->windowsize != 0 && r->windowsize < lim->windowsize)
			lim->windowsize = r->windowsize;
		if (r->rollover != RECORD_TFTP_ROLLOVER_UNSET)
			lim->rollover = r->rollover;
	}
}
