/* SPDX-License-Identifier: ISC */
/* By the one instruction that reads far ahead, or by telling what comes next.
 */
#include "tftpd/cold.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && !defined(PXEGUARD_SANITIZE)
#include <cpuid.h>

#define LEAF 7
#define ERMS (1U << 9) /* EBX: REP MOVSB is made for copying */

static bool
has_erms(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid_count(LEAF, 0, &a, &b, &c, &d) != 0 &&
	       (b & ERMS) != 0;
}

/*
 * The instruction knows its length, and so reads across the ends of pages,
 * which the processor does not do by itself; and it need not fetch what it
 * overwrites. The C library uses it from some KiB on only, as its sources tend
 * to be at hand.
 */
static bool
copy_at_once(void *to, const void *from, size_t n)
{
	static enum { UNKNOWN, NO, YES } able;

	if (able == UNKNOWN)
		able = has_erms() ? YES : NO;
	if (able == NO)
		return false;
	__asm__ volatile("rep movsb"
			 : "+D"(to), "+S"(from), "+c"(n)
			 :
			 : "memory");
	return true;
}
#else
static bool
copy_at_once(void *to, const void *from, size_t n)
{
	(void)to;
	(void)from;
	(void)n;
	return false;
}
#endif

#define CACHE_LINE 64
#define AHEAD 4096

/* The processor reads ahead in a page by itself, but not into the next one. */
static void
prefetch(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i += CACHE_LINE)
		__builtin_prefetch(p + AHEAD + i);
}

void
cold_copy(void *to, const void *from, size_t n)
{
	if (copy_at_once(to, from, n))
		return;
	prefetch(from, n);
	memcpy(to, from, n);
}
