/* SPDX-License-Identifier: ISC */
/* The table of hosts that dhcpd knows. */
#include "tftpd/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/lease.h"

#define HOST_BUCKETS 16384 /* made with the first host */

void
host_table_init(struct host_table *t, uint64_t seed)
{
	memset(t, 0, sizeof(*t));
	t->seed = seed;
	t->max = HOST_TABLE_MAX;
	TAILQ_INIT(&t->age);
}

static struct host_list *
bucket_of(const struct host_table *t, uint32_t addr)
{
	uint64_t h = (t->seed ^ addr) * 0x9e3779b97f4a7c15ULL;

	h ^= h >> 32;
	return &t->bucket[(h * 0x9e3779b97f4a7c15ULL >> 40) &
			  (t->nbuckets - 1)];
}

static struct host *
host_at(const struct host_table *t, uint32_t addr)
{
	struct host *h;

	if (t->bucket == NULL)
		return NULL;
	LIST_FOREACH(h, bucket_of(t, addr), hash)
		if (h->addr == addr)
			return h;
	return NULL;
}

static void
host_forget(struct host_table *t, struct host *h)
{
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
host_new(struct host_table *t, uint32_t addr)
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
	h->addr = addr;
	LIST_INSERT_HEAD(bucket_of(t, addr), h, hash);
	TAILQ_INSERT_TAIL(&t->age, h, age);
	t->nhosts++;
	return h;
}

int
host_message(struct host_table *t, struct reader *r)
{
	uint32_t addr = reader_u32(r);
	uint8_t hwtype = reader_u8(r), hw[RECORD_HW_MAX];
	size_t hwlen = reader_blob(r, hw, sizeof(hw));
	char name[LEASE_NAME_MAX];
	struct host *h;

	(void)reader_str(r, name, sizeof(name));
	if (!reader_done(r) || addr == 0)
		return -1;
	h = host_at(t, addr);
	if (hwlen == 0) {
		if (h != NULL)
			host_forget(t, h);
		return 0;
	}
	if (h == NULL && (h = host_new(t, addr)) == NULL)
		return 0;
	TAILQ_REMOVE(&t->age, h, age);
	TAILQ_INSERT_TAIL(&t->age, h, age);
	h->hwtype = hwtype;
	h->hwlen = (uint8_t)hwlen;
	memcpy(h->hw, hw, hwlen);
	(void)snprintf(
	    h->name, sizeof(h->name), "%.*s", HOST_TEXT_MAX - 1, name);
	return 0;
}

const struct host *
host_find(const struct host_table *t, const struct endpoint *e)
{
	uint32_t addr;

	if (e->family != 4)
		return NULL;
	addr = (uint32_t)e->addr[0] << 24 | (uint32_t)e->addr[1] << 16 |
	       (uint32_t)e->addr[2] << 8 | e->addr[3];
	return host_at(t, addr);
}
