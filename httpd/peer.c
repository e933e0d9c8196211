/* SPDX-License-Identifier: ISC */
/* A table of client addresses. */
#include "httpd/peer.h"

#include <stdlib.h>
#include <string.h>

void
peer_table_init(struct peer_table *t, uint64_t seed)
{
	memset(t, 0, sizeof(*t));
	t->seed = seed;
	TAILQ_INIT(&t->idle);
}

static void
peer_drop(struct peer_table *t, struct peer *p)
{
	TAILQ_REMOVE(&t->idle, p, idle);
	LIST_REMOVE(p, hash);
	t->nidle--;
	free(p);
}

struct peer *
peer_take(struct peer_table *t, const struct endpoint *client)
{
	struct endpoint addr = *client;
	struct peer_list *bucket;
	struct peer *p;

	addr.port = 0;
	bucket = &t->bucket[endpoint_hash(&addr, t->seed) % PEER_BUCKETS];
	LIST_FOREACH(p, bucket, hash)
		if (endpoint_equal(&p->addr, &addr))
			break;
	if (p == NULL) {
		if ((p = calloc(1, sizeof(*p))) == NULL)
			return NULL;
		p->addr = addr;
		LIST_INSERT_HEAD(bucket, p, hash);
	} else if (p->users == 0) {
		TAILQ_REMOVE(&t->idle, p, idle);
		t->nidle--;
	}
	p->users++;
	return p;
}

void
peer_give(struct peer_table *t, struct peer *p)
{
	if (--p->users > 0)
		return;
	TAILQ_INSERT_TAIL(&t->idle, p, idle);
	t->nidle++;
	if (t->nidle > PEER_IDLE_MAX)
		peer_drop(t, TAILQ_FIRST(&t->idle));
}
