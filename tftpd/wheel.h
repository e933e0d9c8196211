/* SPDX-License-Identifier: ISC */
/*
 * Timers whose cost does not grow with their number: a hashed wheel of slots
 * of 1 ms, with a map that finds the next one in use.  Time is given by the
 * caller, in milliseconds of a clock that never goes back.
 *
 * To put an armed timer off, which transfers do with every packet, only its
 * new time is noted: it is moved when its old time has come.
 */
#ifndef TFTPD_WHEEL_H
#define TFTPD_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#define WHEEL_SLOTS 4096 /* a turn takes as many ms; a power of two */

/* Lives in what it times; zeroed before its first use. */
struct wheel_timer {
	LIST_ENTRY(wheel_timer) entry;
	uint64_t at_ms;
	uint64_t look_ms; /* when it is looked at: at_ms, or an earlier one */
	bool armed;
};

LIST_HEAD(wheel_list, wheel_timer);

struct wheel {
	uint64_t now_ms; /* all slots up to this were run */
	size_t armed;
	uint64_t groups; /* bit i: used[i] is not 0 */
	uint64_t used[WHEEL_SLOTS / 64]; /* bit j of i: slot 64 * i + j */
	struct wheel_list slot[WHEEL_SLOTS];
};

typedef void wheel_fire_fn(struct wheel_timer *, uint64_t now_ms, void *arg);

void wheel_init(struct wheel *, uint64_t now_ms);

/* Arms a timer, or moves an armed one; what is past is due in 1 ms. */
void wheel_set(
    struct wheel *, struct wheel_timer *, uint64_t now_ms, uint64_t at_ms);
void wheel_clear(struct wheel *, struct wheel_timer *);

/*
 * When wheel_run() is to be called next: not after the first timer is due,
 * perhaps before it.  False when no timer is armed, but for those that the
 * wheel_run() that calls is about to fire.
 */
bool wheel_next(const struct wheel *, uint64_t *at_ms);

/*
 * Fires what is due, never early; each timer is disarmed first.  fire may set
 * and clear any timer, its own included.
 */
void wheel_run(struct wheel *, uint64_t now_ms, wheel_fire_fn *fire, void *arg);

#endif
