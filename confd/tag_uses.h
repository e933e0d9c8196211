/* SPDX-License-Identifier: ISC */
/* The tags that a configuration sets, and those that it tests. */
#ifndef CONFD_TAG_USES_H
#define CONFD_TAG_USES_H

#include "confd/keys.h"
#include "daemon/record.h"

struct config;

/*
 * All zero is empty.  Names are kept with their NUL, and with the first entry
 * that uses them.
 */
struct tag_uses {
	struct keys sets; /* by all but ranges */
	struct keys ranges; /* set once a client has a range */
	struct keys ifaces; /* interface=NAME */
	struct keys stars; /* interface=NAME*: sets any tag with this prefix */
	struct keys tests;
	struct keys star_tests; /* tag:NAME* tests all tags with this prefix */
	bool hosts; /* there is a dhcp-host line */
	bool failed; /* out of memory, so that the answers are incomplete */
	const char **sorted; /* names of sets and ranges, when first needed */
	size_t nsorted;
};

/* Adds the tags of all records. */
void tag_uses_load(struct tag_uses *, const struct config *);
void tag_uses_free(struct tag_uses *);

/* Whether it is a tag of clients that have a dhcp-host line. */
bool tag_uses_is_known(const char *name);

/* Whether a line sets a tag, or an interface of this name is served. */
bool tag_uses_is_set(const struct tag_uses *, const char *name);

/* Whether a tag can be set; a '*' at its end stands for any characters. */
bool tag_uses_settable(struct tag_uses *, const char *name);

/* Whether it is the name of an interface that is served. */
bool tag_uses_iface(const struct tag_uses *, const char *name);

/* Whether ranges set it, and nothing else. */
bool tag_uses_of_ranges(const struct tag_uses *, const char *name);

/* A tag that is set and whose name is close to this one, or NULL. */
const char *tag_uses_like(const struct tag_uses *, const char *name);

bool tag_uses_tested(const struct tag_uses *, const char *name);

/*
 * The i-th tag that is set, by interfaces, by ranges or by other lines, and the
 * first entry that sets it; NULL after the last.
 */
const char *tag_uses_set(const struct tag_uses *, size_t i, uint32_t *entry);

#endif
