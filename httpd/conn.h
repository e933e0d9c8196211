/* SPDX-License-Identifier: ISC */
/*
 * Connections and their limits.  A connection has one of the places of
 * http-max, or it is a spare one, which is answered with status 503 only.  One
 * address has at most a share of both, so that it cannot keep others out.  A
 * connection without a request is idle: it is closed after a timeout, or
 * earlier if another client needs its place.  Pure.
 */
#ifndef HTTPD_CONN_H
#define HTTPD_CONN_H

#include "httpd/peer.h"

#define CONN_IDLE_MS 60000 /* for the whole header of the next request */
#define CONN_SPARE_MS 5000 /* the same, for spare connections */
#define CONN_PEER_MIN 16 /* for one address, even if http-max is small */
/* Of HTTPS, for one address: a quarter of what keyd signs in a second. */
#define CONN_PEER_HANDSHAKES 125

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
	bool leaving; /* it is being closed; its place is already free */
	bool is_idle;
	uint64_t idle_ms; /* since when */
	uint64_t requests;
};

TAILQ_HEAD(conn_queue, conn);

struct conns {
	uint32_t max; /* http-max */
	uint32_t places; /* in use */
	uint32_t all; /* connections, also spare and leaving ones */
	struct conn_queue idle; /* longest idle first */
	struct conn_queue spare; /* the same, of spare ones */
	struct peer_table peers;
};

enum conn_why {
	CONN_PLACE, /* it has a place */
	CONN_FULL, /* spare: all places are in use */
	CONN_SHARE, /* spare: the address has its maximum */
	/* It was not added: */
	CONN_SPARES, /* the address has its maximum of spare ones, too */
	CONN_SHAKES, /* the address has begun too many handshakes */
	CONN_NONE /* there is no room for a spare one, or no memory */
};

void conns_init(struct conns *, uint64_t seed);

/* Whether another connection, spare or not, can be accepted. */
bool conns_room(const struct conns *);

/*
 * Adds a new connection, which is idle; its client is set.  If all places are
 * in use, it gets the place of the connection that was idle longest: *loser is
 * set to that one, and the caller closes it.  From CONN_SPARES on the new
 * connection was not added.
 */
enum conn_why
conn_begin(struct conns *, struct conn *, struct conn **loser, uint64_t now_ms);

/* A request was received; its answer was sent. */
void conn_busy(struct conns *, struct conn *);
void conn_idle(struct conns *, struct conn *, uint64_t now_ms);

/* The connection was closed. */
void conn_end(struct conns *, struct conn *);

/*
 * The next connection whose idle time is over, or NULL.  Its place becomes
 * free, and the caller closes it.  It is not returned again.
 */
struct conn *conn_expired(struct conns *, uint64_t now_ms);

#endif
