/* SPDX-License-Identifier: ISC */
/*
 * Descriptors of files that were asked for a moment ago.
 *
 * When a room of machines starts, the same few files are asked for many times
 * within milliseconds.  A file that was resolved and opened is given again
 * without that for CACHE_FRESH_MS.  Each use looks at the open file: one that
 * was deleted, replaced, moved away, or whose owner, mode or content has
 * changed since (its ctime tells) is dropped, and its name resolved anew.
 * What remains is that a change of the way to a file, a folder renamed or a
 * symbolic link turned, may take CACHE_FRESH_MS to be seen.
 *
 * This saves the lookup, a third of the cost of an answer where the file
 * system is local, and some round trips for each where it is not.
 */
#ifndef IMAGED_CACHE_H
#define IMAGED_CACHE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "daemon/file.h"

#define CACHE_FILES 64
#define CACHE_FRESH_MS 100
#define CACHE_PATH_MAX (FILE_FOLDER_MAX + 1 + FILE_NAME_MAX)

struct cache_file {
	int fd; /* -1: was dropped */
	uint32_t hash; /* of root and path */
	uint64_t since_ms; /* when its name was resolved */
	struct timespec changed; /* its ctime then */
	uint8_t root;
	uint16_t len;
	char path[CACHE_PATH_MAX];
};

/* A ring, in the order of opening; zeroed at first. */
struct cache {
	struct cache_file file[CACHE_FILES];
	size_t first; /* the oldest */
	size_t count;
};

/*
 * The file of that path below that root, and its state now; -1 where there
 * is none.  The descriptor stays the cache's, and is valid until the next
 * call.
 */
int cache_get(struct cache *, uint8_t root, const char *path, uint64_t now_ms,
    struct stat *);

/*
 * Takes over a descriptor that was just opened.  Where all places are taken,
 * the oldest file is closed.
 */
void cache_put(struct cache *, uint8_t root, const char *path, int fd,
    const struct stat *, uint64_t now_ms);

/* Forgets a descriptor, which is then the caller's. */
void cache_take(struct cache *, int fd);

/*
 * Closes what is no longer fresh.  Returns in how many ms to call again, 0
 * where the cache is empty.
 */
uint32_t cache_expire(struct cache *, uint64_t now_ms);

/* Closes all. */
void cache_clear(struct cache *);

#endif
