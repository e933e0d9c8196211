/* SPDX-License-Identifier: ISC */
/* Collects the tags of a configuration, and finds out which can be set. */
#include "confd/tag_uses.h"

#include <stdlib.h>
#include <string.h>

#include "confd/builder.h"
#include "confd/suggest.h"
#include "confd/tag_key.h"
#include "daemon/sort.h"

static void
use_add(struct tag_uses *t, struct keys *k, const char *name, size_t entry)
{
	size_t len = strlen(name) + 1;

	if (keys_find(k, name, len) == KEYS_NONE &&
	    !keys_put(k, name, len, (uint32_t)entry))
		t->failed = true;
}

static void
use_tags(struct tag_uses *t, struct keys *k, const struct record_tags *tags,
    size_t entry)
{
	size_t i;

	for (i = 0; i < tags->n; i++)
		use_add(t, k, tags->tag[i].name, entry);
}

bool
tag_uses_is_known(const char *name)
{
	return strcmp(name, "known") == 0 ||
	       strcmp(name, "known-othernet") == 0;
}

/* Tests that hold without any dhcp-host line are no mistake. */
static void
use_tests(struct tag_uses *t, const struct record_tags *tags, size_t entry)
{
	size_t i;

	for (i = 0; i < tags->n; i++)
		if (!tags->tag[i].negate ||
		    !tag_uses_is_known(tags->tag[i].name))
			use_add(t, &t->tests, tags->tag[i].name, entry);
}

/* Names that end in '*', which stands for any characters. */
static void
use_stars(struct tag_uses *t, const struct record_tags *tags, size_t entry)
{
	char name[RECORD_TAG_MAX];
	size_t i, n;

	for (i = 0; i < tags->n; i++) {
		n = strlen(tags->tag[i].name);
		if (n == 0 || tags->tag[i].name[n - 1] != '*')
			continue;
		memcpy(name, tags->tag[i].name, n - 1);
		name[n - 1] = '\0';
		use_add(t, &t->star_tests, name, entry);
	}
}

static void
use_iface(struct tag_uses *t, const struct record_interface *in, size_t entry)
{
	if (in->prefix) {
		use_add(t, &t->stars, in->name, entry);
		return;
	}
	use_add(t, &t->ifaces, in->name, entry);
	use_add(t, &t->sets, in->name, entry);
}

/* The tags of a record, the entry with this index. */
static void
use_record(struct tag_uses *t, const struct record *rec, size_t i)
{
	const struct record_tags *tests = tag_key_tests(rec);

	if (tests != NULL)
		use_tests(t, tests, i);
	switch (rec->kind) {
	case RECORD_INTERFACE:
		if (rec->u.interface.use == RECORD_IF_SERVE)
			use_iface(t, &rec->u.interface, i);
		break;
	case RECORD_RANGE:
		if (rec->u.range.set[0] != '\0')
			use_add(t, &t->ranges, rec->u.range.set, i);
		break;
	case RECORD_HOST:
		t->hosts = true;
		use_tags(t, &t->sets, &rec->u.host.set, i);
		break;
	case RECORD_MATCH:
		use_add(t, &t->sets, rec->u.match.set, i);
		break;
	case RECORD_TAGIF:
		use_tags(t, &t->sets, &rec->u.tagif.set, i);
		use_stars(t, &rec->u.tagif.tags, i);
		break;
	default:
		break;
	}
}

void
tag_uses_load(struct tag_uses *t, const struct config *c)
{
	struct record rec;
	size_t i;

	for (i = 0; i < c->nentries; i++) {
		config_entry_record(c, &c->entries[i], &rec);
		use_record(t, &rec, i);
	}
}

static bool
use_known(const struct keys *k, const char *name)
{
	return keys_find(k, name, strlen(name) + 1) != KEYS_NONE;
}

static const char *
use_name(const struct keys *k, size_t i)
{
	return (const char *)keys_bytes(k, i);
}

#define PREFIXES_COMPARED 64 /* a real configuration has fewer */

/* Whether a name begins with one of these; also if they are too many. */
static bool
use_begins(const struct keys *k, const char *name)
{
	size_t i;

	for (i = 0; i < k->n && i < PREFIXES_COMPARED; i++)
		if (strncmp(use_name(k, i), name, strlen(use_name(k, i))) == 0)
			return true;
	return i < k->n;
}

static int
name_compare(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;

	return strcmp(*x, *y);
}

static bool
sets_sort(struct tag_uses *t)
{
	size_t nsets = t->sets.n, nranges = t->ranges.n, i;

	if (t->sorted != NULL)
		return true;
	t->nsorted = nsets + nranges;
	if ((t->sorted = calloc(t->nsorted + 1, sizeof(*t->sorted))) == NULL)
		return false;
	for (i = 0; i < nsets; i++)
		t->sorted[i] = use_name(&t->sets, i);
	for (i = 0; i < nranges; i++)
		t->sorted[nsets + i] = use_name(&t->ranges, i);
	sort_array(t->sorted, t->nsorted, sizeof(*t->sorted), name_compare);
	return true;
}

/* tag:name* tests whether any tag has this prefix. */
static bool
set_begins(struct tag_uses *t, const char *name)
{
	size_t n = strlen(name), low = 0, high, middle;

	if (n == 0 || name[n - 1] != '*')
		return false;
	if (!sets_sort(t)) {
		t->failed = true;
		return true;
	}
	high = t->nsorted;
	/* The first name that does not sort before the prefix. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (strncmp(t->sorted[middle], name, n - 1) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->nsorted && strncmp(t->sorted[low], name, n - 1) == 0;
}

/* Tags that requests set by themselves. */
static bool
tag_builtin(const struct tag_uses *t, const char *name)
{
	return strcmp(name, "bootp") == 0 || strcmp(name, "cpewan-id") == 0 ||
	       strcmp(name, "lo") == 0 || (t->hosts && tag_uses_is_known(name));
}

bool
tag_uses_iface(const struct tag_uses *t, const char *name)
{
	return use_known(&t->ifaces, name) || use_begins(&t->stars, name);
}

bool
tag_uses_is_set(const struct tag_uses *t, const char *name)
{
	return use_known(&t->sets, name) || use_known(&t->ranges, name);
}

bool
tag_uses_settable(struct tag_uses *t, const char *name)
{
	return tag_uses_is_set(t, name) || tag_builtin(t, name) ||
	       set_begins(t, name) || tag_uses_iface(t, name);
}

bool
tag_uses_of_ranges(const struct tag_uses *t, const char *name)
{
	return use_known(&t->ranges, name) && !use_known(&t->sets, name);
}

#define LIKE_COMPARED 100 /* of each kind; a real configuration has fewer */

/* The closest of these names, if it is closer than *best. */
static const char *
use_like(const struct keys *k, const char *name, unsigned int *best,
    const char *found)
{
	size_t i;

	for (i = 0; i < k->n && i < LIKE_COMPARED; i++)
		if (suggest_closer(name, use_name(k, i), best))
			found = use_name(k, i);
	return found;
}

const char *
tag_uses_like(const struct tag_uses *t, const char *name)
{
	unsigned int best = 0;

	return use_like(
	    &t->ranges, name, &best, use_like(&t->sets, name, &best, NULL));
}

bool
tag_uses_tested(const struct tag_uses *t, const char *name)
{
	return use_known(&t->tests, name) || use_begins(&t->star_tests, name);
}

const char *
tag_uses_set(const struct tag_uses *t, size_t i, uint32_t *entry)
{
	const struct keys *k = &t->sets;

	if (i >= k->n) {
		i -= k->n;
		k = &t->ranges;
	}
	if (i >= k->n)
		return NULL;
	*entry = k->key[i].value;
	return use_name(k, i);
}

void
tag_uses_free(struct tag_uses *t)
{
	keys_free(&t->sets);
	keys_free(&t->ranges);
	keys_free(&t->ifaces);
	keys_free(&t->stars);
	keys_free(&t->tests);
	keys_free(&t->star_tests);
	free(t->sorted);
}
