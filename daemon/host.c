/* SPDX-License-Identifier: ISC */
/* The table of hosts that dhcpd knows. */
#include "daemon/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/hash.h"
#include "daemon/lease.h"

#define HOST_BUCKETS 16384 /* allocated with the first host */

void
host_table_init(struct host_table *t, uint64_t seed)
{
	memset(t, 0, sizeof(*t));
	t->seed = seed;
	t->max = HOST_TABLE_MAX;
	TAILQ_INIT(&t->age);
	TAILQ_INIT(&t->booting);
}

static struct host_list *
host_bucket(const struct host_table *t, const struct addr *a)
{
	return &t->bucket[hash_bytes(t->seed, a, sizeof(*a)) &
			  (t->nbuckets - 1)];
}

struct host *
host_find(const struct host_table *t, const struct addr *a)
{
	struct host *h;

	if (t->bucket == NULL)
		return NULL;
	LIST_FOREACH(h, host_bucket(t, a), hash)
		if (addr_compare(&h->addr, a) == 0)
			return h;
	return NULL;
}

static void
host_boot_end(struct host_table *t, struct host *h)
{
	if (h->boot_ms == 0)
		return;
	TAILQ_REMOVE(&t->booting, h, boot);
	h->boot_ms = 0;
}

static void
host_forget(struct host_table *t, struct host *h)
{
	host_boot_end(t, h);
	LIST_REMOVE(h, hash);
	TAILQ_REMOVE(&t->age, h, age);
	t->nhosts--;
	free(h);
}

void
host_table_clear(struct host_table *t)
{
	struct host *h, *next;

	for (h = TAILQ_FIRST(&t->age); h != NULL; h = next) {
		next = TAILQ_NEXT(h, age);
		host_forget(t, h);
	}
}

void
host_table_free(struct host_table *t)
{
	host_table_clear(t);
	free(t->bucket);
	host_table_init(t, t->seed);
}

static struct host *
host_new(struct host_table *t, const struct addr *a)
{
	struct host *h;

	if (t->bucket == NULL) {
		t->bucket = calloc(HOST_BUCKETS, sizeof(*t->bucket));
		if (t->bucket == NULL)
			return NULL;
		t->nbuckets = HOST_BUCKETS;
	}
	if (t->nhosts == t->max)
		host_forget(t, TAILQ_FIRST(&t->age));
	if ((h = calloc(1, sizeof(*h))) == NULL)
		return NULL;
	h->addr = *a;
	LIST_INSERT_HEAD(host_bucket(t, a), h, hash);
	TAILQ_INSERT_TAIL(&t->age, h, age);
	t->nhosts++;
	return h;
}

void
host_get_id(
    const struct host_table *t, const struct addr *a, struct host_id *id)
{
	const struct host *h = host_find(t, a);

	*id = h != NULL ? h->id : (struct host_id){ 0 };
}

int
host_message(struct host_table *t, struct reader *r)
{
	uint8_t hwtype, hw[RECORD_HW_MAX];
	char name[LEASE_NAME_MAX];
	struct addr addr;
	struct host *h;
	size_t hwlen;

	addr_decode(r, &addr);
	hwtype = reader_u8(r);
	hwlen = reader_blob(r, hw, sizeof(hw));
	(void)reader_str(r, name, sizeof(name));
	if (!reader_done(r) || addr_is_any(&addr))
		return -1;
	h = host_find(t, &addr);
	if (hwlen == 0) {
		if (h != NULL)
			host_forget(t, h);
		return 0;
	}
	if (h == NULL && (h = host_new(t, &addr)) == NULL)
		return 0;
	TAILQ_REMOVE(&t->age, h, age);
	TAILQ_INSERT_TAIL(&t->age, h, age);
	h->id.hwtype = hwtype;
	h->id.hwlen = (uint8_t)hwlen;
	memcpy(h->id.hw, hw, hwlen);
	(void)snprintf(
	    h->id.name, sizeof(h->id.name), "%.*s", HOST_TEXT_MAX - 1, name);
	return 0;
}

int
host_booting(struct host_table *t, struct reader *r, uint64_t now_ms)
{
	struct addr addr;
	struct host *h;

	addr_decode(r, &addr);
	if (!reader_done(r))
		return -1;
	if ((h = host_find(t, &addr)) == NULL)
		return 0;
	host_boot_end(t, h);
	h->boot_ms = now_ms == 0 ? 1 : now_ms;
	TAILQ_INSERT_TAIL(&t->booting, h, boot);
	return 0;
}

void
host_asked(struct host_table *t, const struct addr *a)
{
	struct host *h;

	if (!TAILQ_EMPTY(&t->booting) && (h = host_find(t, a)) != NULL)
		host_boot_end(t, h);
}

const struct host *
host_silent(struct host_table *t, uint64_t now_ms)
{
	struct host *h = TAILQ_FIRST(&t->booting);

	if (h == NULL || now_ms < h->boot_ms + HOST_BOOT_MS)
		return NULL;
	host_boot_end(t, h);
	return h;
}

uint64_t
host_silent_at(const struct host_table *t)
{
	const struct host *h = TAILQ_FIRST(&t->booting);

	return h == NULL ? 0 : h->boot_ms + HOST_BOOT_MS;
}
