/* SPDX-License-Identifier: ISC */
/* Sends the leases to dhcpd, with a bounded queue. */
#include "leased/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/time.h>

#include <event2/event.h>

#include "daemon/chan.h"
#include "daemon/clock.h"
#include "daemon/log.h"

#define LOAD_SLICE 256 /* rows a turn of the event loop */
#define LOAD_QUEUED_MAX 16 /* messages waiting; with more, load pauses */
#define LOAD_PAUSE_US 2000
#define LOAD_RETRY_S 1

struct load {
	struct store *store;
	const char *shown;
	struct event *turn;
	struct chan *chan; /* NULL: nothing is being sent */
	uint32_t id;
	struct store_cursor cur;
	struct log_limit limit;
	struct writer rows; /* what goes with the next message */
	uint8_t buf[LEASE_ROWS_MAX];
};

static void
load_flush(struct load *ld)
{
	if (ld->rows.len > 0)
		(void)chan_send(ld->chan, MSG_LEASE_ROW, ld->id, &ld->rows, -1);
	writer_init(&ld->rows, ld->buf, sizeof(ld->buf));
}

/* Several rows share a message; one message for each row takes ten times as
 * long. */
static void
load_row(const struct lease *l, void *arg)
{
	struct load *ld = arg;

	if (ld->rows.cap - ld->rows.len < LEASE_ENCODED_MAX)
		load_flush(ld);
	lease_encode(l, &ld->rows);
}

static void
load_end(struct load *ld)
{
	uint8_t buf[4];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u32(&w, (uint32_t)ld->cur.rows);
	(void)chan_send(ld->chan, MSG_LEASE_LOADED, ld->id, &w, -1);
	log_debug("%" PRIu64 " leases sent to dhcpd", ld->cur.rows);
	load_cancel(ld);
}

/*
 * dhcpd must not serve with half of the leases: a temporary failure is
 * retried; any other ends the process, whose next start checks the file.
 */
static void
load_failed(struct load *ld, enum store_result r)
{
	static const struct timeval later = { LOAD_RETRY_S, 0 };

	if (r == STORE_LOST)
		store_abandon(ld->store, ld->shown);
	if (log_limit_ok(&ld->limit, clock_mono_ms(), NULL))
		log_err(
		    "%s: cannot read leases: %s; no address is assigned until this is fixed; retrying in %d s",
		    ld->shown, ld->store->why, LOAD_RETRY_S);
	(void)evtimer_add(ld->turn, &later);
}

static void
load_turn(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval now = { 0, 0 };
	static const struct timeval pause = { 0, LOAD_PAUSE_US };
	struct load *ld = arg;
	enum store_result r;

	(void)fd;
	(void)what;
	if (ld->chan == NULL)
		return;
	if (chan_queued(ld->chan) > LOAD_QUEUED_MAX) {
		(void)evtimer_add(ld->turn, &pause);
		return;
	}
	r = ld->store->ops->load(ld->store, &ld->cur, LOAD_SLICE, load_row, ld);
	load_flush(ld);
	if (r != STORE_OK)
		load_failed(ld, r);
	else if (ld->cur.done)
		load_end(ld);
	else
		(void)evtimer_add(ld->turn, &now);
}

struct load *
load_new(struct event_base *base, struct store *store, const char *shown)
{
	struct load *ld;

	if ((ld = calloc(1, sizeof(*ld))) == NULL ||
	    (ld->turn = evtimer_new(base, load_turn, ld)) == NULL)
		fatalx("no memory to load leases");
	ld->store = store;
	ld->shown = shown;
	ld->limit = (struct log_limit)LOG_LIMIT(2, 30000);
	return ld;
}

void
load_start(struct load *ld, struct chan *c, uint32_t id)
{
	static const struct timeval now = { 0, 0 };

	ld->chan = c;
	ld->id = id;
	ld->cur = (struct store_cursor){ .rows = 0 };
	writer_init(&ld->rows, ld->buf, sizeof(ld->buf));
	(void)evtimer_add(ld->turn, &now);
}

void
load_cancel(struct load *ld)
{
	ld->chan = NULL;
	(void)event_del(ld->turn);
}
