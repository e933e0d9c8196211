/* SPDX-License-Identifier: ISC */
/*
 * Commits leases in batches: what arrives while one batch is written to the
 * disk forms the next.  No lease is answered before its batch is durable.
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
 * shown: the store's name in log lines, which must stay valid.  The caller
 * keeps the store.  Without memory the process ends.
 */
struct batch *batch_new(struct event_base *base, struct store *store,
    const char *shown, batch_answer_fn *answer, void *arg);

/*
 * Adds a lease to the batch.  The batch is committed and answered when a turn
 * of the event loop brings no further lease, or when it is full.
 */
void batch_put(struct batch *, uint32_t id, const struct lease *);

/* Commits and answers what is waiting, now. */
void batch_finish(struct batch *);

#endif
