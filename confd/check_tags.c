/* SPDX-License-Identifier: ISC */
/* Tags that are tested and never set, and interfaces taken for tags. */
#include "confd/check.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/sort.h"

/* A name, somewhere in the configuration. */
struct use {
	char name[RECORD_TAG_MAX];
	uint32_t entry;
};

struct uses {
	struct use *list;
	size_t n, cap;
	bool failed;
};

static void
use_add(struct uses *u, const char *name, size_t entry)
{
	struct use *list;
	size_t cap;

	if (u->n == u->cap) {
		cap = u->cap == 0 ? 64 : u->cap * 2;
		if ((list = reallocarray(u->list, cap, sizeof(*list))) ==
		    NULL) {
			u->failed = true;
			return;
		}
		u->list = list;
		u->cap = cap;
	}
	memset(&u->list[u->n], 0, sizeof(u->list[u->n]));
	memcpy(u->list[u->n].name, name, strnlen(name, RECORD_TAG_MAX - 1));
	u->list[u->n++].entry = (uint32_t)entry;
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
	struct uses stars; /* interface=NAME*: sets any tag that begins so */
	struct uses tests;
};

/* The tags of one record: those it sets, those it tests. */
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

static int
use_compare(const void *a, const void *b)
{
	const struct use *x = a;
	const struct use *y = b;
	int r = strcmp(x->name, y->name);

	if (r != 0)
		return r;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

static int
use_compare_name(const void *key, const void *b)
{
	const struct use *y = b;

	return strcmp(key, y->name);
}

static int
use_compare_star(const void *key, const void *b)
{
	const char *star = key;
	const struct use *y = b;

	return strncmp(star, y->name, strlen(star) - 1);
}

static void
uses_sort(struct uses *u)
{
	if (u->n > 0)
		sort_array(u->list, u->n, sizeof(*u->list), use_compare);
}

static bool
use_known(const struct uses *u, const char *name)
{
	return u->n > 0 && bsearch(name, u->list, u->n, sizeof(*u->list),
			       use_compare_name) != NULL;
}

/* tag:name* asks whether any tag begins so. */
static bool
use_known_star(const struct uses *u, const char *name)
{
	size_t n = strlen(name);

	return u->n > 0 && n > 0 && name[n - 1] == '*' &&
	       bsearch(name, u->list, u->n, sizeof(*u->list),
		   use_compare_star) != NULL;
}

#define STARS_COMPARED 64 /* more are not written by anyone */

static bool
tag_settable(const struct tags *t, const char *name)
{
	size_t i;

	if (use_known(&t->sets, name) || use_known_star(&t->sets, name))
		return true;
	for (i = 0; i < t->stars.n && i < STARS_COMPARED; i++)
		if (strncmp(t->stars.list[i].name, name,
			strlen(t->stars.list[i].name)) == 0)
			return true;
	return i < t->stars.n;
}

/* Tags that requests bring along. */
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
tests_check(struct config *c, const struct tags *t)
{
	bool named = interfaces_named(c);
	size_t i;

	for (i = 0; i < t->tests.n && !c->stopped; i++) {
		const struct use *u = &t->tests.list[i];

		/* A name is complained of once, at its first use. */
		if (i > 0 && strcmp(u[-1].name, u->name) == 0)
			continue;
		if (tag_builtin(u->name) || tag_settable(t, u->name))
			continue;
		config_diag_at(c, LOG_WARNING, &c->entries[u->entry].place,
		    "nothing sets the tag \"%s\" that is tested here%s",
		    config_show(c, u->name),
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
			config_diag_at(c, LOG_WARNING, &c->entries[i].place,
			    "\"%s\" sets a tag that nothing tests; to choose "
			    "an interface write interface=%s, to test a tag "
			    "tag:%s",
			    config_show(c, rec.u.range.set),
			    config_show(c, rec.u.range.set),
			    config_show(c, rec.u.range.set));
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
	if (t.sets.failed || t.stars.failed || t.tests.failed) {
		config_error(c, "no memory");
	} else {
		uses_sort(&t.sets);
		uses_sort(&t.tests);
		tests_check(c, &t);
		ranges_check(c, &t.tests);
	}
	free(t.sets.list);
	free(t.stars.list);
	free(t.tests.list);
}
