/* SPDX-License-Identifier: ISC */
/* Keeps what decided about a reply. */
#include "dhcpd/trace.h"

#include <stdlib.h>
#include <string.h>

int
trace_init(struct trace *t, const struct dhcp_conf *c)
{
	memset(t, 0, sizeof(*t));
	t->ntags = c->tags.n;
	t->tag = calloc(t->ntags + 1, sizeof(*t->tag));
	return t->tag == NULL ? -1 : 0;
}

void
trace_clear(struct trace *t)
{
	struct trace_line *tag = t->tag;
	size_t n = t->ntags;

	memset(t, 0, sizeof(*t));
	memset(tag, 0, n * sizeof(*tag));
	t->tag = tag;
	t->ntags = n;
}

static struct trace_line
line_of(enum record_kind kind, size_t index)
{
	return (struct trace_line){ (uint8_t)kind, (uint32_t)index };
}

void
trace_tag(struct trace *t, uint32_t tag, enum record_kind kind, size_t index)
{
	if (t != NULL && tag < t->ntags && t->tag[tag].kind == 0)
		t->tag[tag] = line_of(kind, index);
}

void
trace_option(struct trace *t, uint8_t code, enum record_kind kind, size_t index)
{
	if (t != NULL)
		t->option[code] = line_of(kind, index);
}

void
trace_boot(struct trace *t, enum record_kind kind, size_t index)
{
	if (t != NULL)
		t->boot = line_of(kind, index);
}

void
trace_style(struct trace *t, size_t index)
{
	if (t != NULL)
		t->style = line_of(RECORD_PXE_STYLE, index);
}

void
trace_address(struct trace *t, enum trace_address rule)
{
	if (t != NULL)
		t->address = (uint8_t)rule;
}

const struct conf_place *
trace_place(const struct dhcp_conf *c, const struct trace_line *l)
{
	size_t low = 0, high, middle;

	if (l->kind == 0 || l->kind >= RECORD_KIND_MAX)
		return NULL;
	high = c->places[l->kind].n;
	while (low < high) {
		const struct conf_place *p;

		middle = low + (high - low) / 2;
		p = &c->places[l->kind].v[middle];
		if (p->index == l->index)
			return p;
		if (p->index < l->index)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
