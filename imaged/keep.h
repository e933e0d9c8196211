/* SPDX-License-Identifier: ISC */
/*
 * Keeping copies of hot files: they are made in the background, one at a
 * time, after all asks of a turn are answered.
 */
#ifndef IMAGED_KEEP_H
#define IMAGED_KEEP_H

#include <stdint.h>
#include <sys/stat.h>

struct event_base;

#define KEEP_QUEUE 64 /* files that wait to be copied; more are not noted */

/* Without a budget, so that there are no copies. */
void keep_init(struct event_base *);

/* Another budget, in bytes; a copy that is being made is given up. */
void keep_set_budget(uint64_t bytes);

/*
 * The copy to give instead of the file of this state, which was opened for
 * an ask; -1 where there is none.  It is valid until the event loop goes on,
 * and not to be closed.
 */
int keep_get(const struct stat *, uint64_t now_ms);

/* Notes that the file, which has no copy, was asked for; fd is not kept. */
void keep_note(int fd, const struct stat *, uint64_t now_ms);

/* A debug line that tells what came of it. */
void keep_report(void);

#endif
