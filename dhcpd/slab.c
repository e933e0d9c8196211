/* SPDX-License-Identifier: ISC */
/* The memory of the bindings and of their texts. */
#include "dhcpd/slab.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"

void
slab_init(struct slab *s)
{
	memset(s, 0, sizeof(*s));
	TAILQ_INIT(&s->unused);
}

void
slab_free(struct slab *s)
{
	size_t i;

	for (i = 0; i < s->nchunks; i++) {
		free(s->chunk[i].v);
		free(s->chunk[i].part);
	}
}

size_t
slab_size(const struct slab *s, size_t n)
{
	size_t more;

	if (n <= s->capacity)
		return s->capacity;
	if (s->nchunks == SLAB_CHUNKS_MAX)
		return 0;
	/* At least a quarter more, so that the chunks always suffice. */
	more = n - s->capacity;
	if (more < s->capacity / 4)
		more = s->capacity / 4;
	return s->capacity + more;
}

int
slab_reserve(struct slab *s, size_t n)
{
	struct slab_chunk *c = &s->chunk[s->nchunks];
	size_t size = slab_size(s, n);

	if (size == s->capacity)
		return 0;
	if (size == 0)
		return -1;
	memset(c, 0, sizeof(*c));
	c->n = size - s->capacity;
	c->v = calloc(c->n, sizeof(*c->v));
	c->part = calloc(c->n, BINDING_PARTS_MAX * sizeof(*c->part));
	if (c->v == NULL || c->part == NULL) {
		free(c->v);
		free(c->part);
		return -1;
	}
	s->nchunks++;
	s->capacity = size;
	return 0;
}

/* The chunk that has bindings which were never used; NULL: all were. */
static struct slab_chunk *
slab_fresh(struct slab *s)
{
	size_t i;

	/* The last one is the largest, and filled last. */
	for (i = s->nchunks; i > 0; i--)
		if (s->chunk[i - 1].used < s->chunk[i - 1].n)
			return &s->chunk[i - 1];
	return NULL;
}

bool
slab_is_full(const struct slab *s)
{
	size_t i;

	for (i = 0; i < s->nchunks; i++)
		if (s->chunk[i].used < s->chunk[i].n)
			return false;
	return TAILQ_EMPTY(&s->unused);
}

struct binding *
slab_get(struct slab *s)
{
	struct binding *b = TAILQ_FIRST(&s->unused);
	struct slab_chunk *c;

	if (b == NULL) {
		c = slab_fresh(s);
		return c == NULL ? NULL : &c->v[c->used++];
	}
	TAILQ_REMOVE(&s->unused, b, entry);
	memset(b, 0, sizeof(*b));
	return b;
}

void
slab_put(struct slab *s, struct binding *b)
{
	slab_set_text(s, b, NULL, 0, NULL, 0);
	b->state = BINDING_UNUSED;
	TAILQ_INSERT_HEAD(&s->unused, b, entry);
}

/* A part; there is one, since each binding has BINDING_PARTS_MAX of them. */
static struct binding_part *
slab_part(struct slab *s)
{
	struct binding_part *p = s->parts;
	size_t i;

	if (p != NULL) {
		s->parts = p->next;
		return p;
	}
	for (i = s->nchunks; i > 0; i--) {
		struct slab_chunk *c = &s->chunk[i - 1];

		if (c->parts_used < c->n * BINDING_PARTS_MAX)
			return &c->part[c->parts_used++];
	}
	fatalx("bindings have more parts than there are");
}

/* Gives back all parts but the one in the binding. */
static void
slab_put_parts(struct slab *s, struct binding *b)
{
	struct binding_part *p;

	while ((p = b->text.next) != NULL) {
		b->text.next = p->next;
		p->next = s->parts;
		s->parts = p;
	}
}

/* Where a text is written: the part, and its bytes that are written. */
struct slab_end {
	struct slab *s;
	struct binding_part *part;
	size_t at;
};

static void
slab_append(struct slab_end *e, const void *from, size_t n)
{
	const uint8_t *src = from;
	size_t piece;

	while (n > 0) {
		if (e->at == BINDING_PART) {
			e->part->next = slab_part(e->s);
			e->part = e->part->next;
			e->part->next = NULL;
			e->at = 0;
		}
		piece = n < BINDING_PART - e->at ? n : BINDING_PART - e->at;
		memcpy(e->part->data + e->at, src, piece);
		src += piece;
		n -= piece;
		e->at += piece;
	}
}

void
slab_set_text(struct slab *s, struct binding *b, const void *id, size_t idlen,
    const void *name, size_t namelen)
{
	struct slab_end e = { .s = s, .part = &b->text };

	slab_put_parts(s, b);
	b->idlen = (uint8_t)idlen;
	b->namelen = (uint8_t)namelen;
	slab_append(&e, id, idlen);
	slab_append(&e, name, namelen);
}

struct binding *
slab_next(const struct slab *s, struct slab_place *at)
{
	while (at->chunk < s->nchunks) {
		if (at->i < s->chunk[at->chunk].used)
			return &s->chunk[at->chunk].v[at->i++];
		at->chunk++;
		at->i = 0;
	}
	memset(at, 0, sizeof(*at));
	return NULL;
}
