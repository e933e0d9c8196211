/* SPDX-License-Identifier: ISC */
/*
 * Copies files that are requested repeatedly into sealed memory, one at a time,
 * in the background and without waiting for a disk.  A copy is used only if the
 * file did not change meanwhile.
 */
#ifndef IMAGED_COPIER_H
#define IMAGED_COPIER_H

#include <stdint.h>
#include <sys/types.h>

#include "imaged/memcache.h"

#define COPIER_PIECE (1024 * 1024)
#define COPIER_WAIT_MIN_MS 20 /* while the data is not in memory */
#define COPIER_WAIT_MAX_MS 500
#define COPIER_STUCK_MS 10000 /* without progress */
#define COPIER_WAITING_MAX 32 /* files that wait for their copy */

struct event_base;

/* As pread(), but fails with EAGAIN instead of waiting for a disk. */
typedef ssize_t copier_read_fn(int fd, void *buf, size_t n, off_t at);

enum copier_result {
	COPIER_MORE, /* call again at once */
	COPIER_WAIT, /* call again in wait_ms */
	COPIER_DONE, /* `to` is the copy */
	COPIER_CHANGED, /* the file has changed */
	COPIER_STUCK, /* the disk is too slow */
	COPIER_FAILED, /* see err */
};

struct copier_job {
	int from; /* -1: none */
	int to; /* -1: none yet */
	struct memcache_key key;
	off_t done; /* bytes */
	uint64_t moved_ms; /* time of the last progress */
	uint32_t wait_ms;
	int err;
	copier_read_fn *read;
};

/* Takes over `from`; `key`: from its fstat(2). */
void copier_job_init(struct copier_job *, int from, const struct memcache_key *,
    uint64_t now_ms);

/* Copies one piece.  After COPIER_DONE the caller may take `to`: set it to -1.
 */
enum copier_result copier_job_step(struct copier_job *, uint64_t now_ms);

/* Closes all descriptors. */
void copier_job_end(struct copier_job *);

/* The budget is 0 at first, so nothing is copied. */
void copier_init(struct event_base *);

/* Sets the budget, in bytes; a change cancels all copies that are due. */
void copier_set_budget(uint64_t bytes);

/*
 * The copy to pass instead of the file with this state, or -1.  It is valid
 * until the event loop continues, and must not be closed.
 */
int copier_get(const struct stat *, uint64_t now_ms);

/*
 * Records a request for a file without a copy, and may have it copied: at once,
 * or after the files that wait already.  If COPIER_WAITING_MAX wait, it is
 * copied at a later request.  The caller keeps fd; now_s is CLOCK_REALTIME.
 */
void copier_note(int fd, const struct stat *, uint64_t now_ms, int64_t now_s);

/* Logs at debug level how many copies were made and used. */
void copier_report(void);

#endif
