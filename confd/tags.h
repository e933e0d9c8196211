/* SPDX-License-Identifier: ISC */
/* Parses tags in directives; reports errors itself. */
#ifndef CONFD_TAGS_H
#define CONFD_TAGS_H

#include "confd/builder.h"

/* Copies a tag without its prefix; false for an empty or over-long one. */
bool tags_copy(struct config *, const char *name, char dst[RECORD_TAG_MAX]);

/* Adds a tag to test; "!name" or "#name" tests that it is not set. */
bool tags_add_test(struct config *, const char *name, struct record_tags *);

/* Adds a tag to set. */
bool tags_add_set(struct config *, const char *name, struct record_tags *);

/*
 * The next argument, with a prefix such as "TAG:" repaired; false at the end of
 * the line.
 */
bool tags_next(struct config *, struct tokens *, struct token *);

/* "tag:" or its old form "net:". */
bool tags_cut_prefix(struct token *);

/*
 * Adds a tag to test that may have no prefix.  Removes the prefix; warns of an
 * unknown one.
 */
bool tags_add_word(struct config *, struct token *, struct record_tags *);

/*
 * The first argument of a directive that sets one tag: "set:name", or the
 * name alone.
 */
bool
tags_take_target(struct config *, struct tokens *, char dst[RECORD_TAG_MAX]);

#endif
