/* SPDX-License-Identifier: ISC */
/* A hash table from bytes to numbers, with linear probing. */
#include "confd/keys.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/hash.h"

#define SLOTS_MIN 64
#define BYTES_MIN 1024

void
keys_free(struct keys *k)
{
	free(k->key);
	free(k->slot);
	free(k->bytes);
	memset(k, 0, sizeof(*k));
}

/* The slot of a key, or the free slot for it. */
static size_t
keys_slot(const struct keys *k, const void *key, size_t len, uint32_t hash)
{
	const struct key *e;
	size_t s = hash & k->mask;

	for (; k->slot[s] != 0; s = (s + 1) & k->mask) {
		e = &k->key[k->slot[s] - 1];
		if (e->hash == hash && e->len == len &&
		    memcmp(k->bytes + e->at, key, len) == 0)
			break;
	}
	return s;
}

/* Keeps at least twice as many slots as keys. */
static bool
keys_grow_slots(struct keys *k)
{
	size_t n = k->slot == NULL ? SLOTS_MIN : 2 * (k->mask + 1);
	uint32_t *slot;
	size_t i, s;

	if (k->slot != NULL && 2 * (k->n + 1) <= k->mask + 1)
		return true;
	if ((slot = calloc(n, sizeof(*slot))) == NULL)
		return false;
	free(k->slot);
	k->slot = slot;
	k->mask = n - 1;
	for (i = 0; i < k->n; i++) {
		s = k->key[i].hash & k->mask;
		while (slot[s] != 0)
			s = (s + 1) & k->mask;
		slot[s] = (uint32_t)i + 1;
	}
	return true;
}

static bool
keys_grow(struct keys *k, size_t len)
{
	size_t n = k->bytes_cap == 0 ? BYTES_MIN : k->bytes_cap;
	struct key *key;
	uint8_t *bytes;

	if (k->n == k->cap) {
		size_t cap = k->cap == 0 ? SLOTS_MIN : 2 * k->cap;

		if ((key = reallocarray(k->key, cap, sizeof(*key))) == NULL)
			return false;
		k->key = key;
		k->cap = cap;
	}
	if (k->bytes != NULL && len <= k->bytes_cap - k->bytes_len)
		return true;
	while (n - k->bytes_len < len)
		n *= 2;
	if ((bytes = realloc(k->bytes, n)) == NULL)
		return false;
	k->bytes = bytes;
	k->bytes_cap = n;
	return true;
}

uint32_t
keys_find(const struct keys *k, const void *key, size_t len)
{
	size_t s;

	if (k->n == 0)
		return KEYS_NONE;
	s = keys_slot(k, key, len, hash_bytes(0, key, len));
	return k->slot[s] == 0 ? KEYS_NONE : k->key[k->slot[s] - 1].value;
}

bool
keys_put(struct keys *k, const void *key, size_t len, uint32_t value)
{
	uint32_t hash = hash_bytes(0, key, len);
	struct key *e;
	size_t s;

	if (k->n >= KEYS_NONE - 1 || len >= UINT32_MAX || !keys_grow_slots(k))
		return false;
	s = keys_slot(k, key, len, hash);
	if (k->slot[s] != 0) {
		k->key[k->slot[s] - 1].value = value;
		return true;
	}
	if (!keys_grow(k, len))
		return false;
	e = &k->key[k->n];
	*e = (struct key){ k->bytes_len, (uint32_t)len, hash, value };
	if (len > 0)
		memcpy(k->bytes + k->bytes_len, key, len);
	k->bytes_len += len;
	k->slot[s] = (uint32_t)++k->n;
	return true;
}
