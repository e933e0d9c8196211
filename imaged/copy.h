/* SPDX-License-Identifier: ISC */
/*
 * Copying one file into sealed memory, piece by piece, without waiting for a
 * disk.  What was copied is what the file held all the while, or there is no
 * copy.
 */
#ifndef IMAGED_COPY_H
#define IMAGED_COPY_H

#include <stdint.h>
#include <sys/types.h>

#include "imaged/hot.h"

#define COPY_PIECE (1024 * 1024)
#define COPY_WAIT_MIN_MS 20 /* for what is not in memory */
#define COPY_WAIT_MAX_MS 500
#define COPY_STUCK_MS 60000 /* without one byte */
#define COPY_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* As pread(), but EAGAIN where it would have to wait. */
typedef ssize_t copy_read_fn(int fd, void *buf, size_t n, off_t at);

enum copy_turn {
	COPY_MORE, /* go on at once */
	COPY_WAIT, /* go on in wait_ms */
	COPY_DONE, /* `to` is the copy */
	COPY_CHANGED, /* the file is not what it was */
	COPY_STUCK, /* the disk, or whoever should have it read, is too slow */
	COPY_FAILED, /* see err */
};

struct copy {
	int from;
	int to; /* -1: none yet */
	struct hot_key key;
	off_t done; /* bytes */
	uint64_t moved_ms; /* when there was progress */
	uint32_t wait_ms;
	int err;
	copy_read_fn *read;
};

/* Takes over `from`, whose state `key` tells. */
void
copy_init(struct copy *, int from, const struct hot_key *key, uint64_t now_ms);

/* One piece.  After a failure nothing is left but to call copy_end(). */
enum copy_turn copy_step(struct copy *, uint64_t now_ms);

/* After COPY_DONE: the copy, which is then the caller's. */
int copy_take(struct copy *);

/* Closes what is open. */
void copy_end(struct copy *);

#endif
