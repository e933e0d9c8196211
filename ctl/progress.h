/* SPDX-License-Identifier: ISC */
/* A progress bar on standard error, if that is a terminal. */
#ifndef CTL_PROGRESS_H
#define CTL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool shown; /* standard error is a terminal */
	uint64_t total, done; /* bytes */
	uint64_t drawn_ms; /* monotonic time of the last drawing */
};

void progress_init(struct progress *, uint64_t total);
void progress_add(struct progress *, uint64_t bytes);

/* Removes the bar. */
void progress_end(struct progress *);

#endif
