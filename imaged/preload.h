/* SPDX-License-Identifier: ISC */
/*
 * Checks the files below the roots in the background (verify-preload), one
 * after the other, so that no client waits for the first check of a file.  It
 * ends where the next copy would take the place of another one.
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

/* What it is told of, and for; root and path as in checking_file(). */
struct preload_ops {
	/* Whether a check of this file may be begun; false ends it. */
	bool (*room)(uint64_t size);
	/* Begins a check, or looks how far it is: true if it has ended. */
	bool (*check)(uint8_t number, const char *path, bool *good);
};

void preload_init(struct event_base *, const struct preload_ops *);

/* Begins with these roots; descriptors that stay the caller's.  -1: none. */
void preload_start(const int root[LOOKUP_ROOTS_MAX]);
void preload_stop(void);

#endif
