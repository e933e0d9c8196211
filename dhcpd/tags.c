/* SPDX-License-Identifier: ISC */
/* Interned tag names, sets of them, and tests on such sets. */
#include "dhcpd/tags.h"

#include <string.h>

uint16_t
tags_find(const struct tags *t, const void *name, size_t n)
{
	uint16_t i;

	if (n >= RECORD_TAG_MAX || memchr(name, '\0', n) != NULL)
		return TAGS_NONE;
	for (i = 0; i < t->n; i++)
		if (memcmp(t->name[i], name, n) == 0 && t->name[i][n] == '\0')
			return i;
	return TAGS_NONE;
}

uint16_t
tags_intern(struct tags *t, const char *name)
{
	size_t n = strnlen(name, RECORD_TAG_MAX);
	uint16_t id = tags_find(t, name, n);

	if (id != TAGS_NONE || n >= RECORD_TAG_MAX)
		return id;
	if (t->n == TAGS_MAX)
		return TAGS_NONE;
	memcpy(t->name[t->n], name, n + 1);
	return t->n++;
}

int
tags_compile(struct tags *t, const struct record_tags *r, bool wild,
    struct tagtests *out)
{
	uint8_t i;

	out->n = 0;
	for (i = 0; i < r->n && i < RECORD_TAGS_MAX; i++) {
		struct tagtest *test = &out->test[i];
		size_t len = strlen(r->tag[i].name);

		test->id = tags_intern(t, r->tag[i].name);
		if (test->id == TAGS_NONE)
			return -1;
		test->negate = r->tag[i].negate;
		test->wild = wild && len > 0 && r->tag[i].name[len - 1] == '*';
		out->n++;
	}
	return 0;
}

/* Whether any tag of the set begins with what stands before the '*'. */
static bool
tags_any_prefix(const struct tags *t, uint16_t id, const struct tagset *s)
{
	size_t len = strlen(t->name[id]) - 1;
	uint16_t i;

	for (i = 0; i < t->n; i++)
		if (tagset_has(s, i) &&
		    strncmp(t->name[i], t->name[id], len) == 0)
			return true;
	return false;
}

bool
tags_hold(
    const struct tags *t, const struct tagtests *tests, const struct tagset *s)
{
	uint8_t i;

	for (i = 0; i < tests->n; i++) {
		const struct tagtest *test = &tests->test[i];
		bool has = test->wild ? tags_any_prefix(t, test->id, s)
				      : tagset_has(s, test->id);

		if (has == test->negate)
			return false;
	}
	return true;
}

void
tagset_clear(struct tagset *s)
{
	memset(s, 0, sizeof(*s));
}

void
tagset_add(struct tagset *s, uint16_t id)
{
	if (id < TAGS_MAX)
		s->word[id / 64] |= UINT64_C(1) << (id % 64);
}

bool
tagset_has(const struct tagset *s, uint16_t id)
{
	return id < TAGS_MAX && (s->word[id / 64] >> (id % 64) & 1) != 0;
}
