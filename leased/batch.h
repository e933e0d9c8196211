/* SPDX-License-Identifier: ISC */
/*
 * Batches form by themselves: whatever arrives while one is on its way to the
 * disk is the next.  No lease is answered before its batch is durable.
 */
#ifndef LEASED_BATCH_H
#define LEASED_BATCH_H

#include "daemon/lease.h"
#include "leased/store.h"

#define BATCH_MAX 512 /* leases in one transaction */

struct event_base;
struct batch;

/* refused: NULL when the lease is durable, else why it is not stored. */
typedef void batch_answer_fn(uint32_t id, const char *refused, void *arg);

/*
 * shown: what the store is called in log lines; it must stay.  NULL when out
 * of memory.  The store stays the caller's.
 */
struct batch *batch_new(struct event_base *base, struct store *store,
    const char *shown, batch_answer_fn *answer, void *arg);
void batch_free(struct batch *);

/*
 * Takes a lease in; its answer comes when a turn of the event loop has brought
 * no other, or when the batch is full.
 */
void batch_put(struct batch *, uint32_t id, const struct lease *);

/* Commits and answers what is waiting, now. */
void batch_finish(struct batch *);

#endif
