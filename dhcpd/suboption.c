/* SPDX-License-Identifier: ISC */
/* Collects the parts of an option. */
#include "dhcpd/suboption.h"

#include <string.h>

#define SUB_END 255
#define ENTERPRISE_MAX 255 /* bytes of one (RFC 3925 4) */

uint8_t
suboption_outer(const struct conf_suboption *s)
{
	if (s->how == RECORD_SUB_VI)
		return OPT_VENDOR_INFO;
	return s->how == RECORD_SUB_VENDOR ? OPT_VENDOR_ENCAP
					   : (uint8_t)s->outer;
}

bool
suboption_applies(const struct dhcp_conf *c, const struct request *rq,
    const struct conf_suboption *s)
{
	size_t len;
	const uint8_t *class = packet_option(rq->p, OPT_VENDOR_CLASS, &len);

	if (s->pxe && rq->pxe_class == NULL)
		return false;
	if (s->how == RECORD_SUB_VENDOR && s->class[0] != '\0' &&
	    (class == NULL ||
		memmem(class, len, s->class, strlen(s->class)) == NULL))
		return false;
	return tags_hold(&c->tags, &s->tags, &rq->all);
}

/* Appends a part, and leaves `reserve` bytes free; false without room. */
static bool
suboption_put(struct writer *w, const struct conf_suboption *s, size_t reserve)
{
	if (w->len + 2 + s->len + reserve > w->cap)
		return false;
	writer_u8(w, s->code);
	writer_u8(w, s->len);
	writer_bytes(w, s->data, s->len);
	return true;
}

/* The lines of one enterprise, from line i on (RFC 3925 4). */
static void
enterprise_put(const struct dhcp_conf *c, const struct request *rq, size_t i,
    bool pxe, bool wanted, struct writer *w, bool *lost)
{
	uint32_t number = c->suboptions.v[i].outer;
	uint8_t data[ENTERPRISE_MAX];
	struct writer part;

	writer_init(&part, data, sizeof(data));
	do {
		const struct conf_suboption *s = &c->suboptions.v[i];

		if (s->how == RECORD_SUB_VI && s->outer == number &&
		    (wanted || s->force) && (s->pxe || !pxe) &&
		    suboption_applies(c, rq, s) && !suboption_put(&part, s, 0))
			*lost = true;
	} while (i-- > 0);
	if (part.len == 0)
		return;
	writer_u32(w, number);
	writer_u8(w, (uint8_t)part.len);
	writer_bytes(w, data, part.len);
}

/* Whether a line after line i is of the same enterprise. */
static bool
enterprise_follows(const struct dhcp_conf *c, size_t i)
{
	size_t j;

	for (j = i + 1; j < c->suboptions.n; j++)
		if (c->suboptions.v[j].how == RECORD_SUB_VI &&
		    c->suboptions.v[j].outer == c->suboptions.v[i].outer)
			return true;
	return false;
}

size_t
suboption_value(const struct dhcp_conf *c, const struct request *rq, bool pxe,
    uint8_t outer, uint8_t dst[SUBOPTION_VALUE_MAX], bool *lost)
{
	bool wanted = classify_wants(rq, outer), ends = false;
	struct writer w;
	size_t i;

	*lost = false;
	writer_init(&w, dst, SUBOPTION_VALUE_MAX);
	for (i = c->suboptions.n; i-- > 0;) {
		const struct conf_suboption *s = &c->suboptions.v[i];

		if (suboption_outer(s) != outer)
			continue;
		if (s->how == RECORD_SUB_VI) {
			if (!enterprise_follows(c, i))
				enterprise_put(c, rq, i, pxe, wanted, &w, lost);
		} else if ((wanted || s->force) && (s->pxe || !pxe) &&
			   suboption_applies(c, rq, s)) {
			if (!suboption_put(&w, s, 1))
				w.failed = true;
			ends = true;
		}
	}
	if (ends)
		writer_u8(&w, SUB_END);
	if (w.failed)
		*lost = true;
	return w.failed ? 0 : w.len;
}
