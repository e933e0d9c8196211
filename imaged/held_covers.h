/* SPDX-License-Identifier: ISC */
/*
 * Which signature or manifest has decided about a path, for a short time: so
 * that it is not looked for, and opened, with each of many requests for the
 * same files.  Only what was served is held; a refusal never is.  Pure.
 *
 * A signature that is added, changed or removed counts after HELD_COVERS_MS at
 * the latest.  The file itself is not held: a changed one is another file.
 */
#ifndef IMAGED_HELD_COVERS_H
#define IMAGED_HELD_COVERS_H

#include "imaged/cover.h"
#include "imaged/memcache.h"

#define HELD_COVERS_MS 100 /* from the time when it was looked for */
#define HELD_COVERS_SETS 64 /* a power of 2 */
#define HELD_COVERS_WAYS 8 /* where one of them may stand */

struct held_cover {
	bool used;
	uint8_t root;
	uint64_t since_ms;
	enum cover_kind kind; /* COVER_DETACHED or COVER_MANIFEST */
	struct memcache_key sig; /* its file */
	struct memcache_key manifest; /* of COVER_MANIFEST */
	size_t folderlen; /* as in struct cover */
	char path[COVER_PATH_MAX]; /* of the boot file */
};

struct held_covers {
	uint64_t seed;
	struct held_cover cover[HELD_COVERS_SETS][HELD_COVERS_WAYS];
};

void held_covers_init(struct held_covers *, uint64_t seed);

/* Forgets all. */
void held_covers_clear(struct held_covers *);

/* What has decided about a normalized path below root; NULL: look for it. */
const struct held_cover *held_covers_find(
    struct held_covers *, uint8_t root, const char *path, uint64_t now_ms);

/*
 * Holds one that is COVER_DETACHED or COVER_MANIFEST, in the place of the
 * oldest one that may stand there.  now_ms: when it was looked for.
 */
void held_covers_put(struct held_covers *, uint8_t root, const char *path,
    const struct cover *, uint64_t now_ms);

#endif
