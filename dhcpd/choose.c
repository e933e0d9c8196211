/* SPDX-License-Identifier: ISC */
/* Chooses dhcp-option and dhcp-boot lines by tags. */
#include "dhcpd/choose.h"

#include <string.h>

#include "dhcpd/conf_index.h"

/* The state of a choice between lines. */
struct choice {
	const struct dhcp_conf *c;
	const struct request *rq;
	int32_t *line; /* by option, as in choose_options() */
	uint8_t rank[256];
	bool pxe; /* only lines for PXE clients */
};

/*
 * Lines whose tags are set without the tag of the range have precedence over
 * lines that need it, and these over lines without tags.  Among equals the
 * last one counts.
 */
static void
choose_option(void *arg, uint32_t line)
{
	struct choice *k = arg;
	const struct dhcp_conf *c = k->c;
	const struct conf_option *o = &c->options.v[line];
	int32_t *best = &k->line[o->code];
	uint8_t rank = 0;

	if (o->pxe ? k->rq->pxe_class == NULL : k->pxe)
		return;
	if (o->tags.n == 0)
		rank = 1;
	else if (tags_hold(&c->tags, &o->tags, &k->rq->tags))
		rank = 3;
	else if (tags_hold(&c->tags, &o->tags, &k->rq->all))
		rank = 2;
	if (rank == 0 || rank < k->rank[o->code] ||
	    (rank == k->rank[o->code] && (int32_t)line < *best))
		return;
	k->rank[o->code] = rank;
	*best = (int32_t)line;
}

void
choose_options(const struct dhcp_conf *c, const struct request *rq, bool pxe,
    int32_t line[256])
{
	struct choice k = { .c = c, .rq = rq, .line = line, .pxe = pxe };

	memset(line, 0xff, 256 * sizeof(line[0]));
	/* The tags of a line may be set in either of the two sets. */
	dhcp_conf_each_line(&c->options_by_tag, &rq->tags, choose_option, &k);
	dhcp_conf_each_line(&c->options_by_tag, &rq->all, choose_option, &k);
}

/* The dhcp-boot lines whose tags are set. */
struct boots {
	const struct dhcp_conf *c;
	const struct request *rq;
	uint32_t tagged; /* the last of them with tags; CONF_NONE */
	uint32_t plain; /* the last without */
};

static void
choose_line(void *arg, uint32_t line)
{
	struct boots *k = arg;
	const struct conf_boot *b = &k->c->boots.v[line];
	uint32_t *best = b->tags.n == 0 ? &k->plain : &k->tagged;

	if (!tags_hold(&k->c->tags, &b->tags, &k->rq->all))
		return;
	if (*best == CONF_NONE || line > *best)
		*best = line;
}

const struct conf_boot *
choose_boot(const struct dhcp_conf *c, const struct request *rq)
{
	struct boots k = { c, rq, CONF_NONE, CONF_NONE };

	dhcp_conf_each_line(&c->boots_by_tag, &rq->all, choose_line, &k);
	if (k.tagged == CONF_NONE)
		k.tagged = k.plain;
	return k.tagged == CONF_NONE ? NULL : &c->boots.v[k.tagged];
}

bool
choose_over(const struct dhcp_conf *c, const struct request *rq,
    const struct tagtests *line, const struct tagtests *best)
{
	return tags_hold(&c->tags, line, &rq->all) &&
	       (best == NULL || line->n > 0 || best->n == 0);
}

uint8_t
choose_delay(const struct dhcp_conf *c, const struct request *rq)
{
	const struct conf_reply_delay *d = NULL;
	size_t i;

	for (i = 0; i < c->reply_delays.n; i++)
		if (choose_over(c, rq, &c->reply_delays.v[i].tags,
			d != NULL ? &d->tags : NULL))
			d = &c->reply_delays.v[i];
	return d != NULL ? d->seconds : 0;
}
