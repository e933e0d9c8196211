/* SPDX-License-Identifier: ISC */
/* Milliseconds as a struct timeval. */
#include "daemon/timeval.h"

struct timeval
timeval_ms(uint64_t ms)
{
	return (struct timeval){ (time_t)(ms / 1000),
		(suseconds_t)(ms % 1000 * 1000) };
}

struct timeval
timeval_until(uint64_t at_ms, uint64_t now_ms)
{
	return timeval_ms(at_ms > now_ms ? at_ms - now_ms : 0);
}
