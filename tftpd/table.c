/* SPDX-License-Identifier: ISC */
/* The pool of sessions, and a hash table to find one. */
#include "tftpd/table.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Sessions that were allocated together. */
struct session_piece {
	struct session_piece *next;
	struct session session[];
};

void
session_table_init(struct session_table *t, uint64_t seed)
{
	memset(t, 0, sizeof(*t));
	t->seed = seed;
	LIST_INIT(&t->free);
}

static struct session_list *
table_bucket(const struct session_table *t, const struct endpoint *client,
    const struct endpoint *local)
{
	uint64_t h = endpoint_hash(local, endpoint_hash(client, t->seed));

	return &t->bucket[h & (t->nbuckets - 1)];
}

/* Allocates buckets for max sessions, and inserts the sessions in use. */
static int
table_grow_buckets(struct session_table *t, uint32_t max)
{
	struct session_list *bucket;
	uint32_t i, n = 64;

	while (n < max * 2)
		n *= 2;
	if (n <= t->nbuckets)
		return 0;
	if ((bucket = calloc(n, sizeof(*bucket))) == NULL)
		return -1;
	free(t->bucket);
	t->bucket = bucket;
	t->nbuckets = n;
	for (i = 0; i < t->npool; i++) {
		struct session *s = t->pool[i];

		if (s->state != SESSION_FREE)
			LIST_INSERT_HEAD(
			    table_bucket(t, &s->client, &s->local), s, hash);
	}
	return 0;
}

/* Adds a piece to the pool, so that sessions in use are not moved. */
static int
table_grow_pool(struct session_table *t, uint32_t max)
{
	uint32_t i, more = max - t->npool;
	struct session *s, *last = NULL;
	struct session_piece *piece;
	struct session **pool;

	pool = reallocarray(t->pool, max, sizeof(struct session *));
	if (pool == NULL)
		return -1;
	t->pool = pool;
	piece = calloc(1, sizeof(*piece) + more * sizeof(piece->session[0]));
	if (piece == NULL)
		return -1;
	piece->next = t->pieces;
	t->pieces = piece;
	LIST_FOREACH(s, &t->free, hash)
		last = s;
	for (i = 0; i < more; i++) {
		s = &piece->session[i];
		s->index = t->npool;
		t->pool[t->npool++] = s;
		if (last == NULL)
			LIST_INSERT_HEAD(&t->free, s, hash);
		else
			LIST_INSERT_AFTER(last, s, hash);
		last = s;
	}
	return 0;
}

void
session_table_free(struct session_table *t)
{
	struct session_piece *piece;

	while ((piece = t->pieces) != NULL) {
		t->pieces = piece->next;
		free(piece);
	}
	free(t->pool);
	free(t->bucket);
	session_table_init(t, t->seed);
}

int
session_table_grow(struct session_table *t, uint32_t max)
{
	if (max > SESSION_TABLE_MAX)
		max = SESSION_TABLE_MAX;
	if (table_grow_buckets(t, max) == -1)
		return -1;
	return max > t->npool ? table_grow_pool(t, max) : 0;
}

struct session *
session_table_take(struct session_table *t, const struct endpoint *client,
    const struct endpoint *local)
{
	struct session *s = LIST_FIRST(&t->free);

	if (s == NULL)
		return NULL;
	LIST_REMOVE(s, hash);
	/* The name is large, and written before it is read. */
	memset(&s->hash, 0,
	    offsetof(struct session, name) - offsetof(struct session, hash));
	if (++s->generation == 0)
		s->generation = 1;
	s->state = SESSION_OPENING;
	s->client = *client;
	s->local = *local;
	blocks_init(&s->data);
	LIST_INSERT_HEAD(table_bucket(t, client, local), s, hash);
	t->used++;
	return s;
}

void
session_table_release(struct session_table *t, struct session *s)
{
	LIST_REMOVE(s, hash);
	s->state = SESSION_FREE;
	LIST_INSERT_HEAD(&t->free, s, hash);
	t->used--;
}

struct session *
session_table_find(const struct session_table *t, const struct endpoint *client,
    const struct endpoint *local)
{
	struct session *s;

	if (t->nbuckets == 0)
		return NULL;
	LIST_FOREACH(s, table_bucket(t, client, local), hash)
		if (endpoint_equal(&s->client, client) &&
		    endpoint_equal(&s->local, local))
			return s;
	return NULL;
}

uint32_t
session_id(const struct session *s)
{
	return (uint32_t)s->generation << 16 | s->index;
}

struct session *
session_table_by_id(const struct session_table *t, uint32_t id)
{
	struct session *s;

	if ((id & 0xffff) >= t->npool)
		return NULL;
	s = t->pool[id & 0xffff];
	if (s->state == SESSION_FREE || session_id(s) != id)
		return NULL;
	return s;
}
