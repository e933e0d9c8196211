/* SPDX-License-Identifier: ISC */
/*
 * Memory for many small objects that are freed together.  Objects are taken one
 * after another from large chunks; a single object cannot be freed.
 */
#ifndef DAEMON_ARENA_H
#define DAEMON_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* All zero is an empty arena. */
struct arena {
	struct arena_chunk *chunk; /* in use, followed by the full ones */
};

/* n zeroed bytes, aligned for any type; NULL if out of memory. */
void *arena_alloc(struct arena *, size_t n);

/* A copy of n bytes; NULL if out of memory. */
void *arena_copy(struct arena *, const void *, size_t n);

void arena_free(struct arena *);

#endif
