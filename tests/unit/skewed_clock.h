/* SPDX-License-Identifier: ISC */
/*
 * A clock that a test sets forward, for timers of libevent and for clock.h: in
 * place of the one of the C library, also for libraries.
 */
#ifndef TESTS_UNIT_SKEWED_CLOCK_H
#define TESTS_UNIT_SKEWED_CLOCK_H

#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static uint64_t skew_ms;

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	int r = (int)syscall(SYS_clock_gettime, id, ts);

	ts->tv_sec += (time_t)(skew_ms / 1000);
	ts->tv_nsec += (long)(skew_ms % 1000) * 1000000;
	if (ts->tv_nsec >= 1000000000) {
		ts->tv_sec++;
		ts->tv_nsec -= 1000000000;
	}
	return r;
}

#endif
