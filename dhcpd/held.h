/* SPDX-License-Identifier: ISC */
/*
 * What waits for an outcome: proposals to the store, with the replies that
 * may leave once they are durable, and replies that wait for a neighbour
 * entry.  A fixed number of places, taken at start.
 */
#ifndef DHCPD_HELD_H
#define DHCPD_HELD_H

#include <sys/queue.h>

#include "daemon/lease.h"
#include "dhcpd/dest.h"
#include "dhcpd/reply.h"

#define HELD_MAX 4096 /* a power of two */

struct binding;

enum hold_state { HOLD_FREE, HOLD_STORE, HOLD_NEIGH };

enum hold_kind {
	HOLD_REPLY, /* an offer: nothing to store */
	HOLD_GRANT, /* a lease; its ACK, or BOOTP reply, waits */
	HOLD_RELEASE,
	HOLD_DECLINE
};

struct hold {
	uint32_t id; /* never 0; changes with each use of the place */
	uint8_t state; /* enum hold_state */
	uint8_t kind; /* enum hold_kind */
	bool fresh; /* the address was not bound before */
	struct binding
	    *binding; /* STORE; NULL: of a lease that is taken over */
	struct lease lease; /* STORE: what is proposed */
	uint64_t since_ms; /* when it was asked, of leased or the parent */
	uint8_t type; /* enum packet_type of the reply */
	char ifname[IFNAMSIZ];
	struct dest dest;
	size_t len;
	uint8_t reply[REPLY_MAX];
	TAILQ_ENTRY(hold) entry;
};

TAILQ_HEAD(hold_queue, hold);

struct held {
	struct hold *v;
	struct hold_queue unused;
	struct hold_queue store; /* in the order in which they were proposed */
	struct hold_queue neigh; /* in the order in which they were asked */
	size_t nstore;
};

int held_init(struct held *); /* -1 without memory */
void held_done(struct held *);

/* A place with an id of its own in this state, or NULL: none is left. */
struct hold *held_get(struct held *, enum hold_state);
void held_move(struct held *, struct hold *, enum hold_state);

/* What was held under this id in this state, or NULL. */
struct hold *held_find(struct held *, uint32_t id, enum hold_state);

/* Frees the place; what it holds stays readable until the next held_get(). */
void held_put(struct held *, struct hold *);

#endif
