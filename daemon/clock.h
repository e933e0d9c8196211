/* SPDX-License-Identifier: ISC */
/* The two clocks; only event handlers read them, and pass the time on. */
#ifndef DAEMON_CLOCK_H
#define DAEMON_CLOCK_H

#include <stdint.h>

/* Of a clock that never goes back (CLOCK_MONOTONIC). */
uint64_t clock_mono_ms(void);
uint64_t clock_mono_us(void);

/* Seconds since 1970, for what must survive a restart: lease expiry. */
uint64_t clock_wall_s(void);

#endif
