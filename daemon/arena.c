/* SPDX-License-Identifier: ISC */
/* Memory in chunks, for many small things that end together. */
#include "daemon/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE (64U << 10)

struct arena_chunk {
	struct arena_chunk *next;
	size_t size; /* of data */
	size_t used;
	alignas(max_align_t) uint8_t data[];
};

void *
arena_alloc(struct arena *a, size_t n)
{
	const size_t align = alignof(max_align_t) - 1;
	struct arena_chunk *c = a->chunk;
	void *p;

	if (n > SIZE_MAX / 2)
		return NULL;
	n = (n + align) & ~align;
	if (c == NULL || n > c->size - c->used) {
		size_t size = n > CHUNK_SIZE ? n : CHUNK_SIZE;

		if ((c = calloc(1, sizeof(*c) + size)) == NULL)
			return NULL;
		c->size = size;
		c->next = a->chunk;
		a->chunk = c;
	}
	p = c->data + c->used;
	c->used += n;
	return p;
}

void *
arena_copy(struct arena *a, const void *bytes, size_t n)
{
	void *p = arena_alloc(a, n);

	if (p != NULL && n > 0)
		memcpy(p, bytes, n);
	return p;
}

void
arena_free(struct arena *a)
{
	struct arena_chunk *c;

	while ((c = a->chunk) != NULL) {
		a->chunk = c->next;
		free(c);
	}
}
