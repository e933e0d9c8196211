/* SPDX-License-Identifier: ISC */
/* Runs a session: carries out the actions of its transfer, until it ends. */
#include "tftpd/session.h"

#include <errno.h>
#include <string.h>

#include "tftpd/report.h"
#include "tftpd/transfer_number.h"

#define SESSION_WAITING 2 /* retransmissions without any answer: log it */

/* The client has answered, and has made progress. */
static void
session_moved(struct server *srv, struct session *s)
{
	if (!s->half_open) {
		places_moved(&srv->places, s);
		return;
	}
	source_answered(s->source);
	places_prove(&srv->places, s);
}

void
session_free(struct server *srv, struct session *s)
{
	places_end(&srv->places, s);
	source_drop(s->source);
	timer_clear(&srv->timers, &s->timer);
	srv->ops->release(s);
	session_table_release(&srv->table, s);
}

void
session_error(struct server *srv, struct session *s, enum tftp_code code,
    const char *text)
{
	uint8_t buf[4 + TFTP_TEXT_MAX];
	struct writer w;

	if (s->data.sock == -1)
		return;
	writer_init(&w, buf, sizeof(buf));
	tftp_error_build(&w, code, text);
	if (writer_ok(&w))
		(void)srv->ops->packet(s, buf, w.len);
}

/* The error for the client when a running transfer ends; NULL for none. */
static const char *
end_error(enum transfer_end end)
{
	switch (end) {
	case TRANSFER_NO_ANSWER:
	case TRANSFER_SILENT:
		return "timeout";
	case TRANSFER_TRUNCATED:
	case TRANSFER_CHANGED:
	case TRANSFER_READ_FAILED:
		return "server cannot read the file";
	case TRANSFER_SEND_FAILED:
		return "server cannot send";
	case TRANSFER_STOPPED:
		return "server stopping";
	default:
		return NULL;
	}
}

static void
session_end(struct server *srv, struct session *s, enum transfer_end end,
    const struct tftp_text *detail, uint64_t now_ms)
{
	const char *text;

	/* The client will ask again; an error would make it give up. */
	if (end == TRANSFER_NO_ANSWER && s->answered)
		end = TRANSFER_NO_PLACE;
	/* A client that sends an ERROR has received our packets. */
	if (end == TRANSFER_QUERY || end == TRANSFER_ABORTED)
		source_answered(s->source);
	else if (s->half_open && !s->answered)
		source_gave_up(s->source, now_ms);
	if ((text = end_error(end)) != NULL)
		session_error(srv, s, TFTP_EUNDEF, text);
	report_end(srv, s, end, detail, now_ms);
	if (end == TRANSFER_SENT || end == TRANSFER_UNCONFIRMED)
		sibling_fetched(
		    &s->source->sibling, s->name, s->namelen, now_ms);
	session_free(srv, s);
}

/* How many of count blocks the rate limits allow now. */
static uint32_t
rate_blocks(
    struct server *srv, struct session *s, uint32_t count, uint64_t now_ms)
{
	uint64_t size = TFTP_HEADER + (uint64_t)s->terms.blksize;
	uint64_t mine, all;

	mine = rate_allows(&s->source->rate, srv->conf.rate_client, now_ms);
	all = rate_allows(&srv->rate, srv->conf.rate_all, now_ms);
	if (all < mine)
		mine = all;
	return mine / size < count ? (uint32_t)(mine / size) : count;
}

static void
rate_spent(struct server *srv, struct session *s, uint64_t blocks)
{
	uint64_t bytes = blocks * (TFTP_HEADER + (uint64_t)s->terms.blksize);

	if (srv->conf.rate_client != 0)
		rate_spend(&s->source->rate, bytes);
	if (srv->conf.rate_all != 0)
		rate_spend(&srv->rate, bytes);
}

/* How long the rate limits delay the next block. */
static uint32_t
rate_pause_ms(const struct server *srv, const struct session *s)
{
	uint64_t size = TFTP_HEADER + (uint64_t)s->terms.blksize;
	uint32_t mine, all;

	mine = rate_wait_ms(&s->source->rate, srv->conf.rate_client, size);
	all = rate_wait_ms(&srv->rate, srv->conf.rate_all, size);
	return mine > all ? mine : all;
}

static enum blocks_result
session_oack(struct server *srv, struct session *s)
{
	uint8_t buf[TFTP_OACK_MAX];
	enum blocks_result res;
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	tftp_oack_build(&w, &s->terms, s->size);
	res = srv->ops->packet(s, buf, w.len);
	/* If the socket is full, the OACK is retransmitted later. */
	return res == BLOCKS_FULL ? BLOCKS_OK : res;
}

static enum blocks_result
session_blocks(struct server *srv, struct session *s,
    const struct transfer_actions *a, struct transfer_event *ev,
    uint64_t now_ms)
{
	uint32_t n = rate_blocks(srv, s, a->count, now_ms);
	enum blocks_result res = BLOCKS_OK;

	ev->unsent = a->first;
	if (n > 0)
		res = srv->ops->blocks(s, a->first, n, &ev->unsent);
	rate_spent(srv, s, ev->unsent - a->first);
	if (res == BLOCKS_WAIT) {
		ev->wait_ms = blocks_wait_ms(&s->data);
		srv->stats.count[SERVER_DISK_WAITS]++;
	} else if (res == BLOCKS_OK && n < a->count) {
		ev->wait_ms = rate_pause_ms(srv, s);
		srv->stats.count[SERVER_RATE_WAITS]++;
		s->limited = true;
		return BLOCKS_FULL;
	}
	return res;
}

/* How a transfer ends that cannot send. */
static const uint8_t result_end[] = {
	[BLOCKS_OK] = TRANSFER_RUNNING,
	[BLOCKS_UNREACHABLE] = TRANSFER_UNREACHABLE,
	[BLOCKS_TRUNCATED] = TRANSFER_TRUNCATED,
	[BLOCKS_CHANGED] = TRANSFER_CHANGED,
	[BLOCKS_READ_FAILED] = TRANSFER_READ_FAILED,
	[BLOCKS_SEND_FAILED] = TRANSFER_SEND_FAILED,
};

/* Sends what the actions ask for; returns whether *ev is a new event. */
static bool
session_send(struct server *srv, struct session *s,
    const struct transfer_actions *a, struct transfer_event *ev,
    uint64_t now_ms)
{
	enum blocks_result res = BLOCKS_OK;
	uint64_t filtered = blocks_stats.filtered;

	*ev = (struct transfer_event){ .kind = TRANSFER_EV_FAIL };
	if (a->oack)
		res = session_oack(srv, s);
	else if (a->count > 0)
		res = session_blocks(srv, s, a, ev, now_ms);
	if (blocks_stats.filtered != filtered && !s->filtered) {
		s->filtered = true;
		report_filtered(s, now_ms);
	}
	if (res == BLOCKS_FULL || res == BLOCKS_WAIT)
		ev->kind = TRANSFER_EV_PARTIAL;
	else
		ev->end = result_end[res];
	return res != BLOCKS_OK;
}

/* Passes an event to the transfer, and acts.  The session may end here. */
static void
session_step(struct server *srv, struct session *s,
    const struct transfer_event *ev, const struct tftp_text *detail,
    uint64_t now_ms)
{
	uint64_t progress_ms = s->transfer.progress_ms;
	uint64_t timeouts = s->transfer.timeouts;
	struct transfer_actions a = transfer_step(&s->transfer, ev, now_ms);
	struct tftp_text why = { NULL, 0 };
	struct transfer_event next;

	if (s->transfer.proven &&
	    (s->half_open || s->transfer.progress_ms != progress_ms))
		session_moved(srv, s);
	if (!s->transfer.proven && timeouts < SESSION_WAITING &&
	    s->transfer.timeouts == SESSION_WAITING)
		report_waiting(s, now_ms);
	if (session_send(srv, s, &a, &next, now_ms)) {
		if (next.kind == TRANSFER_EV_FAIL &&
		    (next.end == TRANSFER_READ_FAILED ||
			next.end == TRANSFER_SEND_FAILED)) {
			why.p = strerror(errno);
			why.len = strlen(why.p);
			detail = &why;
		}
		a = transfer_step(&s->transfer, &next, now_ms);
	}
	if (a.end != TRANSFER_RUNNING)
		session_end(srv, s, a.end, detail, now_ms);
	else if (a.timer_ms != 0)
		timer_set(&srv->timers, &s->timer, now_ms, a.timer_ms);
}

/* The same, of an event that has no fields. */
static void
session_event(struct server *srv, struct session *s,
    enum transfer_event_kind kind, uint64_t now_ms)
{
	const struct transfer_event ev = { .kind = (uint8_t)kind };

	session_step(srv, s, &ev, NULL, now_ms);
}

void
session_run(struct server *srv, struct session *s, uint64_t now_ms)
{
	struct transfer_terms terms = { .size = s->size,
		.blksize = s->terms.blksize,
		.window = s->terms.windowsize,
		.timeout_ms = (s->terms.timeout_us + 999) / 1000,
		.oack = s->terms.naccepted > 0,
		.open_end = s->netascii,
		.rollover = s->terms.rollover };

	s->state = SESSION_RUNNING;
	s->data.netascii = s->netascii;
	transfer_init(&s->transfer, &terms);
	session_event(srv, s, TRANSFER_EV_START, now_ms);
}

void
session_repeat(struct server *srv, struct session *s, uint64_t now_ms)
{
	if (s->state == SESSION_RUNNING)
		session_event(srv, s, TRANSFER_EV_REPEAT, now_ms);
}

void
session_replace(struct server *srv, struct session *s, enum transfer_end end,
    uint64_t now_ms)
{
	if (s->half_open && !s->answered)
		source_gave_up(s->source, now_ms);
	if (s->state == SESSION_RUNNING || end == TRANSFER_GAVE_WAY)
		report_end(srv, s, end, NULL, now_ms);
	session_free(srv, s);
}

/*
 * A client has answered for the first time.  If no place is free, its packet is
 * ignored as if it were lost; our retransmission gives it another chance.
 */
static bool
session_finds_place(struct server *srv, struct session *s, uint64_t now_ms)
{
	struct places *p = &srv->places;
	struct session *still = NULL;

	source_answered(s->source);
	if (!places_can_prove(p, s->source, now_ms)) {
		srv->stats.count[SERVER_NO_PLACE]++;
		places_answered(p, s);
		return false;
	}
	if (s->source->proven >= places_source_max(p))
		still = places_still(p, s->source, now_ms);
	else if (p->nproven >= p->max_proven)
		still = places_still(p, NULL, now_ms);
	if (still != NULL)
		session_replace(srv, still, TRANSFER_GAVE_WAY, now_ms);
	return true;
}

void
session_answer(struct server *srv, struct session *s, const void *p, size_t n,
    uint64_t now_ms)
{
	struct transfer_event ev = { .kind = TRANSFER_EV_ACK };
	struct tftp_answer a;
	enum tftp_reason why;

	if ((why = tftp_answer_parse(p, n, &a)) != TFTP_OK) {
		srv->stats.bad_answer[why]++;
		return;
	}
	if (s->state != SESSION_RUNNING)
		return;
	if (a.op == TFTP_ERROR) {
		ev.kind = TRANSFER_EV_ERROR;
		ev.code = s->code = a.code;
	}
	ev.block = a.block;
	if (ev.kind == TRANSFER_EV_ACK &&
	    transfer_proves(&s->transfer, a.block) &&
	    !session_finds_place(srv, s, now_ms))
		return;
	session_step(srv, s, &ev, a.op == TFTP_ERROR ? &a.text : NULL, now_ms);
}

void
session_sock_error(
    struct server *srv, struct session *s, int err, uint64_t now_ms)
{
	struct transfer_event ev = { .kind = TRANSFER_EV_FAIL };
	enum blocks_result res = blocks_result_of(err);
	const char *text = strerror(err);
	struct tftp_text detail = { text, strlen(text) };

	if (res == BLOCKS_OK || res == BLOCKS_FULL)
		return;
	ev.end = result_end[res];
	if (s->state == SESSION_RUNNING) {
		session_step(srv, s, &ev, &detail, now_ms);
		return;
	}
	report_unopened(s, text, now_ms);
	session_free(srv, s);
}

/*
 * An answer may wait unread on the socket.  Reads it; returns whether the
 * session still exists and its timer is still due.
 */
static bool
session_waits(struct server *srv, struct session *s, uint64_t now_ms)
{
	uint32_t id = session_id(s);

	srv->ops->drain(s, now_ms);
	return session_table_by_id(&srv->table, id) == s && !s->timer.armed;
}

void
session_expire(struct server *srv, struct session *s, uint64_t now_ms)
{
	if (s->state == SESSION_RUNNING) {
		if (session_waits(srv, s, now_ms))
			session_event(srv, s, TRANSFER_EV_TIMER, now_ms);
		return;
	}
	srv->stats.count[SERVER_OPEN_LATE]++;
	session_error(srv, s, TFTP_EUNDEF, "server cannot open files now");
	report_unopened(s,
	    s->data.sock == -1 ? "no socket in time" : "no file in time",
	    now_ms);
	session_free(srv, s);
}

void
session_stop(struct server *srv, struct session *s, uint64_t now_ms)
{
	if (s->state == SESSION_RUNNING) {
		session_end(srv, s, TRANSFER_STOPPED, NULL, now_ms);
	} else if (s->state == SESSION_OPENING) {
		session_error(srv, s, TFTP_EUNDEF, "server stopping");
		session_free(srv, s);
	}
}
