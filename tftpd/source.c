/* SPDX-License-Identifier: ISC */
/* A table of client addresses. */
#include "tftpd/source.h"

#include <stdlib.h>
#include <string.h>

#define SOURCES_MORE 4096

/* Sources that were allocated together. */
struct source_piece {
	struct source_piece *next;
	uint32_t n;
	uint32_t taken; /* used so far */
	struct source source[];
};

void
source_table_init(struct source_table *t, uint64_t seed)
{
	memset(t, 0, sizeof(*t));
	t->seed = seed;
	TAILQ_INIT(&t->idle);
}

/* e: with port 0. */
static struct source_list *
source_bucket(const struct source_table *t, const struct endpoint *e)
{
	return &t->bucket[endpoint_hash(e, t->seed) & (t->nbuckets - 1)];
}

static void
source_move_buckets(
    struct source_table *t, struct source_list *bucket, uint32_t n)
{
	struct source_list *old = t->bucket;
	uint32_t i, nold = t->nbuckets;
	struct source *s;

	t->bucket = bucket;
	t->nbuckets = n;
	for (i = 0; i < nold; i++)
		while ((s = LIST_FIRST(&old[i])) != NULL) {
			LIST_REMOVE(s, hash);
			LIST_INSERT_HEAD(source_bucket(t, &s->addr), s, hash);
		}
	free(old);
}

int
source_table_resize(struct source_table *t, uint32_t max)
{
	uint32_t want = 2 * max + SOURCES_MORE, n = 64;
	struct source_list *bucket;
	struct source_piece *piece;

	if (want <= t->nsources)
		return 0;
	while (n < want)
		n *= 2;
	piece = calloc(1,
	    sizeof(*piece) + (want - t->nsources) * sizeof(piece->source[0]));
	bucket = calloc(n, sizeof(*bucket));
	if (piece == NULL || bucket == NULL) {
		free(piece);
		free(bucket);
		return -1;
	}
	source_move_buckets(t, bucket, n);
	piece->n = want - t->nsources;
	piece->next = t->pieces;
	t->pieces = piece;
	t->nsources = want;
	return 0;
}

void
source_table_free(struct source_table *t)
{
	struct source_piece *piece;

	while ((piece = t->pieces) != NULL) {
		t->pieces = piece->next;
		free(piece);
	}
	free(t->bucket);
	source_table_init(t, t->seed);
}

/* An unused entry, else the one that has been idle longest. */
static struct source *
source_place(struct source_table *t)
{
	struct source_piece *piece;
	struct source *s;

	for (piece = t->pieces; piece != NULL; piece = piece->next)
		if (piece->taken < piece->n)
			return &piece->source[piece->taken++];
	if ((s = TAILQ_FIRST(&t->idle)) != NULL) {
		TAILQ_REMOVE(&t->idle, s, idle);
		LIST_REMOVE(s, hash);
	}
	return s;
}

struct source *
source_get(struct source_table *t, const struct endpoint *client)
{
	struct endpoint addr = *client;
	struct source *s;

	if (t->nbuckets == 0)
		return NULL;
	addr.port = 0;
	LIST_FOREACH(s, source_bucket(t, &addr), hash)
		if (endpoint_equal(&s->addr, &addr))
			return s;
	if ((s = source_place(t)) == NULL)
		return NULL;
	memset(s, 0, sizeof(*s));
	s->table = t;
	s->addr = addr;
	LIST_INSERT_HEAD(source_bucket(t, &addr), s, hash);
	TAILQ_INSERT_TAIL(&t->idle, s, idle);
	return s;
}

void
source_hold(struct source *s)
{
	if (s->running++ == 0)
		TAILQ_REMOVE(&s->table->idle, s, idle);
}

void
source_drop(struct source *s)
{
	if (--s->running == 0)
		TAILQ_INSERT_TAIL(&s->table->idle, s, idle);
}

void
source_gave_up(struct source *s, uint64_t now_ms)
{
	s->gave_up = source_unanswered(s, now_ms) - s->half_open + 1;
	s->gave_up_ms = now_ms;
}

void
source_answered(struct source *s)
{
	s->gave_up = 0;
	s->answered = true;
}

uint32_t
source_unanswered(const struct source *s, uint64_t now_ms)
{
	if (now_ms - s->gave_up_ms >= SOURCE_GAVE_UP_MS)
		return s->half_open;
	return s->half_open + s->gave_up;
}
