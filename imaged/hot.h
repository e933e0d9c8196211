/* SPDX-License-Identifier: ISC */
/*
 * Which files are asked for again and again, and their copies in memory.
 *
 * A file is known by its device, number, size and times, so what was changed
 * is another file.  Every ask resolves and opens the file as if there were no
 * copies; the state that was found then tells whether one may be given
 * instead.
 */
#ifndef IMAGED_HOT_H
#define IMAGED_HOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "daemon/file.h"

#define HOT_AGAIN_MS (10 * 60 * 1000) /* two asks within it make a file hot */
#define HOT_IDLE_MS (10 * 60 * 1000) /* a copy that nobody wants is dropped */
#define HOT_BUSY_MS 10000 /* one asked for since does not give way */
#define HOT_SETTLED_S 2 /* a file that was changed since may change unseen */
#define HOT_SETS 256 /* of asks; a power of 2 */
#define HOT_WAYS 4 /* asks in a set */

struct hot_key {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec modified;
	struct timespec changed;
};

struct hot_copy {
	int fd;
	uint64_t asked_ms; /* last */
	struct hot_key key;
};

struct hot_ask {
	uint64_t when_ms;
	bool used;
	bool refused; /* not to be copied before HOT_AGAIN_MS are over */
	struct hot_key key;
};

/* Zeroed at first: there is no budget, and so no copy. */
struct hot {
	uint64_t budget; /* bytes */
	uint64_t used;
	uint64_t making; /* bytes of copies that are being made, */
	size_t nmaking; /* and how many those are */
	size_t count;
	struct hot_copy copy[FILE_COPIES_MAX];
	struct hot_ask ask[HOT_SETS][HOT_WAYS];
};

void hot_key(struct hot_key *, const struct stat *);
bool hot_key_equal(const struct hot_key *, const struct hot_key *);

/* The copy of a file that was asked for now, or -1; it stays the table's. */
int hot_get(struct hot *, const struct hot_key *, uint64_t now_ms);

/*
 * Notes an ask for a file that has no copy.  Whether to copy it: it is hot,
 * not empty, not too large, not refused, and was not changed just now.
 * now_s is the time by which the file system's are told (CLOCK_REALTIME).
 */
bool
hot_due(struct hot *, const struct hot_key *, uint64_t now_ms, int64_t now_s);

/* No copy of this file for HOT_AGAIN_MS: making one has failed. */
void hot_refuse(struct hot *, const struct hot_key *, uint64_t now_ms);

/* Whether there is, or could be made, room for a copy of so many bytes. */
bool hot_fits(const struct hot *, uint64_t size, uint64_t now_ms);

/*
 * Makes room for a copy that is to be made, and keeps it: the copies not asked
 * for the longest go.  When that would not do, since the others are in use,
 * nothing goes, and it is false.  hot_put() or hot_room_give() must follow.
 */
bool hot_room_take(struct hot *, uint64_t size, uint64_t now_ms);

/* There will be no such copy. */
void hot_room_give(struct hot *, uint64_t size);

/* Takes over a copy, in the room that was kept for it. */
void hot_put(struct hot *, const struct hot_key *, int fd, uint64_t now_ms);

/*
 * Drops what was not asked for during HOT_IDLE_MS.  In how many ms to call
 * again; 0 where there is no copy.
 */
uint32_t hot_expire(struct hot *, uint64_t now_ms);

/*
 * Another budget; what has no place in it is dropped.  No copy may be in the
 * making.
 */
void hot_set_budget(struct hot *, uint64_t bytes);

#endif
