/* SPDX-License-Identifier: ISC */
/*
 * A hashed timer wheel with slots of 1 ms, and a bitmap to find the next slot
 * in use: the cost does not grow with the number of timers.  The caller passes
 * the time, in milliseconds of a monotonic clock.
 *
 * Transfers postpone their timer with every packet.  Postponing an armed timer
 * only stores its new time; it is moved to another slot at its old time.
 */
#ifndef TFTPD_WHEEL_H
#define TFTPD_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#define WHEEL_SLOTS 4096 /* of 1 ms; a power of two */

/* Embedded in the object it belongs to; zeroed before first use. */
struct wheel_timer {
	LIST_ENTRY(wheel_timer) entry;
	uint64_t at_ms;
	uint64_t slot_ms; /* the time of its slot: at_ms or earlier */
	bool armed;
};

LIST_HEAD(wheel_list, wheel_timer);

struct wheel {
	uint64_t now_ms; /* all slots up to this time have been run */
	size_t armed;
	uint64_t groups; /* bit i: used[i] is not 0 */
	uint64_t used[WHEEL_SLOTS / 64]; /* bit j of used[i]: slot 64 * i + j */
	struct wheel_list slot[WHEEL_SLOTS];
};

typedef void wheel_fire_fn(struct wheel_timer *, uint64_t now_ms, void *arg);

void wheel_init(struct wheel *, uint64_t now_ms);

/* Arms a timer, or moves an armed one; a past time is due in 1 ms. */
void wheel_set(
    struct wheel *, struct wheel_timer *, uint64_t now_ms, uint64_t at_ms);
void wheel_clear(struct wheel *, struct wheel_timer *);

/*
 * When to call wheel_run() next: when the first timer is due, or earlier. False
 * if no timer is armed; if called from a fire callback, timers of that run may
 * still be due.
 */
bool wheel_next(const struct wheel *, uint64_t *at_ms);

/*
 * Fires all timers that are due, never early; each is disarmed first. fire may
 * set and clear any timer, including its own.
 */
void wheel_run(struct wheel *, uint64_t now_ms, wheel_fire_fn *fire, void *arg);

#endif
