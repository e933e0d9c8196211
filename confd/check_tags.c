/* SPDX-License-Identifier: ISC */
/* Tags that are tested and never set, and interfaces taken for tags. */
#include "confd/check_tags.h"

#include <string.h>

#include "confd/builder.h"
#include "confd/check_ignore.h"
#include "confd/diag.h"
#include "confd/tag_uses.h"

static bool
interfaces_named(const struct config *c)
{
	struct record rec;
	size_t i;

	for (i = 0; config_next(c, RECORD_INTERFACE, &i, &rec); i++)
		if (rec.u.interface.use == RECORD_IF_SERVE)
			return true;
	return false;
}

/* A tag that is tested, and that nothing sets; it is reported once. */
static void
test_check(struct config *c, const struct tag_uses *t, const char *name,
    uint32_t entry, bool named)
{
	const struct place *at = &c->entries[entry].place;
	const char *like =
	    diag_is_reported(c, LOG_WARNING) ? tag_uses_like(t, name) : NULL;

	if (tag_uses_is_known(name))
		diag_at(c, LOG_WARNING, at,
		    "tag \"%s\" is tested here, but nothing sets it: there is no dhcp-host line",
		    name);
	else if (like != NULL)
		diag_at(c, LOG_WARNING, at,
		    "tag \"%s\" is tested here, but nothing sets it; did you mean \"%s\"?",
		    diag_show(c, name), diag_show(c, like));
	else if (c->entries[entry].kind == RECORD_HOST)
		diag_at(c, LOG_WARNING, at,
		    "tag:%s is a condition here, and nothing sets the tag%s; if this machine is to get it, write set:%s",
		    diag_show(c, name),
		    named ? "" : " unless it is the name of an interface",
		    diag_show(c, name));
	else
		diag_at(c, LOG_WARNING, at,
		    "tag \"%s\" is tested here, but nothing sets it%s; set it with set:%s in dhcp-match, dhcp-mac or dhcp-host",
		    diag_show(c, name),
		    named ? "" : " unless it is the name of an interface",
		    diag_show(c, name));
}

static void
tests_check(struct config *c, struct tag_uses *t, bool named)
{
	size_t i;

	for (i = 0; i < t->tests.n; i++) {
		const char *name = (const char *)keys_bytes(&t->tests, i);
		uint32_t entry = t->tests.key[i].value;

		/* check_ignore() says more of its line. */
		if (!tag_uses_settable(t, name) && !c->entries[entry].told)
			test_check(c, t, name, entry, named);
	}
}

/* dhcp-range=eth0,...: sets a tag, and does not choose an interface. */
static void
ranges_check(struct config *c, const struct tag_uses *t)
{
	struct record rec;
	size_t i;

	for (i = 0; config_next(c, RECORD_RANGE, &i, &rec); i++) {
		if (!c->entries[i].plain_set)
			continue;
		if (tag_uses_iface(t, rec.u.range.set))
			diag_at(c, LOG_INFO, &c->entries[i].place,
			    "\"%s\" sets a tag here and chooses no interface, which interface=%s does already; remove the word",
			    diag_show(c, rec.u.range.set),
			    diag_show(c, rec.u.range.set));
		else if (!tag_uses_tested(t, rec.u.range.set))
			diag_at(c, LOG_WARNING, &c->entries[i].place,
			    "tag \"%s\" is set here, but nothing tests it; to choose an interface write interface=%s, to test a tag write tag:%s",
			    diag_show(c, rec.u.range.set),
			    diag_show(c, rec.u.range.set),
			    diag_show(c, rec.u.range.set));
	}
}

#define UNTESTED_MAX 10 /* more tags are only counted */

/* Tags that are set, and that nothing tests. */
static void
sets_check(struct config *c, const struct tag_uses *t)
{
	uint32_t entry, untested = 0;
	const char *name;
	size_t i;

	for (i = 0; (name = tag_uses_set(t, i, &entry)) != NULL; i++) {
		const struct config_entry *e = &c->entries[entry];

		/* ranges_check() says more of words without "set:". */
		if (e->kind == RECORD_INTERFACE || e->plain_set ||
		    tag_uses_is_known(name) || tag_uses_tested(t, name))
			continue;
		if (untested++ < UNTESTED_MAX)
			diag_at(c, LOG_INFO, &e->place,
			    "tag \"%s\" is set here, but nothing tests it",
			    diag_show(c, name));
	}
	if (untested > UNTESTED_MAX)
		diag_at(c, LOG_INFO, NULL, "%u more tag%s set and never tested",
		    untested - UNTESTED_MAX,
		    untested - UNTESTED_MAX == 1 ? " is" : "s are");
}

void
check_tags(struct config *c)
{
	struct tag_uses t = { 0 };
	bool named = interfaces_named(c);

	tag_uses_load(&t, c);
	/* What is missing may set the tags, or make clients known. */
	if (!c->incomplete && !c->sets_lost) {
		check_ignore(c, &t, named);
		tests_check(c, &t, named);
	}
	ranges_check(c, &t);
	/* A line that was lost may test them. */
	if (!c->incomplete && c->errors == 0)
		sets_check(c, &t);
	if (t.failed)
		diag_error(c, "out of memory");
	tag_uses_free(&t);
}
