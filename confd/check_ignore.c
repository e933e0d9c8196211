/* SPDX-License-Identifier: ISC */
/* Finds dhcp-ignore lines that ignore every client, or none. */
#include "confd/check_ignore.h"

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

bool
check_ignore(struct config *c, struct tag_uses *t, size_t entry, bool named)
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
