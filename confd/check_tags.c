/* SPDX-License-Identifier: ISC */
/* Tags that are tested and never set, and interfaces taken for tags. */
#include "confd/check_tags.h"

#include <stdlib.h>
#include <string.h>

#include "confd/builder.h"
#include "confd/diag.h"
#include "confd/keys.h"
#include "daemon/sort.h"

/* Names, each with the first entry that uses it. */
struct uses {
	struct keys names; /* with their NUL */
	bool failed;
};

static void
use_add(struct uses *u, const char *name, size_t entry)
{
	size_t len = strlen(name) + 1;

	if (keys_find(&u->names, name, len) == KEYS_NONE &&
	    !keys_put(&u->names, name, len, (uint32_t)entry, NULL))
		u->failed = true;
}

static void
use_tags(struct uses *u, const struct record_tags *t, size_t entry)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		use_add(u, t->tag[i].name, entry);
}

/* All tags of a configuration. */
struct tags {
	struct uses sets;
	struct uses stars; /* interface=NAME*: sets any tag with this prefix */
	struct uses tests;
	const char **sorted; /* the names of sets, sorted when first needed */
};

/* The tags that a record sets, and those that it tests. */
static void
uses_collect(const struct record *rec, size_t i, struct tags *t)
{
	struct uses *sets = &t->sets, *tests = &t->tests;

	switch (rec->kind) {
	case RECORD_INTERFACE:
		if (rec->u.interface.use == RECORD_IF_SERVE)
			use_add(rec->u.interface.prefix ? &t->stars : sets,
			    rec->u.interface.name, i);
		break;
	case RECORD_RANGE:
		if (rec->u.range.set[0] != '\0')
			use_add(sets, rec->u.range.set, i);
		use_tags(tests, &rec->u.range.tags, i);
		break;
	case RECORD_HOST:
		use_tags(sets, &rec->u.host.set, i);
		use_tags(tests, &rec->u.host.tags, i);
		break;
	case RECORD_OPTION:
		use_tags(tests, &rec->u.option.tags, i);
		break;
	case RECORD_BOOT:
		use_tags(tests, &rec->u.boot.tags, i);
		break;
	case RECORD_MATCH:
		use_add(sets, rec->u.match.set, i);
		break;
	case RECORD_TAGIF:
		use_tags(sets, &rec->u.tagif.set, i);
		use_tags(tests, &rec->u.tagif.tags, i);
		break;
	case RECORD_IGNORE:
		use_tags(tests, &rec->u.ignore.tags, i);
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
sets_sort(struct tags *t)
{
	size_t n = t->sets.names.n, i;

	if (t->sorted != NULL)
		return true;
	if ((t->sorted = calloc(n + 1, sizeof(*t->sorted))) == NULL)
		return false;
	for (i = 0; i < n; i++)
		t->sorted[i] = use_name(&t->sets, i);
	sort_array(t->sorted, n, sizeof(*t->sorted), name_compare);
	return true;
}

/* tag:name* tests whether any tag has this prefix. */
static bool
set_begins(struct tags *t, const char *name)
{
	size_t n = strlen(name), low = 0, high = t->sets.names.n, middle;

	if (n == 0 || name[n - 1] != '*')
		return false;
	if (!sets_sort(t)) {
		t->sets.failed = true;
		return true;
	}
	/* The first name that does not sort before the prefix. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (strncmp(t->sorted[middle], name, n - 1) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->sets.names.n &&
	       strncmp(t->sorted[low], name, n - 1) == 0;
}

#define STARS_COMPARED 64 /* a real configuration has fewer */

static bool
tag_settable(struct tags *t, const char *name)
{
	size_t i;

	if (use_known(&t->sets, name) || set_begins(t, name))
		return true;
	for (i = 0; i < t->stars.names.n && i < STARS_COMPARED; i++)
		if (strncmp(use_name(&t->stars, i), name,
			strlen(use_name(&t->stars, i))) == 0)
			return true;
	return i < t->stars.names.n;
}

/* Tags that requests set by themselves. */
static bool
tag_builtin(const char *name)
{
	static const char *const names[] = { "known", "known-othernet", "bootp",
		"cpewan-id", "lo" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool
interfaces_named(const struct config *c)
{
	struct record rec;
	size_t i;

	for (i = 0; i < c->nentries; i++) {
		if (c->entries[i].kind != RECORD_INTERFACE)
			continue;
		config_entry_record(c, &c->entries[i], &rec);
		if (rec.u.interface.use == RECORD_IF_SERVE)
			return true;
	}
	return false;
}

static void
tests_check(struct config *c, struct tags *t)
{
	bool named = interfaces_named(c);
	size_t i;

	/* A name is reported once, at its first use. */
	for (i = 0; i < t->tests.names.n; i++) {
		const char *name = use_name(&t->tests, i);
		uint32_t entry = t->tests.names.key[i].value;

		if (tag_builtin(name) || tag_settable(t, name))
			continue;
		diag_at(c, LOG_WARNING, &c->entries[entry].place,
		    "tag \"%s\" is tested here, but nothing sets it%s",
		    diag_show(c, name),
		    named ? "" : "; it can only be an interface's name");
	}
}

/* dhcp-range=eth0,...: sets a tag, and does not choose an interface. */
static void
ranges_check(struct config *c, const struct uses *tests)
{
	struct record rec;
	size_t i;

	for (i = 0; i < c->nentries; i++) {
		if (c->entries[i].kind != RECORD_RANGE ||
		    !c->entries[i].plain_set)
			continue;
		config_entry_record(c, &c->entries[i], &rec);
		if (!use_known(tests, rec.u.range.set))
			diag_at(c, LOG_WARNING, &c->entries[i].place,
			    "tag \"%s\" is set here, but nothing tests it; to choose an interface write interface=%s, to test a tag write tag:%s",
			    diag_show(c, rec.u.range.set),
			    diag_show(c, rec.u.range.set),
			    diag_show(c, rec.u.range.set));
	}
}

void
check_tags(struct config *c)
{
	struct tags t = { 0 };
	struct record rec;
	size_t i;

	for (i = 0; i < c->nentries; i++) {
		config_entry_record(c, &c->entries[i], &rec);
		uses_collect(&rec, i, &t);
	}
	tests_check(c, &t);
	ranges_check(c, &t.tests);
	if (t.sets.failed || t.stars.failed || t.tests.failed)
		diag_error(c, "out of memory");
	keys_free(&t.sets.names);
	keys_free(&t.stars.names);
	keys_free(&t.tests.names);
	free(t.sorted);
}
