/* SPDX-License-Identifier: ISC */
/* Times for timers of libevent. */
#ifndef DAEMON_TIMEVAL_H
#define DAEMON_TIMEVAL_H

#include <stdint.h>
#include <sys/time.h>

struct timeval timeval_ms(uint64_t ms);

/* The time until at_ms; 0 if that has passed. */
struct timeval timeval_until(uint64_t at_ms, uint64_t now_ms);

#endif
