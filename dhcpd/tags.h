/* SPDX-License-Identifier: ISC */
/*
 * Tags, the names by which the configuration groups requests.  Each name is
 * given a number when it is first seen, so that the tags of a request are a
 * set of bits.
 */
#ifndef DHCPD_TAGS_H
#define DHCPD_TAGS_H

#include "daemon/arena.h"
#include "daemon/record.h"

#define TAGS_NONE UINT32_MAX

/* All zero is an empty table. */
struct tags {
	uint32_t n, cap;
	const char **name; /* by number */
	uint32_t *slot; /* mask + 1 of them: 0, or a number and 1 */
	uint32_t mask;
	struct arena arena; /* of the names, and of compiled tests */
};

/* A bit for each tag; the memory belongs to the caller. */
struct tagset {
	uint64_t *word;
	size_t nwords;
};

/* One test.  wild: the name ends in '*' and matches any name that begins so. */
struct tagtest {
	uint32_t id;
	bool negate;
	bool wild;
};

/* Tests that must all succeed; an empty list succeeds. */
struct tagtests {
	uint8_t n;
	const struct tagtest *test;
};

void tags_free(struct tags *);

/* The number of a name, a new one if needed; TAGS_NONE without memory. */
uint32_t tags_intern(struct tags *, const char *name);

/* The number of a name of n bytes, or TAGS_NONE. */
uint32_t tags_find(const struct tags *, const void *name, size_t n);

/* -1 without memory.  wild: '*' at the end of a name is a wildcard. */
int tags_compile(
    struct tags *, const struct record_tags *, bool wild, struct tagtests *);

bool
tags_hold(const struct tags *, const struct tagtests *, const struct tagset *);

/* The words of a set that has a bit for each tag of the table. */
static inline size_t
tags_words(const struct tags *t)
{
	return t->n / 64 + 1;
}

void tagset_clear(struct tagset *);
void tagset_copy(struct tagset *to, const struct tagset *from);
void tagset_add(struct tagset *, uint32_t id); /* TAGS_NONE: nothing */
bool tagset_has(const struct tagset *, uint32_t id);

/* The lowest tag of the set from `from` on; TAGS_NONE: none. */
uint32_t tagset_next(const struct tagset *, uint32_t from);

#endif
