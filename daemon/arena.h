/* SPDX-License-Identifier: ISC */
/*
 * Memory for many small things that live and end together.  Pieces are taken
 * one after another from large chunks; none is given back alone.
 */
#ifndef DAEMON_ARENA_H
#define DAEMON_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* All zero is an empty arena. */
struct arena {
	struct arena_chunk *chunk; /* in use; behind it those that are full */
};

/* n zeroed bytes, aligned for any type; NULL without memory. */
void *arena_alloc(struct arena *, size_t n);

/* A copy of n bytes; NULL without memory. */
void *arena_copy(struct arena *, const void *, size_t n);

void arena_free(struct arena *);

#endif
