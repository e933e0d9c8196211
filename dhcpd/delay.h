/* SPDX-License-Identifier: ISC */
/*
 * Replies that dhcp-reply-delay holds back, in the order in which they are due.
 * There are DELAY_MAX places, allocated at the start; the kernel provides
 * memory only for as many as were ever in use at once.  Pure: the clock is
 * passed in.
 */
#ifndef DHCPD_DELAY_H
#define DHCPD_DELAY_H

#include "dhcpd/dest.h"
#include "dhcpd/reply.h"

#define DELAY_MAX 4096 /* a power of two */

/* What a client repeats when it retransmits its request. */
struct delay_key {
	uint32_t xid;
	uint32_t giaddr;
	uint32_t ifindex;
	uint8_t type; /* enum packet_type of the reply */
	bool pxe; /* from port 4011 */
	uint8_t hwtype;
	uint8_t hwlen;
	uint8_t hw[PACKET_HW_MAX]; /* zero beyond hwlen */
};

struct delayed {
	/* The caller sets these. */
	struct dest dest;
	size_t len;
	uint8_t reply[REPLY_MAX]; /* the first len bytes */
	/* These belong to the queue. */
	struct delay_key key;
	uint64_t due_ms;
	uint64_t order; /* of those that are due at the same time */
	uint32_t at; /* its index in the heap */
	uint32_t next; /* in the chain of its hash, or of free places */
};

struct delay_queue {
	struct delayed *v; /* DELAY_MAX places */
	uint32_t *heap; /* n places by due_ms and order, the least first */
	uint32_t *chain; /* by hash: its first place, and 1; 0: none */
	uint32_t n;
	uint32_t nused; /* the places from here on were never used */
	uint32_t unused; /* the first free place, and 1; 0: none */
	uint64_t order;
	uint64_t seed;
};

/* -1 without memory.  seed: a number that clients do not know. */
int delay_init(struct delay_queue *, uint64_t seed);

/* The reply that waits for this key, or NULL. */
struct delayed *delay_find(struct delay_queue *, const struct delay_key *);

/* Adds a reply for a key that has none.  NULL: all places are in use. */
struct delayed *
delay_add(struct delay_queue *, const struct delay_key *, uint64_t due_ms);

/*
 * Takes out the first reply that is due by now, or NULL.  Its content stays
 * readable until the next delay_add().
 */
struct delayed *delay_take(struct delay_queue *, uint64_t now_ms);

/* When the next reply is due; 0: none waits. */
uint64_t delay_next_ms(const struct delay_queue *);

#endif
