/* SPDX-License-Identifier: ISC */
/*
 * A hash table from keys, which are any bytes, to numbers.  The time to find a
 * name, a path or an address does not depend on their number.  Keys keep the
 * order in which they were added.
 */
#ifndef CONFD_KEYS_H
#define CONFD_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYS_NONE UINT32_MAX

struct key {
	size_t at; /* of its bytes */
	uint32_t len;
	uint32_t hash;
	uint32_t value;
};

/* All zero is an empty table. */
struct keys {
	struct key *key; /* n of them */
	size_t n, cap;
	uint32_t *slot; /* mask + 1 of them: 0, or a key's index and 1 */
	size_t mask;
	uint8_t *bytes;
	size_t bytes_len, bytes_cap;
};

void keys_free(struct keys *);

/* The number of a key, or KEYS_NONE. */
uint32_t keys_find(const struct keys *, const void *key, size_t len);

/* Sets the number of a key.  False if out of memory. */
bool keys_put(struct keys *, const void *key, size_t len, uint32_t value);

/* The bytes of the i-th key. */
static inline const uint8_t *
keys_bytes(const struct keys *k, size_t i)
{
	return k->bytes + k->key[i].at;
}

#endif
