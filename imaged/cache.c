/* SPDX-License-Identifier: ISC */
/* A small ring of open files, found by name for a moment. */
#include "imaged/cache.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* FNV-1a; a collision costs one comparison more. */
static uint32_t
hash_path(uint8_t root, const char *path, size_t len)
{
	uint32_t h = (2166136261U ^ root) * 16777619U;

	while (len-- > 0)
		h = (h ^ (uint8_t)*path++) * 16777619U;
	return h;
}

static struct cache_file *
file_at(struct cache *c, size_t i)
{
	return &c->file[(c->first + i) % CACHE_FILES];
}

static void
file_drop(struct cache_file *f)
{
	if (f->fd != -1)
		(void)close(f->fd);
	f->fd = -1;
}

static void
drop_first(struct cache *c)
{
	file_drop(file_at(c, 0));
	c->first = (c->first + 1) % CACHE_FILES;
	c->count--;
}

static bool
file_fresh(const struct cache_file *f, uint64_t now_ms)
{
	return now_ms - f->since_ms < CACHE_FRESH_MS;
}

static struct cache_file *
file_find(struct cache *c, uint8_t root, const char *path)
{
	size_t i, len = strlen(path);
	uint32_t hash = hash_path(root, path, len);

	for (i = 0; i < c->count; i++) {
		struct cache_file *f = file_at(c, i);

		if (f->hash == hash && f->fd != -1 && f->root == root &&
		    f->len == len && memcmp(f->path, path, len) == 0)
			return f;
	}
	return NULL;
}

/* Moving, linking, unlinking, and what changes the file all move its ctime. */
static bool
file_same(const struct cache_file *f, const struct stat *st)
{
	return st->st_nlink > 0 && st->st_ctim.tv_sec == f->changed.tv_sec &&
	       st->st_ctim.tv_nsec == f->changed.tv_nsec;
}

int
cache_get(struct cache *c, uint8_t root, const char *path, uint64_t now_ms,
    struct stat *st)
{
	struct cache_file *f;

	(void)cache_expire(c, now_ms);
	if ((f = file_find(c, root, path)) == NULL)
		return -1;
	if (fstat(f->fd, st) == 0 && file_same(f, st))
		return f->fd;
	file_drop(f);
	return -1;
}

void
cache_put(struct cache *c, uint8_t root, const char *path, int fd,
    const struct stat *st, uint64_t now_ms)
{
	struct cache_file *f;
	size_t len = strlen(path);

	if (c->count == CACHE_FILES)
		drop_first(c);
	f = file_at(c, c->count++);
	f->fd = fd;
	f->hash = hash_path(root, path, len);
	f->since_ms = now_ms;
	f->changed = st->st_ctim;
	f->root = root;
	f->len = (uint16_t)len;
	memcpy(f->path, path, len);
}

void
cache_take(struct cache *c, int fd)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		if (file_at(c, i)->fd == fd)
			file_at(c, i)->fd = -1;
}

uint32_t
cache_expire(struct cache *c, uint64_t now_ms)
{
	while (c->count > 0 &&
	       (file_at(c, 0)->fd == -1 || !file_fresh(file_at(c, 0), now_ms)))
		drop_first(c);
	if (c->count == 0)
		return 0;
	return (uint32_t)(file_at(c, 0)->since_ms + CACHE_FRESH_MS - now_ms);
}

void
cache_clear(struct cache *c)
{
	while (c->count > 0)
		drop_first(c);
	c->first = 0;
}
