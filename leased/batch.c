/* SPDX-License-Identifier: ISC */
/* Gathers leases, commits them in one transaction and answers each. */
#include "leased/batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/time.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"

struct batch_item {
	uint32_t id;
	bool refused;
	struct lease lease;
};

struct batch {
	struct store *store;
	const char *shown;
	batch_answer_fn *answer;
	void *arg;
	struct event *turn;
	size_t n;
	size_t seen; /* n at the last turn of the event loop */
	uint64_t failing; /* leases refused since the store last worked */
	struct log_limit failed_limit;
	struct log_limit refused_limit;
	struct log_limit tidy_limit;
	struct batch_item items[BATCH_MAX];
};

/*
 * A timer of 0 s fires after the channel was read once more, so that leases
 * that wait in the socket join the batch.
 */
static void
batch_wait_turn(struct batch *b)
{
	static const struct timeval now = { 0, 0 };

	b->seen = b->n;
	(void)evtimer_add(b->turn, &now);
}

static void
batch_turn(evutil_socket_t fd, short what, void *arg)
{
	struct batch *b = arg;

	(void)fd;
	(void)what;
	if (b->n > b->seen)
		batch_wait_turn(b);
	else
		batch_finish(b);
}

struct batch *
batch_new(struct event_base *base, struct store *store, const char *shown,
    batch_answer_fn *answer, void *arg)
{
	struct batch *b;

	if ((b = calloc(1, sizeof(*b))) == NULL ||
	    (b->turn = evtimer_new(base, batch_turn, b)) == NULL)
		fatalx("no memory for batches of leases");
	b->store = store;
	b->shown = shown;
	b->answer = answer;
	b->arg = arg;
	b->failed_limit = (struct log_limit)LOG_LIMIT(2, 30000);
	b->refused_limit = (struct log_limit)LOG_LIMIT(5, 30000);
	b->tidy_limit = (struct log_limit)LOG_LIMIT(2, 30000);
	return b;
}

void
batch_put(struct batch *b, uint32_t id, const struct lease *l)
{
	struct batch_item *it = &b->items[b->n++];

	it->id = id;
	it->refused = false;
	it->lease = *l;
	if (b->n == BATCH_MAX)
		batch_finish(b);
	else if (b->n == 1)
		batch_wait_turn(b);
}

/* Rejects one lease; the others of the batch are stored. */
static void
batch_reject_item(struct batch *b, struct batch_item *it)
{
	char addr[ADDR_TEXT];
	uint64_t more;

	it->refused = true;
	b->answer(it->id, b->store->why, b->arg);
	if (!log_limit_ok(&b->refused_limit, clock_mono_ms(), &more))
		return;
	log_warnx("%s: rejected lease of %s: %s", b->shown,
	    addr_text(&it->lease.addr, addr), b->store->why);
	if (more > 0)
		log_warnx("%" PRIu64 " similar messages suppressed", more);
}

static enum store_result
batch_commit(struct batch *b)
{
	const struct store_ops *ops = b->store->ops;
	enum store_result r;
	size_t i;

	if ((r = ops->begin(b->store)) != STORE_OK)
		return r;
	for (i = 0; i < b->n; i++) {
		r = ops->put(b->store, &b->items[i].lease);
		if (r == STORE_REFUSED)
			batch_reject_item(b, &b->items[i]);
		else if (r != STORE_OK)
			return r;
	}
	return ops->commit(b->store);
}

/* Rejects the whole batch. */
static void
batch_failed(struct batch *b, enum store_result r)
{
	size_t i;

	b->failing += b->n;
	if (log_limit_ok(&b->failed_limit, clock_mono_ms(), NULL))
		log_err("%s: %s; no new leases until this is fixed; %" PRIu64
			" leases rejected so far",
		    b->shown, b->store->why, b->failing);
	for (i = 0; i < b->n; i++) {
		if (!b->items[i].refused)
			b->answer(b->items[i].id, b->store->why, b->arg);
	}
	if (b->store->ops->rollback(b->store) != STORE_OK || r == STORE_LOST)
		store_abandon(b->store, b->shown);
}

static void
batch_durable(struct batch *b)
{
	size_t i;

	if (b->failing > 0)
		log_info("%s: writable again; %" PRIu64
			 " leases were rejected meanwhile",
		    b->shown, b->failing);
	b->failing = 0;
	for (i = 0; i < b->n; i++) {
		if (!b->items[i].refused)
			b->answer(b->items[i].id, NULL, b->arg);
	}
}

void
batch_finish(struct batch *b)
{
	enum store_result r;

	if (b->n == 0)
		return;
	(void)event_del(b->turn);
	if ((r = batch_commit(b)) == STORE_OK) {
		batch_durable(b);
		/* The answers are sent, so no client waits for this. */
		if (b->store->ops->tidy(b->store) != STORE_OK &&
		    log_limit_ok(&b->tidy_limit, clock_mono_ms(), NULL))
			log_warnx("%s: checkpoint failed: %s; no lease is lost",
			    b->shown, b->store->why);
	} else {
		batch_failed(b, r);
	}
	b->n = 0;
}
