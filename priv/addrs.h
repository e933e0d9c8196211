/* SPDX-License-Identifier: ISC */
/* A set of IPv4 addresses, for fast lookup among many reservations. */
#ifndef PRIV_ADDRS_H
#define PRIV_ADDRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A hash table with open addressing.  `multiplier` is random, so that nobody
 * can choose addresses that collide.  A zeroed structure is an empty set.
 */
struct addrs {
	uint32_t *slots; /* 0: free */
	size_t nslots; /* 0, or a power of two */
	size_t n;
	uint64_t multiplier;
};

/* Adds an address in host order; 0 is ignored.  -1: out of memory. */
int addrs_add(struct addrs *, uint32_t addr);
/* Copies src to dst, which must be empty.  -1: out of memory. */
int addrs_copy(struct addrs *dst, const struct addrs *src);
bool addrs_has(const struct addrs *, uint32_t addr);
void addrs_free(struct addrs *);

#endif
