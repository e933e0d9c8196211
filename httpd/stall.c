/* SPDX-License-Identifier: ISC */
/* Compares the progress of transfers with that of a second before. */
#include "httpd/stall.h"

#include "httpd/tcp.h"

void
stall_watch(struct server *srv, struct request *r)
{
	if (r->plain)
		TAILQ_INSERT_TAIL(&srv->plain, r, waiting);
}

void
stall_end(struct server *srv, struct request *r)
{
	if (r->plain)
		TAILQ_REMOVE(&srv->plain, r, waiting);
	r->plain = false;
}

static bool
stands_still(struct request *r)
{
	struct tcp_facts t;

	tcp_facts_get(r->conn->fd, &t);
	if (t.drained && t.acked == r->progress)
		return ++r->stalls == STALL_TICKS;
	r->progress = t.acked;
	r->stalls = 0;
	return false;
}

void
stall_check(struct server *srv, void (*found)(struct request *))
{
	struct request *r;

	TAILQ_FOREACH(r, &srv->plain, waiting)
		if (r->fault == NULL && stands_still(r)) {
			r->fault = "the file has become shorter";
			found(r);
		}
}
