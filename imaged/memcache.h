/* SPDX-License-Identifier: ISC */
/*
 * Records which files are requested repeatedly, and keeps their copies.
 *
 * A file is identified by its device, inode number, size and times, so a
 * changed file is a different file.  Every request resolves and opens the file;
 * its fstat(2) then decides whether a copy may be passed instead.
 */
#ifndef IMAGED_MEMCACHE_H
#define IMAGED_MEMCACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "daemon/file.h"

#define MEMCACHE_AGAIN_MS (10 * 60 * 1000) /* copy at the second request */
#define MEMCACHE_IDLE_MS (10 * 60 * 1000) /* an unused copy is dropped */
#define MEMCACHE_BUSY_MS 10000 /* a copy used within this time is kept */
#define MEMCACHE_SETTLED_S 2 /* a later change may have the same times */
#define MEMCACHE_REQUESTS 1024 /* requests remembered; a power of 2 */
#define MEMCACHE_WAYS 8 /* where one of them may stand */

struct memcache_key {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec modified;
	struct timespec changed;
};

struct memcache_copy {
	int fd;
	uint64_t used_ms; /* time of the last use */
	struct memcache_key key;
};

struct memcache_request {
	uint64_t when_ms;
	bool used;
	bool refused; /* do not copy it for MEMCACHE_AGAIN_MS */
	struct memcache_key key;
};

/* Zeroed at first: the budget is 0, so nothing is copied. */
struct memcache {
	uint64_t budget; /* bytes */
	uint64_t used;
	size_t count;
	struct memcache_copy copy[FILE_COPIES_MAX];
	struct memcache_request request[MEMCACHE_REQUESTS]; /* by hash */
};

/* Bytes of memory that a copy of this size takes. */
uint64_t memcache_bytes(uint64_t size);

void memcache_key_init(struct memcache_key *, const struct stat *);
bool
memcache_key_equal(const struct memcache_key *, const struct memcache_key *);

/* The copy of a requested file, or -1; the cache keeps the descriptor. */
int
memcache_get(struct memcache *, const struct memcache_key *, uint64_t now_ms);

/*
 * Records a request for a file without a copy.  Returns whether to copy it now:
 * it was requested before, fits the budget, has not changed within
 * MEMCACHE_SETTLED_S, and copying it has not failed.  now_s is CLOCK_REALTIME.
 */
bool memcache_note(struct memcache *, const struct memcache_key *,
    uint64_t now_ms, int64_t now_s);

/* Copying this file has failed: does not copy it for MEMCACHE_AGAIN_MS. */
void memcache_refuse(
    struct memcache *, const struct memcache_key *, uint64_t now_ms);

/*
 * Evicts the least recently used copies until a copy of `size` bytes fits.
 * False if the copies in use leave no room; nothing is evicted then.
 */
bool memcache_make_room(struct memcache *, uint64_t size, uint64_t now_ms);

/* Takes over the copy fd, for which there must be room. */
void memcache_put(
    struct memcache *, const struct memcache_key *, int fd, uint64_t now_ms);

/*
 * Drops copies that were not used for MEMCACHE_IDLE_MS.  Returns in how many ms
 * to call it again; 0 if there is no copy.
 */
uint32_t memcache_expire(struct memcache *, uint64_t now_ms);

/* Sets the budget and drops what exceeds it. */
void memcache_set_budget(struct memcache *, uint64_t bytes);

#endif
