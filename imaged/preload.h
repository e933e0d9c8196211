/* SPDX-License-Identifier: ISC */
/*
 * Checks the files below the roots in the background (verify-preload), one
 * after the other, so that no client waits for the first check of a file.  It
 * ends when the next copy would displace another one.
 */
#ifndef IMAGED_PRELOAD_H
#define IMAGED_PRELOAD_H

#include "imaged/roots.h"

#define PRELOAD_DEPTH 32 /* folders within folders */
#define PRELOAD_FILES_MAX 1000000
#define PRELOAD_WAIT_MS 10 /* between two looks at a check that runs */
#define PRELOAD_TRIES_MAX 3000 /* looks: half a minute without an end */
#define PRELOAD_SAY_MS 10000 /* between two lines about the progress */

struct event_base;

/* Callbacks; number and path as in checking_file(). */
struct preload_ops {
	/*
	 * Whether a file of this size may be checked; false ends the preload.
	 */
	bool (*room)(uint64_t size);
	/* Begins a check, or asks for its result: true if it has ended. */
	bool (*check)(uint8_t number, const char *path, bool *good);
};

void preload_init(struct event_base *, const struct preload_ops *);

/* Begins with these roots; the descriptors stay the caller's.  -1: no root. */
void preload_start(const int root[LOOKUP_ROOTS_MAX]);
void preload_stop(void);

#endif
