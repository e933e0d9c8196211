/* SPDX-License-Identifier: ISC */
/* Counts connections, and chooses which are closed. */
#include "httpd/conn.h"

#include <string.h>

#include "daemon/http.h"

void
conns_init(struct conns *t, uint64_t seed)
{
	memset(t, 0, sizeof(*t));
	TAILQ_INIT(&t->idle);
	TAILQ_INIT(&t->spare);
	peer_table_init(&t->peers, seed);
}

static uint32_t
conns_share(uint32_t all)
{
	return all / 4 > CONN_PEER_MIN ? all / 4 : CONN_PEER_MIN;
}

/* How many places one address may have. */
static uint32_t
conns_peer_max(const struct conns *t)
{
	return conns_share(t->max);
}

/* How many spare connections. */
static uint32_t
conns_peer_spare(const struct conns *t)
{
	return conns_share(http_spare(t->max));
}

bool
conns_room(const struct conns *t)
{
	return t->all < t->max + http_spare(t->max);
}

static struct conn_queue *
conn_queue_of(struct conns *t, const struct conn *c)
{
	return c->spare ? &t->spare : &t->idle;
}

static void
conn_idle_end(struct conns *t, struct conn *c)
{
	if (!c->is_idle)
		return;
	TAILQ_REMOVE(conn_queue_of(t, c), c, idle);
	c->is_idle = false;
}

static void
conn_place_end(struct conns *t, struct conn *c)
{
	if (c->leaving)
		return;
	if (c->spare) {
		c->peer->spares--;
		return;
	}
	t->places--;
	c->peer->connections--;
}

/* Frees the place of a connection that is being closed. */
static void
conn_leave(struct conns *t, struct conn *c)
{
	conn_idle_end(t, c);
	conn_place_end(t, c);
	c->leaving = true;
}

static enum conn_why
conn_place(struct conns *t, const struct conn *c, struct conn **loser)
{
	if (c->peer->connections >= conns_peer_max(t))
		return CONN_SHARE;
	if (t->places < t->max)
		return CONN_PLACE;
	if ((*loser = TAILQ_FIRST(&t->idle)) == NULL)
		return CONN_FULL;
	conn_leave(t, *loser);
	return CONN_PLACE;
}

/* A hello costs its sender nothing, and the server a signature. */
static bool
conn_may_shake(const struct conn *c, uint64_t now_ms)
{
	struct peer *p = c->peer;

	if (!c->tls)
		return true;
	if (now_ms - p->second_ms >= 1000) {
		p->second_ms = now_ms;
		p->handshakes = 0;
	}
	return p->handshakes++ < CONN_PEER_HANDSHAKES;
}

enum conn_why
conn_begin(
    struct conns *t, struct conn *c, struct conn **loser, uint64_t now_ms)
{
	enum conn_why why;

	*loser = NULL;
	if (!conns_room(t) ||
	    (c->peer = peer_take(&t->peers, &c->client)) == NULL)
		return CONN_NONE;
	why = conn_may_shake(c, now_ms) ? conn_place(t, c, loser) : CONN_SHAKES;
	c->spare = why == CONN_FULL || why == CONN_SHARE;
	if (c->spare && c->peer->spares >= conns_peer_spare(t))
		why = CONN_SPARES;
	if (why >= CONN_SPARES) {
		peer_give(&t->peers, c->peer);
		return why;
	}
	t->all++;
	if (c->spare) {
		c->peer->spares++;
	} else {
		t->places++;
		c->peer->connections++;
	}
	conn_idle(t, c, now_ms);
	return why;
}

void
conn_busy(struct conns *t, struct conn *c)
{
	conn_idle_end(t, c);
}

void
conn_idle(struct conns *t, struct conn *c, uint64_t now_ms)
{
	if (c->is_idle || c->leaving)
		return;
	c->is_idle = true;
	c->idle_ms = now_ms;
	TAILQ_INSERT_TAIL(conn_queue_of(t, c), c, idle);
}

void
conn_end(struct conns *t, struct conn *c)
{
	conn_idle_end(t, c);
	conn_place_end(t, c);
	t->all--;
	peer_give(&t->peers, c->peer);
	c->peer = NULL;
}

static struct conn *
queue_expired(const struct conn_queue *q, uint64_t limit_ms, uint64_t now_ms)
{
	struct conn *c = TAILQ_FIRST(q);

	return c != NULL && now_ms - c->idle_ms >= limit_ms ? c : NULL;
}

struct conn *
conn_expired(struct conns *t, uint64_t now_ms)
{
	struct conn *c = queue_expired(&t->idle, CONN_IDLE_MS, now_ms);

	if (c == NULL)
		c = queue_expired(&t->spare, CONN_SPARE_MS, now_ms);
	if (c != NULL)
		conn_leave(t, c);
	return c;
}
