/* SPDX-License-Identifier: ISC */
/* Finds dhcp-ignore lines that ignore no client, or all, alone or together. */
#include "confd/check_ignore.h"

#include <stdio.h>
#include <string.h>

#include "confd/builder.h"
#include "confd/diag.h"

/* The tags of a line: why it may hold for every client, or for none. */
struct ignored {
	const char *unset; /* tag:!NAME, and nothing sets it */
	const char *iface; /* tag:NAME of an interface */
	const char *range; /* a tag of ranges alone */
	bool never; /* tag:NAME of ranges alone */
	bool some; /* a test that holds for some clients */
};

static void
ignored_read(
    struct tag_uses *t, const struct record_tags *tags, struct ignored *g)
{
	size_t i;

	memset(g, 0, sizeof(*g));
	for (i = 0; i < tags->n; i++) {
		const char *name = tags->tag[i].name;
		bool negate = tags->tag[i].negate;

		if (tag_uses_of_ranges(t, name)) {
			g->range = name;
			g->never = g->never || !negate;
		} else if (negate && !tag_uses_settable(t, name)) {
			g->unset = name;
		} else if (!negate && tag_uses_iface(t, name)) {
			g->iface = name;
		} else {
			g->some = true;
		}
	}
}

/*
 * Warns of a line that ignores every client, every client of an interface, or
 * none because of the tag of a range; returns whether it has.
 */
static bool
line_check(struct config *c, struct tag_uses *t, size_t entry, bool named)
{
	const struct place *at = &c->entries[entry].place;
	struct ignored g;
	struct record rec;

	config_entry_record(c, &c->entries[entry], &rec);
	ignored_read(t, &rec.u.ignore.tags, &g);
	if (g.never)
		diag_at(c, LOG_WARNING, at,
		    "this line ignores no client: a dhcp-range sets the tag \"%s\" only after dhcp-ignore is decided; test a tag of dhcp-match, dhcp-mac or dhcp-host",
		    diag_show(c, g.range));
	else if (g.some)
		return false;
	else if (g.iface != NULL)
		diag_at(c, LOG_WARNING, at,
		    "this line ignores every client on %s: the name of an interface is a tag of all clients there; to serve no DHCP there write no-dhcp-interface=%s, to serve only there write interface=%s",
		    diag_show(c, g.iface), diag_show(c, g.iface),
		    diag_show(c, g.iface));
	else if (g.range != NULL)
		diag_at(c, LOG_WARNING, at,
		    "this line ignores every client: a dhcp-range sets the tag \"%s\" only after dhcp-ignore is decided; test a tag of dhcp-match, dhcp-mac or dhcp-host",
		    diag_show(c, g.range));
	else if (g.unset == NULL)
		return false;
	else if (tag_uses_is_known(g.unset))
		diag_at(c, LOG_WARNING, at,
		    "this line ignores every client: only a dhcp-host line makes a client \"%s\", and there is none; add a dhcp-host line for each machine to serve, or remove this line",
		    g.unset);
	else
		diag_at(c, LOG_WARNING, at,
		    "this line ignores every client%s: nothing sets the tag \"%s\"; set it for the machines to serve, as in dhcp-host=MAC,set:%s, or remove this line",
		    named ? "" : " that is not on an interface of this name",
		    diag_show(c, g.unset), diag_show(c, g.unset));
	return true;
}

/* --------------------------------------------------------- several lines */

/* With more lines or tags nothing is said: all combinations are tried. */
#define LINES_MAX 32
#define TAGS_MAX 12

/* The tests of one line; bit i: those of tag i. */
struct ignore_line {
	uint32_t entry;
	uint16_t has;
	uint16_t lacks;
};

struct ignore_lines {
	struct ignore_line v[LINES_MAX];
	size_t n;
	char tag[TAGS_MAX][RECORD_TAG_MAX];
	size_t ntags;
	bool too_many;
};

/* The bit of a tag; 0: there are too many. */
static uint16_t
lines_tag(struct ignore_lines *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->ntags && strcmp(l->tag[i], name) != 0; i++)
		continue;
	if (i == TAGS_MAX) {
		l->too_many = true;
		return 0;
	}
	if (i == l->ntags) {
		(void)snprintf(l->tag[i], RECORD_TAG_MAX, "%s", name);
		l->ntags++;
	}
	return (uint16_t)(1U << i);
}

/*
 * Adds a line, unless it holds for no client.  A tag that nothing sets, or that
 * ranges alone set, which is later, no client has.
 */
static void
lines_add(struct ignore_lines *l, struct tag_uses *t, uint32_t entry,
    const struct record_tags *tags)
{
	struct ignore_line line = { .entry = entry };
	size_t i;

	for (i = 0; i < tags->n; i++) {
		const char *name = tags->tag[i].name;
		bool settable =
		    tag_uses_settable(t, name) && !tag_uses_of_ranges(t, name);

		if (!settable && !tags->tag[i].negate)
			return;
		if (!settable)
			continue;
		if (tags->tag[i].negate)
			line.lacks |= lines_tag(l, name);
		else
			line.has |= lines_tag(l, name);
	}
	if (l->n == LINES_MAX)
		l->too_many = true;
	else if ((line.has & line.lacks) == 0)
		l->v[l->n++] = line;
}

/* Whether each client matches a line, but for the one at `without`. */
static bool
lines_ignore_all(const struct ignore_lines *l, size_t without)
{
	uint32_t tags;
	size_t i;

	for (tags = 0; tags < 1U << l->ntags; tags++) {
		for (i = 0; i < l->n; i++)
			if (i != without &&
			    (tags & l->v[i].has) == l->v[i].has &&
			    (tags & l->v[i].lacks) == 0)
				break;
		if (i == l->n)
			return false;
	}
	return true;
}

/* Leaves only lines without which some client would be served. */
static void
lines_reduce(struct ignore_lines *l)
{
	size_t i, j;

	for (i = l->n; i-- > 0;) {
		if (!lines_ignore_all(l, i))
			continue;
		l->n--;
		for (j = i; j < l->n; j++)
			l->v[j] = l->v[j + 1];
	}
}

static void
lines_report(struct config *c, const struct ignore_lines *l)
{
	const struct place *first = &c->entries[l->v[0].entry].place;
	const struct place *last = &c->entries[l->v[l->n - 1].entry].place;

	if (l->n == 2)
		diag_at(c, LOG_WARNING, last,
		    "this dhcp-ignore line and that at %s together ignore every client: each client matches one of them; remove one",
		    diag_place(c, first, last));
	else
		diag_at(c, LOG_WARNING, last,
		    "this line and %zu other dhcp-ignore lines, the first at %s, together ignore every client: each client matches one of them; remove one",
		    l->n - 1, diag_place(c, first, last));
}

/* Lines of which each client matches one, such as tag:x and tag:!x. */
static void
lines_check(struct config *c, struct tag_uses *t)
{
	struct ignore_lines l = { .n = 0 };
	struct record rec;
	size_t i;

	for (i = 0; config_next(c, RECORD_IGNORE, &i, &rec); i++)
		if (!c->entries[i].told)
			lines_add(&l, t, (uint32_t)i, &rec.u.ignore.tags);
	if (l.too_many || l.n < 2 || !lines_ignore_all(&l, l.n))
		return;
	lines_reduce(&l);
	if (l.n >= 2)
		lines_report(c, &l);
}

void
check_ignore(struct config *c, struct tag_uses *t, bool named)
{
	size_t i;

	for (i = 0; i < c->nentries; i++)
		if (c->entries[i].kind == RECORD_IGNORE)
			c->entries[i].told = line_check(c, t, i, named);
	lines_check(c, t);
}
