/* SPDX-License-Identifier: ISC */
/* A table of asks, and one of copies. */
#include "imaged/hot.h"

#include <string.h>
#include <unistd.h>

#define PAGE 4096ULL

/* What a file takes in memory. */
static uint64_t
bytes_of(uint64_t size)
{
	return (size + PAGE - 1) & ~(PAGE - 1);
}

void
hot_key(struct hot_key *k, const struct stat *st)
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
hot_key_equal(const struct hot_key *a, const struct hot_key *b)
{
	return a->ino == b->ino && a->dev == b->dev && a->size == b->size &&
	       time_equal(&a->changed, &b->changed) &&
	       time_equal(&a->modified, &b->modified);
}

int
hot_get(struct hot *h, const struct hot_key *k, uint64_t now_ms)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		if (hot_key_equal(&h->copy[i].key, k)) {
			h->copy[i].asked_ms = now_ms;
			return h->copy[i].fd;
		}
	return -1;
}

static void
copy_drop(struct hot *h, size_t i)
{
	(void)close(h->copy[i].fd);
	h->used -= bytes_of((uint64_t)h->copy[i].key.size);
	h->copy[i] = h->copy[--h->count];
}

/*
 * The ask for this file, or the place for it: one that is free, else that of
 * the oldest ask.  A changed file takes the place of what it was.
 */
static struct hot_ask *
ask_find(struct hot *h, const struct hot_key *k)
{
	uint64_t mix =
	    ((uint64_t)k->ino ^ (uint64_t)k->dev << 32) * 0x9e3779b97f4a7c15ULL;
	struct hot_ask *set = h->ask[mix >> 56 & (HOT_SETS - 1)];
	struct hot_ask *oldest = set;
	size_t i;

	for (i = 0; i < HOT_WAYS; i++) {
		if (set[i].used && set[i].key.ino == k->ino &&
		    set[i].key.dev == k->dev)
			return &set[i];
		if (oldest->used &&
		    (!set[i].used || set[i].when_ms < oldest->when_ms))
			oldest = &set[i];
	}
	return oldest;
}

/* Whether the ask is one for this file, of late. */
static bool
ask_recent(const struct hot_ask *a, const struct hot_key *k, uint64_t now_ms)
{
	return a->used && now_ms - a->when_ms < HOT_AGAIN_MS &&
	       hot_key_equal(&a->key, k);
}

static void
ask_set(
    struct hot_ask *a, const struct hot_key *k, bool refused, uint64_t now_ms)
{
	a->used = true;
	a->refused = refused;
	a->when_ms = now_ms;
	a->key = *k;
}

bool
hot_due(struct hot *h, const struct hot_key *k, uint64_t now_ms, int64_t now_s)
{
	struct hot_ask *a;
	bool again;

	if (k->size <= 0 || (uint64_t)k->size > h->budget)
		return false;
	a = ask_find(h, k);
	again = ask_recent(a, k, now_ms);
	if (again && a->refused)
		return false;
	ask_set(a, k, false, now_ms);
	return again && now_s - k->changed.tv_sec > HOT_SETTLED_S;
}

void
hot_refuse(struct hot *h, const struct hot_key *k, uint64_t now_ms)
{
	ask_set(ask_find(h, k), k, true, now_ms);
}

static bool
copy_idle(const struct hot_copy *c, uint64_t now_ms)
{
	return now_ms - c->asked_ms > HOT_BUSY_MS;
}

bool
hot_fits(const struct hot *h, uint64_t size, uint64_t now_ms)
{
	uint64_t need = bytes_of(size), held = h->used + h->making;
	size_t i, count = h->count + h->nmaking;

	if (need > h->budget)
		return false;
	for (i = 0; i < h->count; i++)
		if (copy_idle(&h->copy[i], now_ms)) {
			held -= bytes_of((uint64_t)h->copy[i].key.size);
			count--;
		}
	return held <= h->budget - need && count < FILE_COPIES_MAX;
}

static size_t
copy_oldest(const struct hot *h)
{
	size_t i, oldest = 0;

	for (i = 1; i < h->count; i++)
		if (h->copy[i].asked_ms < h->copy[oldest].asked_ms)
			oldest = i;
	return oldest;
}

bool
hot_room_take(struct hot *h, uint64_t size, uint64_t now_ms)
{
	uint64_t need = bytes_of(size);

	if (!hot_fits(h, size, now_ms))
		return false;
	while (h->count + h->nmaking == FILE_COPIES_MAX ||
	       h->used + h->making > h->budget - need)
		copy_drop(h, copy_oldest(h));
	h->making += need;
	h->nmaking++;
	return true;
}

void
hot_room_give(struct hot *h, uint64_t size)
{
	h->making -= bytes_of(size);
	h->nmaking--;
}

void
hot_put(struct hot *h, const struct hot_key *k, int fd, uint64_t now_ms)
{
	struct hot_copy *c = &h->copy[h->count++];

	hot_room_give(h, (uint64_t)k->size);
	c->fd = fd;
	c->asked_ms = now_ms;
	c->key = *k;
	h->used += bytes_of((uint64_t)k->size);
}

uint32_t
hot_expire(struct hot *h, uint64_t now_ms)
{
	size_t i;

	while (h->count > 0) {
		i = copy_oldest(h);
		if (now_ms - h->copy[i].asked_ms < HOT_IDLE_MS)
			return (uint32_t)(h->copy[i].asked_ms + HOT_IDLE_MS -
					  now_ms);
		copy_drop(h, i);
	}
	return 0;
}

void
hot_set_budget(struct hot *h, uint64_t bytes)
{
	h->budget = bytes;
	while (h->used > bytes)
		copy_drop(h, copy_oldest(h));
}
