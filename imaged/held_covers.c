/* SPDX-License-Identifier: ISC */
/* A table of paths, with what has decided about them a moment ago. */
#include "imaged/held_covers.h"

#include <string.h>

#include "daemon/hash.h"

void
held_covers_init(struct held_covers *h, uint64_t seed)
{
	memset(h, 0, sizeof(*h));
	h->seed = seed;
}

void
held_covers_clear(struct held_covers *h)
{
	size_t i, j;

	for (i = 0; i < HELD_COVERS_SETS; i++)
		for (j = 0; j < HELD_COVERS_WAYS; j++)
			h->cover[i][j].used = false;
}

static bool
is_for(const struct held_cover *c, uint8_t root, const char *path)
{
	return c->used && c->root == root && strcmp(c->path, path) == 0;
}

/*
 * The entry for this path: the one that holds it, else a free one or the
 * oldest one of those where it may stand.
 */
static struct held_cover *
entry_find(struct held_covers *h, uint8_t root, const char *path)
{
	uint32_t hash = hash_bytes(h->seed + root, path, strlen(path));
	struct held_cover *set = h->cover[hash & (HELD_COVERS_SETS - 1)];
	struct held_cover *c = set;
	size_t i;

	for (i = 0; i < HELD_COVERS_WAYS; i++) {
		if (is_for(&set[i], root, path))
			return &set[i];
		if (c->used && (!set[i].used || set[i].since_ms < c->since_ms))
			c = &set[i];
	}
	return c;
}

const struct held_cover *
held_covers_find(
    struct held_covers *h, uint8_t root, const char *path, uint64_t now_ms)
{
	const struct held_cover *c = entry_find(h, root, path);

	if (!is_for(c, root, path) || now_ms - c->since_ms >= HELD_COVERS_MS)
		return NULL;
	return c;
}

void
held_covers_put(struct held_covers *h, uint8_t root, const char *path,
    const struct cover *cover, uint64_t now_ms)
{
	struct held_cover *c = entry_find(h, root, path);

	c->used = true;
	c->root = root;
	c->since_ms = now_ms;
	c->kind = cover->kind;
	memcache_key_init(&c->sig, &cover->sig.st);
	c->folderlen = 0;
	if (cover->kind == COVER_MANIFEST) {
		memcache_key_init(&c->manifest, &cover->manifest.st);
		c->folderlen = cover->folderlen;
	}
	memcpy(c->path, path, strlen(path) + 1);
}
