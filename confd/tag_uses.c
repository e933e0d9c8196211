/* SPDX-License-Identifier: ISC */
/* Collects the tags of a configuration, and finds out which can be set. */
#include "confd/tag_uses.h"

#include <stdlib.h>
#include <string.h>

#include "confd/builder.h"
#include "confd/suggest.h"
#include "daemon/sort.h"

static void
use_add(struct uses *u, const char *name, size_t entry)
{
	size_t len = strlen(name) + 1;

	if (keys_find(&u->names, name, len) == KEYS_NONE &&
	    !keys_put(&u->names, name, len, (uint32_t)entry))
		u->failed = true;
}

static void
use_tags(struct uses *u, const struct record_tags *t, size_t entry)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		use_add(u, t->tag[i].name, entry);
}

bool
tag_uses_is_known(const char *name)
{
	return strcmp(name, "known") == 0 ||
	       strcmp(name, "known-othernet") == 0;
}

/* Tests that hold without any dhcp-host line are no mistake. */
static void
use_tests(struct uses *u, const struct record_tags *t, size_t entry)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (!t->tag[i].negate || !tag_uses_is_known(t->tag[i].name))
			use_add(u, t->tag[i].name, entry);
}

/* Names that end in '*', which stands for any characters. */
static void
use_stars(struct uses *u, const struct record_tags *t, size_t entry)
{
	size_t i, n;

	for (i = 0; i < t->n; i++) {
		n = strlen(t->tag[i].name);
		if (n > 0 && t->tag[i].name[n - 1] == '*')
			use_add(u, t->tag[i].name, entry);
	}
}

static void
use_iface(struct tag_uses *t, const struct record_interface *in, size_t entry)
{
	if (in->prefix) {
		use_add(&t->stars, in->name, entry);
		return;
	}
	use_add(&t->ifaces, in->name, entry);
	use_add(&t->sets, in->name, entry);
}

void
tag_uses_add(struct tag_uses *t, const struct record *rec, size_t i)
{
	struct uses *sets = &t->sets, *tests = &t->tests;

	switch (rec->kind) {
	case RECORD_INTERFACE:
		if (rec->u.interface.use == RECORD_IF_SERVE)
			use_iface(t, &rec->u.interface, i);
		break;
	case RECORD_RANGE:
		if (rec->u.range.set[0] != '\0')
			use_add(&t->ranges, rec->u.range.set, i);
		use_tests(tests, &rec->u.range.tags, i);
		break;
	case RECORD_HOST:
		t->hosts = true;
		use_tags(sets, &rec->u.host.set, i);
		use_tests(tests, &rec->u.host.tags, i);
		break;
	case RECORD_OPTION:
		use_tests(tests, &rec->u.option.tags, i);
		break;
	case RECORD_BOOT:
		use_tests(tests, &rec->u.boot.tags, i);
		break;
	case RECORD_CHOICE:
		use_tests(tests, &rec->u.choice.tags, i);
		break;
	case RECORD_REPLY_DELAY:
		use_tests(tests, &rec->u.reply_delay.tags, i);
		break;
	case RECORD_SUBOPTION:
		use_tests(tests, &rec->u.suboption.tags, i);
		break;
	case RECORD_SERVICE:
		use_tests(tests, &rec->u.service.tags, i);
		break;
	case RECORD_PROMPT:
		use_tests(tests, &rec->u.prompt.tags, i);
		break;
	case RECORD_PXE_STYLE:
		use_tests(tests, &rec->u.pxe_style.tags, i);
		break;
	case RECORD_MATCH:
		use_add(sets, rec->u.match.set, i);
		break;
	case RECORD_TAGIF:
		use_tags(sets, &rec->u.tagif.set, i);
		use_tests(tests, &rec->u.tagif.tags, i);
		use_stars(&t->star_tests, &rec->u.tagif.tags, i);
		break;
	case RECORD_IGNORE:
		use_tests(tests, &rec->u.ignore.tags, i);
		break;
	default:
		break;
	}
}

static bool
use_known(const struct uses *u, const char *name)
{
	return keys_find(&u->names, name, strlen(name) + 1) != KEYS_NONE;
}

static const char *
use_name(const struct uses *u, size_t i)
{
	return (const char *)keys_bytes(&u->names, i);
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
	size_t nsets = t->sets.names.n, nranges = t->ranges.names.n, i;

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
		t->sets.failed = true;
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
#define STARS_COMPARED 64 /* a real configuration has fewer */

bool
tag_uses_iface(const struct tag_uses *t, const char *name)
{
	size_t i;

	if (use_known(&t->ifaces, name))
		return true;
	for (i = 0; i < t->stars.names.n && i < STARS_COMPARED; i++)
		if (strncmp(use_name(&t->stars, i), name,
			strlen(use_name(&t->stars, i))) == 0)
			return true;
	return i < t->stars.names.n;
}

bool
tag_uses_settable(struct tag_uses *t, const char *name)
{
	return use_known(&t->sets, name) || use_known(&t->ranges, name) ||
	       tag_builtin(t, name) || set_begins(t, name) ||
	       tag_uses_iface(t, name);
}

bool
tag_uses_of_ranges(const struct tag_uses *t, const char *name)
{
	return use_known(&t->ranges, name) && !use_known(&t->sets, name);
}

#define LIKE_COMPARED 100 /* of each kind; a real configuration has fewer */

/* The closest of these names, if it is closer than *best. */
static const char *
use_like(const struct uses *u, const char *name, unsigned int *best,
    const char *found)
{
	size_t i;

	for (i = 0; i < u->names.n && i < LIKE_COMPARED; i++)
		if (suggest_closer(name, use_name(u, i), best))
			found = use_name(u, i);
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
	const struct uses *stars = &t->star_tests;
	size_t i;

	if (use_known(&t->tests, name))
		return true;
	for (i = 0; i < stars->names.n && i < STARS_COMPARED; i++)
		if (strncmp(use_name(stars, i), name,
			strlen(use_name(stars, i)) - 1) == 0)
			return true;
	return i < stars->names.n;
}

const char *
tag_uses_set(const struct tag_uses *t, size_t i, uint32_t *entry)
{
	const struct uses *u = &t->sets;

	if (i >= u->names.n) {
		i -= u->names.n;
		u = &t->ranges;
	}
	if (i >= u->names.n)
		return NULL;
	*entry = u->names.key[i].value;
	return use_name(u, i);
}

void
tag_uses_free(struct tag_uses *t)
{
	keys_free(&t->sets.names);
	keys_free(&t->ranges.names);
	keys_free(&t->ifaces.names);
	keys_free(&t->stars.names);
	keys_free(&t->tests.names);
	keys_free(&t->star_tests.names);
	free(t->sorted);
}

bool
tag_uses_failed(const struct tag_uses *t)
{
	return t->sets.failed || t->ranges.failed || t->ifaces.failed ||
	       t->stars.failed || t->tests.failed || t->star_tests.failed;
}
