/* SPDX-License-Identifier: ISC */
/*
 * Connections and their limits.  A connection counts for http-max, or it is a
 * spare one that is only told to come back.  One that waits for its next
 * request is idle: it is closed after a time, and earlier if another client
 * needs its place.  Pure.
 */
#ifndef HTTPD_CONN_H
#define HTTPD_CONN_H

#include "httpd/peer.h"

#define CONN_IDLE_MS 60000 /* for the whole header of the next request */
#define CONN_SPARE_MS 5000 /* the same, for spare connections */
#define CONN_PEER_MIN 16 /* for one address, even if http-max is small */

struct MHD_Connection;

struct conn {
	TAILQ_ENTRY(conn) idle; /* if is_idle */
	struct endpoint client;
	struct peer *peer;
	struct MHD_Connection *http;
	int fd; /* of the library, which closes it */
	uint32_t ifindex;
	uint8_t root; /* index of the tftp-root of the interface */
	bool tls; /* HTTPS */
	bool spare;
	bool leaving; /* its place is free: it is being closed */
	bool is_idle;
	uint64_t idle_ms; /* since when */
	uint64_t requests;
};

TAILQ_HEAD(conn_queue, conn);

struct conns {
	uint32_t max; /* http-max */
	uint32_t places; /* that are in use */
	uint32_t all; /* connections, also spare and leaving ones */
	struct conn_queue idle; /* longest idle first */
	struct conn_queue spare; /* the same, of spare ones */
	struct peer_table peers;
};

enum conn_why {
	CONN_PLACE, /* it has a place */
	CONN_FULL, /* spare: all places are in use */
	CONN_SHARE, /* spare: the address has as many as it may */
	CONN_NONE /* there is no room for a spare one, or no memory */
};

void conns_init(struct conns *, uint64_t seed);

/* How many places one address may have. */
uint32_t conns_peer_max(const struct conns *);

/* Whether another connection, spare or not, can be accepted. */
bool conns_room(const struct conns *);

/*
 * A new connection, which is idle; client is set.  If all places are in use,
 * the one that was idle longest gives up its own: *loser is set, and must be
 * closed.  With CONN_NONE the connection was not added.
 */
enum conn_why
conn_begin(struct conns *, struct conn *, struct conn **loser, uint64_t now_ms);

/* A request has come, or its answer was sent. */
void conn_busy(struct conns *, struct conn *);
void conn_idle(struct conns *, struct conn *, uint64_t now_ms);

/* The connection was closed. */
void conn_end(struct conns *, struct conn *);

/*
 * The next connection that was idle too long, or NULL.  It gives up its place,
 * is not returned again, and must be closed.
 */
struct conn *conn_expired(struct conns *, uint64_t now_ms);

#endif
