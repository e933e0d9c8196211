/* SPDX-License-Identifier: ISC */
/* Reads a manifest step by step into an index by name. */
#include "sign/manifest.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "sign/manifest_line.h"

_Static_assert(MANIFEST_SEED_BYTES == crypto_shorthash_KEYBYTES, "SipHash");
_Static_assert(MANIFEST_BYTES_MAX <= UINT32_MAX, "an offset has 32 bits");

/* Counting a line takes that much less time than reading it. */
#define COUNTED_A_READ 16
#define STEP_LINES 4096

/* A place of the index; it is empty if at is 0. */
struct manifest_slot {
	uint32_t hash;
	uint32_t at; /* offset of the line, plus 1 */
};

static enum manifest_state
manifest_fail(struct manifest *m, enum sign_reason why)
{
	m->state = MANIFEST_FAILED;
	m->why = why;
	free(m->slot);
	m->slot = NULL;
	return m->state;
}

void
manifest_init(struct manifest *m, const void *bytes, size_t n,
    const uint8_t seed[MANIFEST_SEED_BYTES])
{
	memset(m, 0, sizeof(*m));
	m->bytes = bytes;
	m->len = n;
	memcpy(m->seed, seed, sizeof(m->seed));
	m->state = MANIFEST_MORE;
	if (n > MANIFEST_BYTES_MAX)
		(void)manifest_fail(m, SIGN_MANIFEST_LARGE);
}

/*
 * The length of the line at an offset; one above MANIFEST_LINE_MAX if it is
 * longer.  *next: where the following one begins.
 */
static size_t
line_at(const struct manifest *m, size_t at, size_t *next)
{
	const uint8_t *p = m->bytes + at, *nl;
	size_t left = m->len - at;

	if (left > MANIFEST_LINE_MAX + 1)
		left = MANIFEST_LINE_MAX + 1;
	nl = memchr(p, '\n', left);
	*next = at + (nl == NULL ? left : (size_t)(nl - p) + 1);
	return nl == NULL ? left : (size_t)(nl - p);
}

/* At least half of the slots stay empty, so that probing ends soon. */
static enum manifest_state
index_make(struct manifest *m)
{
	size_t n = 16;

	while (n < 2 * (size_t)m->nlines)
		n *= 2;
	if ((m->slot = calloc(n, sizeof(*m->slot))) == NULL)
		return manifest_fail(m, SIGN_MANIFEST_MEMORY);
	m->mask = (uint32_t)(n - 1);
	m->counted = true;
	m->at = 0;
	m->line = 0;
	return m->state;
}

static enum manifest_state
count_lines(struct manifest *m, size_t lines)
{
	while (m->at < m->len) {
		if (lines-- == 0)
			return m->state;
		m->line++;
		if (line_at(m, m->at, &m->at) > MANIFEST_LINE_MAX)
			return manifest_fail(m, SIGN_MANIFEST_LINE);
		if (++m->nlines > MANIFEST_LINES_MAX)
			return manifest_fail(m, SIGN_MANIFEST_LINES);
	}
	return index_make(m);
}

static uint32_t
name_hash(const struct manifest *m, const char *name, size_t n)
{
	uint8_t h[crypto_shorthash_BYTES];
	uint32_t v;

	(void)crypto_shorthash(h, (const uint8_t *)name, n, m->seed);
	memcpy(&v, h, sizeof(v));
	return v;
}

/* The slot of a name, or the empty one where it belongs. */
static struct manifest_slot *
slot_of(const struct manifest *m, const char *name, size_t n, uint32_t hash,
    struct manifest_line *found)
{
	uint32_t i = hash & m->mask;
	struct manifest_slot *s;
	size_t next, at;

	for (;; i = (i + 1) & m->mask) {
		s = &m->slot[i];
		if (s->at == 0)
			return s;
		if (s->hash != hash)
			continue;
		at = s->at - 1;
		(void)manifest_line_parse(
		    found, m->bytes + at, line_at(m, at, &next));
		if (found->len == n && memcmp(found->name, name, n) == 0)
			return s;
	}
}

static enum manifest_state
add_line(struct manifest *m, size_t at, size_t n)
{
	struct manifest_line l, other;
	struct manifest_slot *s;
	enum sign_reason r;
	uint32_t hash;

	if ((r = manifest_line_parse(&l, m->bytes + at, n)) != SIGN_OK)
		return manifest_fail(m, r);
	if (l.len == 0)
		return m->state;
	hash = name_hash(m, l.name, l.len);
	s = slot_of(m, l.name, l.len, hash, &other);
	if (s->at != 0)
		return manifest_fail(m, SIGN_MANIFEST_DUPLICATE);
	s->hash = hash;
	s->at = (uint32_t)at + 1;
	m->files++;
	return m->state;
}

enum manifest_state
manifest_step(struct manifest *m, size_t lines)
{
	size_t at, n;

	if (m->state != MANIFEST_MORE)
		return m->state;
	if (!m->counted)
		return count_lines(m, lines * COUNTED_A_READ);
	while (m->at < m->len) {
		if (lines-- == 0)
			return m->state;
		m->line++;
		at = m->at;
		n = line_at(m, at, &m->at);
		if (add_line(m, at, n) == MANIFEST_FAILED)
			return m->state;
	}
	m->state = MANIFEST_DONE;
	return m->state;
}

enum manifest_state
manifest_read(struct manifest *m)
{
	while (manifest_step(m, STEP_LINES) == MANIFEST_MORE)
		;
	return m->state;
}

bool
manifest_find(const struct manifest *m, const char *name, size_t n,
    uint8_t hash[MANIFEST_HASH_BYTES])
{
	struct manifest_line found;

	if (m->state != MANIFEST_DONE || n == 0 ||
	    slot_of(m, name, n, name_hash(m, name, n), &found)->at == 0)
		return false;
	memcpy(hash, found.hash, MANIFEST_HASH_BYTES);
	return true;
}

bool
manifest_next(const struct manifest *m, size_t *at,
    char name[MANIFEST_LINE_MAX], size_t *n, uint8_t hash[MANIFEST_HASH_BYTES])
{
	struct manifest_line l;
	size_t from;

	while (m->state == MANIFEST_DONE && *at < m->len) {
		from = *at;
		(void)manifest_line_parse(
		    &l, m->bytes + from, line_at(m, from, at));
		if (l.len == 0)
			continue;
		memcpy(name, l.name, l.len);
		*n = l.len;
		memcpy(hash, l.hash, MANIFEST_HASH_BYTES);
		return true;
	}
	return false;
}

void
manifest_free(struct manifest *m)
{
	free(m->slot);
	m->slot = NULL;
	m->state = MANIFEST_FAILED;
}
