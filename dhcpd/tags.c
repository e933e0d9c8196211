/* SPDX-License-Identifier: ISC */
/* Interned tag names, sets of them, and tests on such sets. */
#include "dhcpd/tags.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/hash.h"

#define SLOTS_MIN 64

void
tags_free(struct tags *t)
{
	free(t->name);
	free(t->slot);
	arena_free(&t->arena);
	memset(t, 0, sizeof(*t));
}

/* The slot of a name, or the free one where it belongs. */
static uint32_t
tags_slot(const struct tags *t, const void *name, size_t n)
{
	uint32_t s = hash_bytes(0, name, n) & t->mask;
	const char *other;

	for (; t->slot[s] != 0; s = (s + 1) & t->mask) {
		other = t->name[t->slot[s] - 1];
		if (strlen(other) == n && memcmp(other, name, n) == 0)
			break;
	}
	return s;
}

uint32_t
tags_find(const struct tags *t, const void *name, size_t n)
{
	uint32_t s;

	if (t->n == 0 || n >= RECORD_TAG_MAX || memchr(name, '\0', n) != NULL)
		return TAGS_NONE;
	s = tags_slot(t, name, n);
	return t->slot[s] == 0 ? TAGS_NONE : t->slot[s] - 1;
}

/* Makes room for one more, with half of the slots free; -1: no memory. */
static int
tags_grow(struct tags *t)
{
	uint32_t n = t->slot == NULL ? SLOTS_MIN : 2 * (t->mask + 1), i;
	const char **name;
	uint32_t *slot;

	if (t->slot != NULL && t->n < t->cap)
		return 0;
	if ((slot = calloc(n, sizeof(*slot))) == NULL)
		return -1;
	free(t->slot);
	t->slot = slot;
	t->mask = n - 1;
	for (i = 0; i < t->n; i++)
		slot[tags_slot(t, t->name[i], strlen(t->name[i]))] = i + 1;
	if ((name = reallocarray(t->name, n / 2, sizeof(*name))) == NULL)
		return -1;
	t->name = name;
	t->cap = n / 2;
	return 0;
}

uint32_t
tags_intern(struct tags *t, const char *name)
{
	size_t n = strnlen(name, RECORD_TAG_MAX);
	uint32_t id = tags_find(t, name, n);

	if (id != TAGS_NONE || n >= RECORD_TAG_MAX)
		return id;
	if (t->n >= TAGS_NONE / 4 || tags_grow(t) == -1 ||
	    (t->name[t->n] = arena_copy(&t->arena, name, n + 1)) == NULL)
		return TAGS_NONE;
	t->slot[tags_slot(t, name, n)] = t->n + 1;
	return t->n++;
}

int
tags_compile(struct tags *t, const struct record_tags *r, bool wild,
    struct tagtests *out)
{
	struct tagtest *test;
	uint8_t i;

	out->n = 0;
	out->test = NULL;
	if (r->n == 0)
		return 0;
	test = arena_alloc(&t->arena, r->n * sizeof(*test));
	if (test == NULL)
		return -1;
	for (i = 0; i < r->n && i < RECORD_TAGS_MAX; i++) {
		const char *name = r->tag[i].name;
		size_t len = strlen(name);

		if ((test[i].id = tags_intern(t, name)) == TAGS_NONE)
			return -1;
		test[i].negate = r->tag[i].negate;
		test[i].wild = wild && len > 0 && name[len - 1] == '*';
	}
	out->test = test;
	out->n = i;
	return 0;
}

/* Whether a tag of the set begins with the part before the '*'. */
static bool
tags_any_prefix(const struct tags *t, uint32_t id, const struct tagset *s)
{
	size_t len = strlen(t->name[id]) - 1;
	uint32_t i;

	for (i = tagset_next(s, 0); i < t->n; i = tagset_next(s, i + 1))
		if (strncmp(t->name[i], t->name[id], len) == 0)
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
	if (s->nwords > 0)
		memset(s->word, 0, s->nwords * sizeof(*s->word));
}

void
tagset_copy(struct tagset *to, const struct tagset *from)
{
	if (from->nwords > 0)
		memcpy(to->word, from->word, from->nwords * sizeof(*to->word));
}

void
tagset_add(struct tagset *s, uint32_t id)
{
	if (id / 64 < s->nwords)
		s->word[id / 64] |= UINT64_C(1) << (id % 64);
}

bool
tagset_has(const struct tagset *s, uint32_t id)
{
	return id / 64 < s->nwords && (s->word[id / 64] >> (id % 64) & 1) != 0;
}

uint32_t
tagset_next(const struct tagset *s, uint32_t from)
{
	size_t w = from / 64;
	uint64_t bits;

	if (w >= s->nwords)
		return TAGS_NONE;
	bits = s->word[w] & ~UINT64_C(0) << (from % 64);
	while (bits == 0 && ++w < s->nwords)
		bits = s->word[w];
	if (bits == 0)
		return TAGS_NONE;
	return (uint32_t)(w * 64 + (size_t)__builtin_ctzll(bits));
}
