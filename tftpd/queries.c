/* SPDX-License-Identifier: ISC */
/* The table of queries. */
#include "tftpd/queries.h"

#include <string.h>

#include "daemon/hash.h"

void
queries_init(struct queries *q, uint64_t seed)
{
	memset(q, 0, sizeof(*q));
	q->seed = seed;
}

static uint32_t
queries_key(const struct queries *q, const struct addr *client,
    const char *name, size_t namelen)
{
	return hash_bytes(
	    hash_bytes(q->seed, client, sizeof(*client)), name, namelen);
}

uint32_t
queries_add(struct queries *q, const struct addr *client, const char *name,
    size_t namelen)
{
	uint32_t key = queries_key(q, client, name, namelen);
	uint32_t i = key % QUERIES_SLOTS;

	if (q->slot[i].key != key) {
		q->slot[i].key = key;
		q->slot[i].count = 0;
	}
	if (q->slot[i].count < UINT32_MAX)
		q->slot[i].count++;
	return q->slot[i].count;
}

void
queries_clear(struct queries *q, const struct addr *client, const char *name,
    size_t namelen)
{
	uint32_t key = queries_key(q, client, name, namelen);

	if (q->slot[key % QUERIES_SLOTS].key == key)
		q->slot[key % QUERIES_SLOTS].count = 0;
}
