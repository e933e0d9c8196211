/* SPDX-License-Identifier: ISC */
/*
 * Timers of transfers, in a heap.  The caller passes the time, in milliseconds
 * of a monotonic clock.  Nothing is allocated.
 *
 * Transfers postpone their timer with every packet.  Postponing an armed timer
 * only stores its new time; it is moved in the heap at its old time.
 */
#ifndef TFTPD_TIMER_H
#define TFTPD_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/* Embedded in the object it belongs to; zeroed before first use. */
struct timer {
	struct timer *child; /* the first one; none is due before its parent */
	struct timer *next; /* sibling */
	struct timer *before; /* sibling, or the parent of the first child */
	uint64_t at_ms;
	uint64_t heap_ms; /* its place in the heap: at_ms or earlier */
	bool armed;
};

/* Zeroed before first use. */
struct timer_heap {
	struct timer *first; /* NULL: no timer is armed */
};

typedef void timer_fire_fn(struct timer *, uint64_t now_ms, void *arg);

/* Arms a timer, or moves an armed one; a past time is due in 1 ms. */
void
timer_set(struct timer_heap *, struct timer *, uint64_t now_ms, uint64_t at_ms);
void timer_clear(struct timer_heap *, struct timer *);

/*
 * When to call timer_run() next: when the first timer is due, or earlier; 0 if
 * no timer is armed.
 */
uint64_t timer_next(const struct timer_heap *);

/*
 * Fires all timers that are due, never early; each is disarmed first. fire may
 * set and clear any timer, including its own.
 */
void
timer_run(struct timer_heap *, uint64_t now_ms, timer_fire_fn *fire, void *arg);

#endif
