/* SPDX-License-Identifier: ISC */
/* A table of recent requests, and one of copies of files in memory. */
#include "imaged/memcache.h"

#include <string.h>
#include <unistd.h>

#define PAGE 4096ULL

uint64_t
memcache_bytes(uint64_t size)
{
	return (size + PAGE - 1) & ~(PAGE - 1);
}

void
memcache_key_init(struct memcache_key *k, const struct stat *st)
{
	memset(k, 0, sizeof(*k));
	k->dev = st->st_dev;
	k->ino = st->st_ino;
	k->size = st->st_size;
	k->modified = st->st_mtim;
	k->changed = st->st_ctim;
}

static bool
time_equal(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool
memcache_key_equal(const struct memcache_key *a, const struct memcache_key *b)
{
	return a->ino == b->ino && a->dev == b->dev && a->size == b->size &&
	       time_equal(&a->changed, &b->changed) &&
	       time_equal(&a->modified, &b->modified);
}

int
memcache_get(struct memcache *m, const struct memcache_key *k, uint64_t now_ms)
{
	size_t i;

	for (i = 0; i < m->count; i++)
		if (memcache_key_equal(&m->copy[i].key, k)) {
			m->copy[i].used_ms = now_ms;
			return m->copy[i].fd;
		}
	return -1;
}

static void
copy_drop(struct memcache *m, size_t i)
{
	(void)close(m->copy[i].fd);
	m->used -= memcache_bytes((uint64_t)m->copy[i].key.size);
	m->copy[i] = m->copy[--m->count];
}

/*
 * The entry for this file: the one that holds it, else the least recent one of
 * those where it may stand.  That one may hold another file, which is then
 * copied later.
 */
static struct memcache_request *
request_find(struct memcache *m, const struct memcache_key *k)
{
	uint64_t mix =
	    ((uint64_t)k->ino ^ (uint64_t)k->dev << 32) * 0x9e3779b97f4a7c15ULL;
	struct memcache_request *set =
	    &m->request[(mix >> 48) % (MEMCACHE_REQUESTS / MEMCACHE_WAYS) *
			MEMCACHE_WAYS];
	struct memcache_request *r = set;
	size_t i;

	for (i = 0; i < MEMCACHE_WAYS; i++) {
		if (set[i].used && memcache_key_equal(&set[i].key, k))
			return &set[i];
		if (r->used && (!set[i].used || set[i].when_ms < r->when_ms))
			r = &set[i];
	}
	return r;
}

static void
request_set(struct memcache_request *r, const struct memcache_key *k,
    bool refused, uint64_t now_ms)
{
	r->used = true;
	r->refused = refused;
	r->when_ms = now_ms;
	r->key = *k;
}

bool
memcache_note(struct memcache *m, const struct memcache_key *k, uint64_t now_ms,
    int64_t now_s)
{
	struct memcache_request *r;
	bool again;

	if (k->size <= 0 || (uint64_t)k->size > m->budget)
		return false;
	r = request_find(m, k);
	again = r->used && now_ms - r->when_ms < MEMCACHE_AGAIN_MS &&
		memcache_key_equal(&r->key, k);
	if (again && r->refused)
		return false;
	request_set(r, k, false, now_ms);
	return again && now_s - k->changed.tv_sec > MEMCACHE_SETTLED_S;
}

void
memcache_refuse(
    struct memcache *m, const struct memcache_key *k, uint64_t now_ms)
{
	request_set(request_find(m, k), k, true, now_ms);
}

static size_t
copy_oldest(const struct memcache *m)
{
	size_t i, oldest = 0;

	for (i = 1; i < m->count; i++)
		if (m->copy[i].used_ms < m->copy[oldest].used_ms)
			oldest = i;
	return oldest;
}

bool
memcache_make_room(struct memcache *m, uint64_t size, uint64_t now_ms)
{
	uint64_t need = memcache_bytes(size), busy = 0;
	size_t i, nbusy = 0;

	for (i = 0; i < m->count; i++)
		if (now_ms - m->copy[i].used_ms <= MEMCACHE_BUSY_MS) {
			busy += memcache_bytes((uint64_t)m->copy[i].key.size);
			nbusy++;
		}
	if (need > m->budget || busy > m->budget - need ||
	    nbusy == FILE_COPIES_MAX)
		return false;
	while (m->count == FILE_COPIES_MAX || m->used > m->budget - need)
		copy_drop(m, copy_oldest(m));
	return true;
}

void
memcache_put(
    struct memcache *m, const struct memcache_key *k, int fd, uint64_t now_ms)
{
	struct memcache_copy *c = &m->copy[m->count++];

	c->fd = fd;
	c->used_ms = now_ms;
	c->key = *k;
	m->used += memcache_bytes((uint64_t)k->size);
}

uint32_t
memcache_expire(struct memcache *m, uint64_t now_ms)
{
	uint64_t end_ms;
	size_t i;

	while (m->count > 0) {
		i = copy_oldest(m);
		end_ms = m->copy[i].used_ms + MEMCACHE_IDLE_MS;
		if (now_ms < end_ms)
			return (uint32_t)(end_ms - now_ms);
		copy_drop(m, i);
	}
	return 0;
}

void
memcache_set_budget(struct memcache *m, uint64_t bytes)
{
	m->budget = bytes;
	while (m->used > bytes)
		copy_drop(m, copy_oldest(m));
}
