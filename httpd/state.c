/* SPDX-License-Identifier: ISC */
/* Sets up the state of the server, and keeps the requests that wait. */
#include "httpd/state.h"

#include <string.h>

void
state_init(struct server *srv, uint64_t seed)
{
	memset(srv, 0, sizeof(*srv));
	conns_init(&srv->conns, seed);
	host_table_init(&srv->hosts, seed);
	TAILQ_INIT(&srv->waiting);
	TAILQ_INIT(&srv->plain);
}

void
state_commit(struct server *srv, struct server_conf *conf)
{
	file_conf_free(&srv->conf.files);
	srv->conf = *conf;
	memset(conf, 0, sizeof(*conf));
	srv->conns.max = srv->conf.max;
}

struct request *
state_find(const struct server *srv, uint32_t id)
{
	struct request *r;

	LIST_FOREACH(r, &srv->by_id[id % REQUEST_BUCKETS], hash)
		if (r->id == id)
			return r;
	return NULL;
}

void
state_wait(struct server *srv, struct request *r)
{
	do
		r->id = ++srv->next_id;
	while (r->id == 0 || state_find(srv, r->id) != NULL);
	r->state = REQUEST_WAITING;
	LIST_INSERT_HEAD(&srv->by_id[r->id % REQUEST_BUCKETS], r, hash);
	TAILQ_INSERT_TAIL(&srv->waiting, r, waiting);
}

void
state_wait_end(struct server *srv, struct request *r)
{
	LIST_REMOVE(r, hash);
	TAILQ_REMOVE(&srv->waiting, r, waiting);
	r->state = REQUEST_READY;
}
