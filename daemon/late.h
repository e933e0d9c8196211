/* SPDX-License-Identifier: ISC */
/*
 * Detects that another process does not answer: says once that a request has
 * waited for LATE_MS, and once that answers arrive again.  Pure.
 */
#ifndef DAEMON_LATE_H
#define DAEMON_LATE_H

#include <stdbool.h>
#include <stdint.h>

#define LATE_MS 4000

/* Zeroed before its first use. */
struct late {
	uint32_t waiting; /* requests without an answer */
	uint64_t since_ms; /* the oldest open request, or the last answer */
	bool told; /* a warning was logged */
};

/* A request was sent. */
void late_asked(struct late *, uint64_t now_ms);

/* The other process was restarted; all requests will be sent again. */
void late_restarted(struct late *);

/*
 * An answer was received.  Returns true if a warning was logged before; the
 * caller then logs the recovery after *ms.
 */
bool late_answered(struct late *, uint64_t now_ms, uint64_t *ms);

/* When to call late_is() next; 0: only after another request. */
uint64_t late_at_ms(const struct late *);

/* Whether the other process is late; the caller then logs a warning. */
bool late_is(struct late *, uint64_t now_ms);

#endif
