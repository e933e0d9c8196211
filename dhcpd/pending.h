/* SPDX-License-Identifier: ISC */
/*
 * What waits for an outcome: proposals to leased, with the replies that are
 * sent when they are durable, and replies that wait for a neighbour entry.
 * There are PENDING_MAX places, allocated at the start.  The place that was
 * freed last is used first, so the kernel provides memory only for as many
 * places as were ever in use at once.
 */
#ifndef DHCPD_PENDING_H
#define DHCPD_PENDING_H

#include <sys/queue.h>

#include "daemon/lease.h"
#include "dhcpd/dest.h"
#include "dhcpd/reply.h"

#define PENDING_MAX 4096 /* a power of two */

struct binding;

enum pending_state { PENDING_FREE, PENDING_STORE, PENDING_NEIGH };

/* What is proposed to leased. */
enum pending_kind {
	PENDING_GRANT, /* a lease; its ACK, or BOOTP reply, waits */
	PENDING_RELEASE,
	PENDING_DECLINE
};

enum boot_from {
	BOOT_FROM_ELSEWHERE, /* or it has none */
	BOOT_FROM_TFTP, /* of this server */
	BOOT_FROM_HTTP
};

struct pending {
	uint32_t id; /* never 0 in use; changes with each use of the place */
	uint8_t state; /* enum pending_state */
	uint8_t type; /* enum packet_type of the reply */
	/* STORE */
	uint8_t kind; /* enum pending_kind */
	bool fresh; /* the address was not bound before */
	uint32_t xid; /* of the request; 0: none */
	struct binding *binding; /* NULL: another client takes it over */
	struct lease lease; /* what is proposed */
	uint64_t since_ms; /* when leased or the parent was asked */
	char ifname[IFNAMSIZ];
	struct dest dest;
	uint32_t arch; /* of the client; ARCH_NONE: it does not boot */
	char boot[RECORD_FILE_MAX]; /* the boot file; "": none */
	uint8_t via; /* enum reply_via */
	uint8_t boots; /* enum boot_from: where the client will ask for it */
	TAILQ_ENTRY(pending) entry;
	size_t len;
	uint8_t reply[REPLY_MAX]; /* the first len bytes */
};

TAILQ_HEAD(pending_queue, pending);

struct pending_table {
	struct pending *v; /* PENDING_MAX places */
	size_t nused; /* the places from here on were never used */
	size_t nstore; /* in state STORE */
	struct pending_queue unused; /* the one used last is first */
	struct pending_queue
	    store; /* in the order in which they were proposed */
	struct pending_queue neigh; /* in the order in which they were asked */
};

int pending_init(struct pending_table *); /* -1 without memory */
void pending_free(struct pending_table *);

/* Takes a place for this state, with a new id.  NULL: all are in use. */
struct pending *pending_get(struct pending_table *, enum pending_state);
void pending_move(struct pending_table *, struct pending *, enum pending_state);

/* The place that has this id and is in this state, or NULL. */
struct pending *
pending_find(struct pending_table *, uint32_t id, enum pending_state);

/* Frees the place; its content stays readable until the next pending_get(). */
void pending_put(struct pending_table *, struct pending *);

#endif
