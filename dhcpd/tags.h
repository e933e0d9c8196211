/* SPDX-License-Identifier: ISC */
/*
 * Tags: the names by which the configuration groups requests.  Each name
 * that the configuration mentions gets a small number once, so that the tags
 * of a request are a set of bits.
 */
#ifndef DHCPD_TAGS_H
#define DHCPD_TAGS_H

#include "daemon/record.h"

#define TAGS_MAX 1024
#define TAGS_WORDS (TAGS_MAX / 64)
#define TAGS_NONE UINT16_MAX

struct tags {
	uint16_t n;
	char name[TAGS_MAX][RECORD_TAG_MAX];
};

struct tagset {
	uint64_t word[TAGS_WORDS];
};

/* One test; wild: the name ends in '*' and stands for all that begin so. */
struct tagtest {
	uint16_t id;
	bool negate;
	bool wild;
};

/* Tests that must all hold; none at all holds always. */
struct tagtests {
	uint8_t n;
	struct tagtest test[RECORD_TAGS_MAX];
};

/* The number of a name, given out when it is new; TAGS_NONE: table full. */
uint16_t tags_intern(struct tags *, const char *name);

/* The number of a name of n bytes, or TAGS_NONE. */
uint16_t tags_find(const struct tags *, const void *name, size_t n);

/* -1 when the table of tags is full.  wild: '*' at the end has a meaning. */
int tags_compile(
    struct tags *, const struct record_tags *, bool wild, struct tagtests *);

bool
tags_hold(const struct tags *, const struct tagtests *, const struct tagset *);

void tagset_clear(struct tagset *);
void tagset_add(struct tagset *, uint16_t id); /* TAGS_NONE: nothing */
bool tagset_has(const struct tagset *, uint16_t id);

#endif
