/* SPDX-License-Identifier: ISC */
/*
 * The state of a client address, for all its connections: how many there are,
 * its rate, and the folder of its last UEFI program.  Kept for a while after
 * the last connection.  Pure.
 */
#ifndef HTTPD_PEER_H
#define HTTPD_PEER_H

#include <sys/queue.h>

#include "daemon/endpoint.h"
#include "daemon/rate.h"
#include "daemon/sibling.h"

/* So many are kept without connections; the oldest goes first. */
#define PEER_IDLE_MAX 4096

struct peer {
	LIST_ENTRY(peer) hash;
	TAILQ_ENTRY(peer) idle; /* if it has no connections */
	struct endpoint addr; /* port 0 */
	uint32_t connections; /* that count for http-max */
	uint32_t spares; /* the others, unless they are being closed */
	uint32_t users; /* all connections */
	uint32_t handshakes; /* of HTTPS, begun since second_ms */
	uint64_t second_ms;
	struct rate rate;
	struct sibling sibling;
};

LIST_HEAD(peer_list, peer);
TAILQ_HEAD(peer_queue, peer);

#define PEER_BUCKETS 4096

struct peer_table {
	uint64_t seed;
	uint32_t nidle;
	struct peer_queue idle; /* oldest first */
	struct peer_list bucket[PEER_BUCKETS];
};

/* seed: random, so that nobody can predict which addresses share a bucket. */
void peer_table_init(struct peer_table *, uint64_t seed);

/* The peer of an address, with one more user; NULL if out of memory. */
struct peer *peer_take(struct peer_table *, const struct endpoint *client);
void peer_give(struct peer_table *, struct peer *);

#endif
