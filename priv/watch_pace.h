/* SPDX-License-Identifier: ISC */
/*
 * When to read the configuration again because a watched folder has changed.
 * Pure.
 *
 * Changes that come together lead to one reading, WATCH_DELAY_MS after the
 * first of them, so that its writer has time to finish.  Between two readings
 * there is a pause, which is a multiple of the time that the last one took, so
 * a file that changes all the time keeps the daemon busy for a small part of
 * the time only.  Roles build their tables in less time than confd needs for
 * the files.  If they take longer, they do not run, and what exceeds the time
 * of confd does not count: a role that hangs must not delay the next reading.
 */
#ifndef PRIV_WATCH_PACE_H
#define PRIV_WATCH_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define WATCH_DELAY_MS 300
#define WATCH_PAUSE_MS 500 /* between two readings, at least */
#define WATCH_PAUSE_MAX_MS 30000 /* and at most */
#define WATCH_PAUSE_TIMES 2 /* the time that the last reading took */

/* All zero at the start. */
struct watch_pace {
	bool changed; /* something changed that was not read */
	bool reading; /* one was asked for, or has begun */
	uint64_t first_ms; /* when the first change came */
	uint64_t began_ms; /* the last reading */
	uint64_t parsed_ms; /* when its files were read; 0: not yet */
	uint64_t pause_ms; /* no reading until then */
};

/* Something changed. */
void watch_pace_change(struct watch_pace *, uint64_t now_ms);

/* When to ask for a reading; 0: there is no reason, or one is under way. */
uint64_t watch_pace_due_ms(const struct watch_pace *);

/*
 * A reading is asked for; and then begins, or one begins for another reason.
 * It finds all changes until now.
 */
void watch_pace_begin(struct watch_pace *, uint64_t now_ms);

/* The files were read; the roles follow. */
void watch_pace_parsed(struct watch_pace *, uint64_t now_ms);

/* A reading has ended, or the one that was asked for will not begin. */
void watch_pace_end(struct watch_pace *, uint64_t now_ms);

#endif
