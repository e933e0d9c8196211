/* SPDX-License-Identifier: ISC */
/* Reads files at a limited rate. */
#include "httpd/paced.h"

#include <stdlib.h>
#include <unistd.h>

#include <event2/event.h>
#include <microhttpd.h>

#include "daemon/checked_file.h"
#include "daemon/clock.h"
#include "daemon/timeval.h"

#define PACED_BLOCK 65536 /* bytes in memory for each transfer */
#define PACED_TURN_MS 5 /* a pause may take this much longer */

static struct {
	struct server *srv;
	struct event *timer; /* pending while any connection is suspended */
	void (*work)(void);
	struct request_queue waiting;
} paced = { .waiting = TAILQ_HEAD_INITIALIZER(paced.waiting) };

static void
paced_arm(void)
{
	const struct timeval tv = timeval_ms(PACED_TURN_MS);

	if (!TAILQ_EMPTY(&paced.waiting) && !evtimer_pending(paced.timer, NULL))
		(void)evtimer_add(paced.timer, &tv);
}

static void
paced_go_on(struct request *r)
{
	TAILQ_REMOVE(&paced.waiting, r, waiting);
	r->paused = false;
	MHD_resume_connection(r->conn->http);
	paced.work();
}

static void
paced_due(evutil_socket_t fd, short what, void *arg)
{
	uint64_t now_ms = clock_mono_ms();
	struct request *r, *next;

	(void)fd;
	(void)what;
	(void)arg;
	for (r = TAILQ_FIRST(&paced.waiting); r != NULL; r = next) {
		next = TAILQ_NEXT(r, waiting);
		if (now_ms >= r->go_on_ms)
			paced_go_on(r);
	}
	paced_arm();
}

int
paced_init(struct server *srv, struct event_base *base, void (*work)(void))
{
	paced.srv = srv;
	paced.work = work;
	paced.timer = evtimer_new(base, paced_due, NULL);
	return paced.timer == NULL ? -1 : 0;
}

static void
paced_suspend(struct request *r, uint64_t now_ms, uint64_t want)
{
	const struct server_conf *conf = &paced.srv->conf;
	uint32_t client, all;

	client = rate_wait_ms(&r->conn->peer->rate, conf->rate_client, want);
	all = rate_wait_ms(&paced.srv->rate, conf->rate_all, want);
	r->go_on_ms = now_ms + (client > all ? client : all);
	r->paused = true;
	r->limited = true;
	paced.srv->count[SERVER_RATE_WAITS]++;
	TAILQ_INSERT_TAIL(&paced.waiting, r, waiting);
	MHD_suspend_connection(r->conn->http);
	paced_arm();
}

/*
 * Reads a piece, and compares it with the hashes of its blocks if it has any.
 */
static ssize_t
paced_piece(struct request *r, uint64_t at, char *buf, size_t max)
{
	enum checked_result res;
	size_t got;
	ssize_t n;

	if (r->checked == NULL) {
		if ((n = pread(r->fd, buf, max, (off_t)at)) <= 0)
			r->fault = n == 0 ? "the file has become shorter"
					  : "the file cannot be read";
		return n;
	}
	res = checked_file_read(
	    r->checked, r->fd, (uint8_t *)buf, max, at, true, &got);
	if (res == CHECKED_OK)
		return (ssize_t)got;
	if (res == CHECKED_DIFFERS)
		r->fault = "the file was changed after it was checked";
	else
		r->fault = res == CHECKED_TRUNCATED
			       ? "the file has become shorter"
			       : "the file cannot be read";
	return -1;
}

static ssize_t
paced_read(void *arg, uint64_t at, char *buf, size_t max)
{
	struct server *srv = paced.srv;
	struct request *r = arg;
	struct rate *client = &r->conn->peer->rate;
	uint64_t now_ms = clock_mono_ms(), most, all;
	ssize_t n;

	if (max > PACED_BLOCK)
		max = PACED_BLOCK;
	most = rate_allows(client, srv->conf.rate_client, now_ms);
	all = rate_allows(&srv->rate, srv->conf.rate_all, now_ms);
	if (all < most)
		most = all;
	/* The rest of a block would need a call and a segment of its own. */
	if (most < max) {
		paced_suspend(r, now_ms, max);
		return 0;
	}
	n = paced_piece(r, r->answer.first + at, buf, max);
	if (n <= 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	rate_spend(client, (uint64_t)n);
	rate_spend(&srv->rate, (uint64_t)n);
	srv->pieces++;
	return n;
}

struct MHD_Response *
paced_response(struct request *r)
{
	if (r->table != -1 &&
	    (r->checked = checked_file_open(r->table, r->file.size)) == NULL)
		return NULL;
	/* paced_end() ends the use of r, before the response is destroyed. */
	return MHD_create_response_from_callback(
	    r->answer.length, PACED_BLOCK, paced_read, r, NULL);
}

void
paced_end(struct request *r)
{
	if (!r->paused)
		return;
	TAILQ_REMOVE(&paced.waiting, r, waiting);
	r->paused = false;
}

void
paced_stop(void)
{
	struct request *r;

	while ((r = TAILQ_FIRST(&paced.waiting)) != NULL)
		paced_go_on(r);
}
