/* SPDX-License-Identifier: ISC */
/* The two clocks.  Only event handlers read them; they pass the time on. */
#ifndef DAEMON_CLOCK_H
#define DAEMON_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC, which never goes back. */
uint64_t clock_mono_ms(void);
uint64_t clock_mono_us(void);

/* Seconds since 1970, for times that must survive a restart: lease expiry. */
uint64_t clock_wall_s(void);
uint64_t clock_wall_ms(void);

#endif
