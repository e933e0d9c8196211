/* SPDX-License-Identifier: ISC */
/* Ranges that overlap and are offered to the same clients. */
#include "confd/check_ranges.h"

#include <stdlib.h>

#include "confd/builder.h"
#include "confd/diag.h"
#include "confd/keys.h"
#include "confd/tag_key.h"
#include "daemon/sort.h"

/* The addresses of a dynamic range. */
struct span {
	uint32_t tags; /* the same number: the same tags */
	uint32_t start;
	uint32_t end;
	uint32_t entry;
};

static int
number_compare(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int
span_compare(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	int d = number_compare(x->tags, y->tags);

	if (d == 0)
		d = number_compare(x->start, y->start);
	return d != 0 ? d : number_compare(x->entry, y->entry);
}

/* The number of a set of tags that ranges test; KEYS_NONE without memory. */
static uint32_t
tags_number(struct keys *known, struct record_tags *tags)
{
	uint8_t key[TAG_KEY_MAX];
	uint32_t n;
	size_t len;

	tag_key_normalize(tags);
	len = tag_key_put(tags, UINT32_MAX, key);
	if ((n = keys_find(known, key, len)) != KEYS_NONE)
		return n;
	n = (uint32_t)known->n;
	return keys_put(known, key, len, n) ? n : KEYS_NONE;
}

/* Fills in all spans; false without memory. */
static bool
spans_fill(const struct config *c, struct span *spans, size_t *n)
{
	struct keys known = { 0 };
	bool memory = true;
	struct record rec;
	size_t i;

	for (i = 0; memory && config_next(c, RECORD_RANGE, &i, &rec); i++) {
		struct record_range *g = &rec.u.range;
		struct span *s = &spans[*n];

		if (g->mode != RECORD_RANGE_DYNAMIC)
			continue;
		*s = (struct span){ tags_number(&known, &g->tags), g->start,
			g->end, (uint32_t)i };
		memory = s->tags != KEYS_NONE;
		(*n)++;
	}
	keys_free(&known);
	return memory;
}

/* All spans, sorted; NULL without memory. */
static struct span *
spans_load(struct config *c, size_t *n)
{
	struct span *spans;
	size_t i, ranges = 0;

	*n = 0;
	for (i = 0; i < c->nentries; i++)
		if (c->entries[i].kind == RECORD_RANGE)
			ranges++;
	spans = calloc(ranges + 1, sizeof(*spans));
	if (spans == NULL || !spans_fill(c, spans, n)) {
		diag_error(c, "out of memory");
		*n = 0;
	}
	sort_array(spans, *n, sizeof(*spans), span_compare);
	return spans;
}

static void
overlap_say(struct config *c, const struct config_entry *first,
    const struct config_entry *second)
{
	diag_at(c, LOG_WARNING, &second->place,
	    "range overlaps the range at %s; separate them",
	    diag_place(c, &first->place, &second->place));
}

void
check_ranges(struct config *c)
{
	uint32_t first, second, told = UINT32_MAX; /* entries */
	size_t n, i, top = 0; /* top: the span before this one that ends last */
	struct span *spans = spans_load(c, &n);

	for (i = 1; i < n; i++) {
		if (spans[i].tags != spans[top].tags) {
			top = i;
			continue;
		}
		if (spans[i].start <= spans[top].end) {
			first = spans[i].entry;
			second = spans[top].entry;
			if (first > second) {
				first = spans[top].entry;
				second = spans[i].entry;
			}
			if (second != told)
				overlap_say(
				    c, &c->entries[first], &c->entries[second]);
			told = second;
		}
		if (spans[i].end > spans[top].end)
			top = i;
	}
	free(spans);
}
