/* SPDX-License-Identifier: ISC */
/* Loads the serials of manifests, and makes new ones durable. */
#include "leased/serial_store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/timeval.h"

#define SLICE 64 /* rows in a turn of the event loop */
#define QUEUED_MAX 128 /* messages that wait; with more, loading pauses */
#define PAUSE_US 2000
#define RETRY_S 1

struct serial_put {
	uint32_t id;
	bool refused;
	struct serial_row row;
};

struct serial_store {
	struct store *store;
	const char *shown;
	struct chan *chan; /* NULL: imaged is down */
	struct event *commit;
	struct event *load;
	bool loading;
	uint32_t load_id;
	size_t from; /* the next row */
	uint32_t sent;
	uint64_t committed_ms; /* 0: never */
	bool failing;
	struct log_limit failed_limit, load_limit, refused_limit;
	size_t n;
	struct serial_put puts[SERIAL_PUTS_MAX];
};

/* ----------------------------------------------------------------- puts */

static void
put_answer(struct serial_store *ss, uint32_t id, const char *refused)
{
	uint8_t buf[2 + SERIAL_WHY_MAX];
	struct writer w;

	if (ss->chan == NULL)
		return;
	if (refused == NULL) {
		(void)chan_send(ss->chan, MSG_SERIAL_DURABLE, id, NULL, -1);
		return;
	}
	writer_init(&w, buf, sizeof(buf));
	writer_blob(&w, refused, strnlen(refused, SERIAL_WHY_MAX));
	(void)chan_send(ss->chan, MSG_SERIAL_REFUSED, id, &w, -1);
}

static void
put_refuse(struct serial_store *ss, struct serial_put *p)
{
	p->refused = true;
	put_answer(ss, p->id, ss->store->why);
	if (log_limit_ok(&ss->refused_limit, clock_mono_ms(), NULL))
		log_warnx("%s: rejected the serial of a manifest: %s",
		    ss->shown, ss->store->why);
}

static enum store_result
puts_commit(struct serial_store *ss)
{
	const struct store_ops *ops = ss->store->ops;
	enum store_result r;
	size_t i;

	if ((r = ops->begin(ss->store)) != STORE_OK)
		return r;
	for (i = 0; i < ss->n; i++) {
		r = ops->put_serial(ss->store, &ss->puts[i].row);
		if (r == STORE_REFUSED)
			put_refuse(ss, &ss->puts[i]);
		else if (r != STORE_OK)
			return r;
	}
	return ops->commit(ss->store);
}

static void
puts_failed(struct serial_store *ss, enum store_result r)
{
	size_t i;

	ss->failing = true;
	if (log_limit_ok(&ss->failed_limit, clock_mono_ms(), NULL))
		log_err(
		    "%s: %s; manifests with new serials are not accepted until this is fixed",
		    ss->shown, ss->store->why);
	for (i = 0; i < ss->n; i++)
		if (!ss->puts[i].refused)
			put_answer(ss, ss->puts[i].id, ss->store->why);
	if (ss->store->ops->rollback(ss->store) != STORE_OK || r == STORE_LOST)
		store_abandon(ss->store, ss->shown);
}

void
serial_store_finish(struct serial_store *ss)
{
	enum store_result r;
	size_t i;

	if (ss->n == 0)
		return;
	(void)event_del(ss->commit);
	if ((r = puts_commit(ss)) != STORE_OK) {
		puts_failed(ss, r);
	} else {
		if (ss->failing)
			log_info("%s: serials can be stored again", ss->shown);
		ss->failing = false;
		for (i = 0; i < ss->n; i++)
			if (!ss->puts[i].refused)
				put_answer(ss, ss->puts[i].id, NULL);
		/* What fails here is logged with the next batch of leases. */
		(void)ss->store->ops->tidy(ss->store);
	}
	ss->committed_ms = clock_mono_ms();
	ss->n = 0;
}

static void
commit_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	serial_store_finish(arg);
}

/* At once, unless the last commit was a moment ago. */
static void
commit_arm(struct serial_store *ss)
{
	uint64_t past = clock_mono_ms() - ss->committed_ms;
	uint64_t wait = ss->committed_ms == 0 || past >= SERIAL_STORE_PAUSE_MS
			    ? 0
			    : SERIAL_STORE_PAUSE_MS - past;
	const struct timeval tv = timeval_ms(wait);

	(void)evtimer_add(ss->commit, &tv);
}

static int
take_put(struct serial_store *ss, struct msg *m)
{
	struct serial_put *p = &ss->puts[ss->n];

	if (ss->n == SERIAL_PUTS_MAX)
		return -1;
	serial_row_decode(&m->body, &p->row);
	if (!reader_done(&m->body))
		return -1;
	p->id = m->id;
	p->refused = false;
	if (ss->n++ == 0)
		commit_arm(ss);
	return 0;
}

/* -------------------------------------------------------------- loading */

static void
row_send(const struct serial_row *row, void *arg)
{
	struct serial_store *ss = arg;
	uint8_t buf[SERIAL_ENCODED_MAX];
	struct writer w;

	/* The table may hold more if somebody has edited it. */
	if (ss->sent >= SERIAL_ROWS_MAX)
		return;
	writer_init(&w, buf, sizeof(buf));
	serial_row_encode(row, &w);
	(void)chan_send(ss->chan, MSG_SERIAL_ROW, ss->load_id, &w, -1);
	ss->sent++;
}

static void
load_done(struct serial_store *ss)
{
	uint8_t buf[4];
	struct writer w;

	ss->loading = false;
	writer_init(&w, buf, sizeof(buf));
	writer_u32(&w, ss->sent);
	(void)chan_send(ss->chan, MSG_SERIAL_LOADED, ss->load_id, &w, -1);
	log_debug("%u serials sent to imaged", ss->sent);
}

static void
load_next(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval now = { 0, 0 }, pause = { 0, PAUSE_US },
				    later = { RETRY_S, 0 };
	struct serial_store *ss = arg;
	enum store_result r;
	size_t n;

	(void)fd;
	(void)what;
	if (!ss->loading)
		return;
	if (chan_queued(ss->chan) > QUEUED_MAX) {
		(void)evtimer_add(ss->load, &pause);
		return;
	}
	r = ss->store->ops->load_serials(
	    ss->store, ss->from, SLICE, row_send, ss, &n);
	if (r == STORE_LOST)
		store_abandon(ss->store, ss->shown);
	if (r != STORE_OK) {
		if (log_limit_ok(&ss->load_limit, clock_mono_ms(), NULL))
			log_err(
			    "%s: cannot read serials: %s; signed manifests are not accepted until this is fixed; retrying in %d s",
			    ss->shown, ss->store->why, RETRY_S);
		/* The rows that were sent count for this slice. */
		ss->from += n;
		(void)evtimer_add(ss->load, &later);
		return;
	}
	ss->from += n;
	if (n < SLICE)
		load_done(ss);
	else
		(void)evtimer_add(ss->load, &now);
}

static int
take_load(struct serial_store *ss, struct msg *m)
{
	static const struct timeval now = { 0, 0 };

	/* It is asked for once, when the channel is new. */
	if (ss->loading)
		return -1;
	ss->loading = true;
	ss->load_id = m->id;
	ss->from = ss->sent = 0;
	(void)evtimer_add(ss->load, &now);
	return 0;
}

/* --------------------------------------------------------------- set-up */

struct serial_store *
serial_store_new(
    struct event_base *base, struct store *store, const char *shown)
{
	struct serial_store *ss;

	if ((ss = calloc(1, sizeof(*ss))) == NULL ||
	    (ss->commit = evtimer_new(base, commit_due, ss)) == NULL ||
	    (ss->load = evtimer_new(base, load_next, ss)) == NULL)
		fatalx("no memory for serials of manifests");
	ss->store = store;
	ss->shown = shown;
	ss->failed_limit = (struct log_limit)LOG_LIMIT(2, 30000);
	ss->load_limit = (struct log_limit)LOG_LIMIT(2, 30000);
	ss->refused_limit = (struct log_limit)LOG_LIMIT(5, 30000);
	return ss;
}

void
serial_store_peer(struct serial_store *ss, struct chan *c)
{
	ss->chan = NULL;
	ss->loading = false;
	(void)event_del(ss->load);
	serial_store_finish(ss);
	ss->chan = c;
}

int
serial_store_message(struct serial_store *ss, struct msg *m)
{
	if (ss->chan == NULL)
		return -1;
	return m->type == MSG_SERIAL_LOAD ? take_load(ss, m) : take_put(ss, m);
}
