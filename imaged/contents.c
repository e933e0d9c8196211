/* SPDX-License-Identifier: ISC */
/* A table of files by their state, with hashes, copies and passes. */
#include "imaged/contents.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/hash.h"
#include "daemon/sealed.h"

static struct content_bucket *
bucket_of(struct contents *t, const struct memcache_key *k)
{
	uint32_t hash = hash_bytes(0, &k->dev, sizeof(k->dev));

	hash = hash_bytes(hash, &k->ino, sizeof(k->ino));
	return &t->bucket[hash & (CONTENTS_BUCKETS - 1)];
}

void
contents_init(struct contents *t)
{
	size_t i;

	memset(t, 0, sizeof(*t));
	TAILQ_INIT(&t->lru);
	TAILQ_INIT(&t->passes);
	for (i = 0; i < CONTENTS_BUCKETS; i++)
		LIST_INIT(&t->bucket[i]);
}

static void
drop_held(struct contents *t, struct content *c)
{
	if (c->copy != -1)
		(void)close(c->copy);
	if (c->table != -1)
		(void)close(c->table);
	if (c->copy != -1 || c->table != -1)
		t->nheld--;
	c->copy = c->table = -1;
	/* What a pass will take stays counted. */
	if (c->id == 0) {
		t->used -= c->bytes;
		c->bytes = 0;
	}
}

static void
pass_end(struct contents *t, struct content *c)
{
	TAILQ_REMOVE(&t->passes, c, pass);
	t->npasses--;
	t->nsent -= c->sent;
	(void)close(c->fd);
	c->fd = -1;
	c->id = 0;
	c->sent = false;
	c->tries = 0;
}

static void
content_free(struct contents *t, struct content *c)
{
	if (c->id != 0)
		pass_end(t, c);
	drop_held(t, c);
	LIST_REMOVE(c, hash);
	TAILQ_REMOVE(&t->lru, c, lru);
	t->n--;
	free(c);
}

void
contents_clear(struct contents *t)
{
	struct content *c;

	while ((c = TAILQ_FIRST(&t->lru)) != NULL)
		content_free(t, c);
}

void
contents_forget(struct contents *t)
{
	struct content *c, *next;

	for (c = TAILQ_FIRST(&t->lru); c != NULL; c = next) {
		next = TAILQ_NEXT(c, lru);
		if (c->id == 0 && c->failed == HASH_OK)
			content_free(t, c);
	}
}

/*
 * Drops what was not used for the longest time until no more bytes than these
 * are used; but not the last one that was made.
 */
static void
shrink(struct contents *t, uint64_t bytes, const struct content *last)
{
	struct content *c;

	TAILQ_FOREACH(c, &t->lru, lru) {
		if (t->used <= bytes)
			return;
		if (c->id == 0 && c != last)
			drop_held(t, c);
	}
}

/* Bytes that passes take, or those alone that hashd was given. */
static uint64_t
passes_bytes(const struct contents *t, bool sent)
{
	const struct content *c;
	uint64_t n = 0;

	TAILQ_FOREACH(c, &t->passes, pass)
		if (c->sent || !sent)
			n += c->bytes;
	return n;
}

static bool
is_large(const struct content *c)
{
	return (uint64_t)c->key.size > CONTENTS_LARGE;
}

/* Passes over large files, or those alone that hashd was given. */
static size_t
passes_large(const struct contents *t, bool sent)
{
	const struct content *c;
	size_t n = 0;

	TAILQ_FOREACH(c, &t->passes, pass)
		n += is_large(c) && (c->sent || !sent);
	return n;
}

void
contents_set_budget(struct contents *t, uint64_t bytes)
{
	t->budget = bytes;
	shrink(t, bytes, NULL);
}

struct content *
contents_find(struct contents *t, const struct memcache_key *k, uint64_t now_ms)
{
	struct content *c;

	LIST_FOREACH(c, bucket_of(t, k), hash)
		if (memcache_key_equal(&c->key, k)) {
			c->used_ms = now_ms;
			TAILQ_REMOVE(&t->lru, c, lru);
			TAILQ_INSERT_TAIL(&t->lru, c, lru);
			return c;
		}
	return NULL;
}

/* Another state of the same file is of no use any more. */
static void
forget_older(struct contents *t, const struct memcache_key *k)
{
	struct content *c, *next;

	for (c = LIST_FIRST(bucket_of(t, k)); c != NULL; c = next) {
		next = LIST_NEXT(c, hash);
		if (c->key.ino == k->ino && c->key.dev == k->dev && c->id == 0)
			content_free(t, c);
	}
}

static void
forget_oldest(struct contents *t)
{
	struct content *c;

	TAILQ_FOREACH(c, &t->lru, lru)
		if (c->id == 0) {
			content_free(t, c);
			return;
		}
}

struct content *
contents_get(struct contents *t, const struct memcache_key *k, uint64_t now_ms)
{
	struct content *c = contents_find(t, k, now_ms);

	if (c != NULL)
		return c;
	forget_older(t, k);
	if (t->n >= CONTENTS_MAX)
		forget_oldest(t);
	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	c->key = *k;
	c->copy = c->table = c->fd = -1;
	c->used_ms = now_ms;
	LIST_INSERT_HEAD(bucket_of(t, k), c, hash);
	TAILQ_INSERT_TAIL(&t->lru, c, lru);
	t->n++;
	return c;
}

bool
contents_fits(const struct contents *t, uint64_t size)
{
	return size <= t->budget && memcache_bytes(size) <= t->budget;
}

/* Whether it may be dropped for another one. */
static bool
is_idle(const struct content *c, uint64_t now_ms)
{
	return c->id == 0 && now_ms - c->used_ms > CONTENTS_BUSY_MS;
}

/* Whether so many bytes fit once all idle copies are dropped. */
static bool
has_room(const struct contents *t, uint64_t bytes, uint64_t now_ms)
{
	const struct content *c;
	uint64_t idle = 0;
	size_t nidle = 0;

	TAILQ_FOREACH(c, &t->lru, lru) {
		if (c->bytes == 0 || !is_idle(c, now_ms))
			continue;
		idle += c->bytes;
		nidle++;
	}
	return bytes <= t->budget && t->used - idle <= t->budget - bytes &&
	       t->nheld - nidle < CONTENTS_HELD_MAX;
}

/* Drops what was not used for the longest time until so many bytes fit. */
static void
contents_make_room(struct contents *t, uint64_t bytes)
{
	struct content *c;

	TAILQ_FOREACH(c, &t->lru, lru) {
		if (t->nheld < CONTENTS_HELD_MAX && t->used <= t->budget &&
		    bytes <= t->budget - t->used)
			return;
		if (c->id == 0 && c->bytes > 0)
			drop_held(t, c);
	}
}

uint32_t
contents_begin(struct contents *t, struct content *c,
    const struct hash_job *job, bool copy, int fd, uint64_t now_ms)
{
	uint64_t size = (uint64_t)c->key.size, bytes = memcache_bytes(size);

	if (c->id != 0 || t->npasses == CONTENTS_PASSES_MAX ||
	    (is_large(c) && passes_large(t, false) >= CONTENTS_LARGE_MAX)) {
		(void)close(fd);
		return 0;
	}
	drop_held(t, c);
	c->job = *job;
	c->job.size = size;
	c->job.work &= HASH_SHA256 | HASH_BLAKE2B | HASH_PURE;
	/*
	 * The state of a file does not prove that its content is the same: what
	 * was known must hold for the new copy as well.
	 */
	c->job.work |= c->known & (HASH_SHA256 | HASH_BLAKE2B);
	c->known = 0;
	c->sign.known = false;
	if (copy || has_room(t, bytes, now_ms)) {
		c->job.work |= HASH_COPY;
	} else {
		c->job.work |= HASH_TABLE;
		bytes = memcache_bytes(hash_table_size(size));
	}
	contents_make_room(t, bytes);
	c->bytes = bytes;
	t->used += bytes;
	if ((t->ids = (t->ids + 1) & CONTENTS_ID_MAX) == 0)
		t->ids++;
	c->id = t->ids;
	c->fd = fd;
	c->sent = false;
	TAILQ_INSERT_TAIL(&t->passes, c, pass);
	t->npasses++;
	return c->id;
}

struct content *
contents_to_send(struct contents *t)
{
	uint64_t bytes = passes_bytes(t, true);
	size_t large = passes_large(t, true);
	struct content *c;

	if (t->nsent >= HASH_JOBS_MAX)
		return NULL;
	TAILQ_FOREACH(c, &t->passes, pass) {
		if (c->sent || (is_large(c) && large >= CONTENTS_LARGE_SENT))
			continue;
		if (bytes == 0 ||
		    (bytes <= t->budget && c->bytes <= t->budget - bytes))
			return c;
	}
	return NULL;
}

void
contents_sent(struct contents *t, struct content *c)
{
	c->sent = true;
	t->nsent++;
}

/* Takes over what a pass has found out. */
static void
learn(struct content *c, const struct hash_done *d)
{
	uint8_t work = c->job.work;

	c->known |= work & (HASH_SHA256 | HASH_BLAKE2B | HASH_PURE);
	if ((work & HASH_SHA256) != 0)
		memcpy(c->sha256, d->sha256, sizeof(c->sha256));
	if ((work & HASH_BLAKE2B) != 0)
		memcpy(c->blake2b, d->blake2b, sizeof(c->blake2b));
	if ((work & HASH_PURE) != 0) {
		c->pure = d->pure;
		memcpy(c->pure_key, c->job.key, sizeof(c->pure_key));
		memcpy(c->pure_sig, c->job.sig, sizeof(c->pure_sig));
	}
}

static struct content *
pass_find(struct contents *t, uint32_t id)
{
	struct content *c;

	TAILQ_FOREACH(c, &t->passes, pass)
		if (c->id == id && c->sent)
			return c;
	return NULL;
}

/*
 * Whether this is memory of the size that a pass had to make.  Otherwise, or if
 * hashd could still cut or change it, those who read it could wait or crash.
 */
static bool
memory_ok(const struct content *c, int fd)
{
	uint64_t size = (c->job.work & HASH_COPY) != 0
			    ? c->job.size
			    : hash_table_size(c->job.size);
	struct stat st;

	return sealed_is(fd, &st) && (uint64_t)st.st_size == size;
}

enum contents_answer
contents_done(struct contents *t, uint32_t id, const struct hash_done *d,
    int fd, uint64_t now_ms)
{
	struct content *c = pass_find(t, id);
	bool copied;

	if (c == NULL || (d->status == HASH_OK && !memory_ok(c, fd))) {
		if (fd != -1)
			(void)close(fd);
		return c == NULL ? CONTENTS_UNKNOWN : CONTENTS_WRONG;
	}
	copied = (c->job.work & HASH_COPY) != 0;
	pass_end(t, c);
	c->failed = d->status;
	c->error = (int)d->error;
	c->failed_ms = now_ms;
	c->used_ms = now_ms;
	if (c->failed != HASH_OK) {
		if (fd != -1)
			(void)close(fd);
		drop_held(t, c);
		if (d->status == HASH_CHANGED)
			content_free(t, c);
		return CONTENTS_ENDED;
	}
	learn(c, d);
	if (copied)
		c->copy = fd;
	else
		c->table = fd;
	t->nheld++;
	TAILQ_REMOVE(&t->lru, c, lru);
	TAILQ_INSERT_TAIL(&t->lru, c, lru);
	shrink(t, t->budget + passes_bytes(t, false), c);
	return CONTENTS_ENDED;
}

/* There is no hashd that ends it. */
static void
pass_fail(struct contents *t, struct content *c, uint64_t now_ms)
{
	pass_end(t, c);
	drop_held(t, c);
	c->failed = HASH_FAILED;
	c->error = 0;
	c->failed_ms = now_ms;
}

void
contents_hashd_down(struct contents *t, uint64_t now_ms,
    void (*lost)(uint32_t id, void *arg), void *arg)
{
	struct content *c, *next;
	uint32_t id;

	for (c = TAILQ_FIRST(&t->passes); c != NULL; c = next) {
		next = TAILQ_NEXT(c, pass);
		if (!c->sent)
			continue;
		c->sent = false;
		t->nsent--;
		if (++c->tries < CONTENTS_TRIES_MAX)
			continue;
		id = c->id;
		pass_fail(t, c, now_ms);
		lost(id, arg);
	}
}

void
contents_give_up(struct contents *t, uint64_t now_ms,
    void (*lost)(uint32_t id, void *arg), void *arg)
{
	struct content *c;
	uint32_t id;

	while ((c = TAILQ_FIRST(&t->passes)) != NULL) {
		id = c->id;
		pass_fail(t, c, now_ms);
		lost(id, arg);
	}
}

bool
contents_failed(const struct content *c, uint64_t now_ms)
{
	return c->failed != HASH_OK && c->id == 0 &&
	       now_ms - c->failed_ms < CONTENTS_ERROR_MS;
}

void
contents_demote(struct contents *t, struct content *c)
{
	c->used_ms = 0;
	TAILQ_REMOVE(&t->lru, c, lru);
	TAILQ_INSERT_HEAD(&t->lru, c, lru);
}
