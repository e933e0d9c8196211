/* SPDX-License-Identifier: ISC */
/*
 * Timers whose cost does not grow with their number: a hashed wheel.  Time
 * is given by the caller, in milliseconds of a clock that never goes back; a
 * timer fires up to WHEEL_TICK_MS late, never early.
 */
#ifndef TFTPD_WHEEL_H
#define TFTPD_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#define WHEEL_TICK_MS 8
#define WHEEL_SLOTS 1024 /* a turn takes 8.2 s */

/* Lives in what it times; zeroed before its first use. */
struct wheel_timer {
	LIST_ENTRY(wheel_timer) entry;
	uint64_t tick;
	bool armed;
};

LIST_HEAD(wheel_list, wheel_timer);

struct wheel {
	uint64_t tick; /* the last one that was run */
	size_t armed;
	struct wheel_list slot[WHEEL_SLOTS];
};

typedef void wheel_fire_fn(struct wheel_timer *, uint64_t now_ms, void *arg);

void wheel_init(struct wheel *, uint64_t now_ms);

/* Arms a timer, or moves an armed one. */
void wheel_set(
    struct wheel *, struct wheel_timer *, uint64_t now_ms, uint64_t at_ms);
void wheel_clear(struct wheel *, struct wheel_timer *);

/*
 * Fires what is due, each timer disarmed first; fire may set and clear any
 * timer, its own included.
 */
void wheel_run(struct wheel *, uint64_t now_ms, wheel_fire_fn *fire, void *arg);

#endif
