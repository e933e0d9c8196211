/* SPDX-License-Identifier: ISC */
/* A hash of bytes, for tables. */
#ifndef DAEMON_HASH_H
#define DAEMON_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * FNV-1a, mixed so that all bits of the result depend on all of the input.  If
 * clients choose the input, the seed must be unknown to them.
 */
static inline uint32_t
hash_bytes(uint64_t seed, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	uint64_t h = seed ^ (n * UINT64_C(0x9e3779b97f4a7c15));
	size_t i;

	for (i = 0; i < n; i++) {
		h ^= p[i];
		h *= UINT64_C(0x00000100000001b3);
		h ^= h >> 29;
	}
	h *= UINT64_C(0xbf58476d1ce4e5b9);
	return (uint32_t)(h >> 32);
}

#endif
