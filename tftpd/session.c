/* SPDX-License-Identifier: ISC */
/* A session that runs: what its transfer asks for, until its end. */
#include "tftpd/server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SESSION_OF(t)                                     \
	((struct session *)(void *)((char *)(t)-offsetof( \
	    struct session, timer)))

void
server_init(struct server *srv, const struct server_ops *ops, void *arg,
    uint64_t seed, uint64_t now_ms)
{
	static const struct log_limit refusals = LOG_LIMIT(50, 1000);
	/* A hall of machines may boot at once, but nobody fills a disk. */
	static const struct log_limit sent = LOG_LIMIT(20000, 100000);
	static const struct log_limit missing = LOG_LIMIT(5000, 100000);
	static const struct log_limit failed = LOG_LIMIT(50, 1000);
	static const struct log_limit refused = LOG_LIMIT(20, 10000);
	static const struct log_limit busy = LOG_LIMIT(1, 10000);
	static const struct log_limit seldom = LOG_LIMIT(1, 10000);
	static const struct log_limit unanswered = LOG_LIMIT(20, 10000);

	memset(srv, 0, sizeof(*srv));
	srv->ops = ops;
	srv->arg = arg;
	srv->refusals = refusals;
	srv->log_sent = sent;
	srv->log_missing = missing;
	srv->log_failed = failed;
	srv->log_refused = refused;
	srv->log_busy = busy;
	srv->unknown.window_ms = SERVER_HALF_OPEN_MS;
	srv->log_half_open = seldom;
	srv->log_share = seldom;
	srv->log_unknown = seldom;
	srv->log_gave_way = seldom;
	srv->log_unanswered = unanswered;
	session_table_init(&srv->table, seed);
	places_init(&srv->places);
	host_table_init(&srv->hosts, seed);
	source_table_init(&srv->sources, seed);
	wheel_init(&srv->wheel, now_ms);
}

/* How many sessions there are at most. */
static uint32_t
conf_together(const struct server_conf *conf)
{
	return conf->together != 0 ? conf->together
				   : conf->max + conf->half_open;
}

int
server_prepare(struct server *srv, const struct server_conf *conf)
{
	uint32_t max = srv->table.max, want = conf_together(conf);

	if (source_table_resize(&srv->sources, want) == -1 ||
	    session_table_resize(&srv->table, want) == -1)
		return -1;
	/* Until the commit the present limit holds. */
	srv->table.max = max;
	return 0;
}

void
server_commit(struct server *srv, struct server_conf *conf)
{
	policy_free(&srv->conf.policy);
	srv->conf = *conf;
	memset(conf, 0, sizeof(*conf));
	srv->table.max = conf_together(&srv->conf);
	if (srv->table.max > srv->table.npool)
		srv->table.max = srv->table.npool;
	places_limit(
	    &srv->places, srv->conf.max, srv->conf.half_open, srv->table.max);
	srv->unknown.burst = srv->conf.half_open > TFTP_HALF_OPEN_MIN
				 ? srv->conf.half_open
				 : TFTP_HALF_OPEN_MIN;
}

/* The client has answered, and got further. */
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
server_session_free(struct server *srv, struct session *s)
{
	places_end(&srv->places, s);
	source_drop(s->source);
	wheel_clear(&srv->wheel, &s->timer);
	srv->ops->release(s, srv->arg);
	session_table_release(&srv->table, s);
}

void
server_session_error(struct server *srv, struct session *s, enum tftp_code code,
    const char *text)
{
	uint8_t buf[4 + TFTP_TEXT_MAX];
	struct writer w;

	if (s->data.sock == -1)
		return;
	writer_init(&w, buf, sizeof(buf));
	tftp_error_build(&w, code, text);
	if (writer_ok(&w))
		(void)srv->ops->packet(s, buf, w.len, srv->arg);
}

/* What the client is told when a running transfer ends this way. */
static const char *
end_error(enum transfer_end end)
{
	switch (end) {
	case TRANSFER_NO_ANSWER:
	case TRANSFER_SILENT:
		return "timeout";
	case TRANSFER_TRUNCATED:
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

	/* It asks again, while an error would make it give up. */
	if (end == TRANSFER_NO_ANSWER && s->answered)
		end = TRANSFER_NO_PLACE;
	/* Who sends us an ERROR has seen what we sent. */
	if (end == TRANSFER_PROBE || end == TRANSFER_ABORTED)
		source_answered(s->source);
	else if (s->half_open && !s->answered)
		source_gave_up(s->source, now_ms);
	if ((text = end_error(end)) != NULL)
		server_session_error(srv, s, TFTP_EUNDEF, text);
	server_report_end(srv, s, end, detail, now_ms);
	if (end == TRANSFER_SENT || end == TRANSFER_UNCONFIRMED)
		source_fetched(s->source, s->name, s->namelen, now_ms);
	server_session_free(srv, s);
}

/* How many of count blocks the limits let go now. */
static uint32_t
rate_blocks(
    struct server *srv, struct session *s, uint32_t count, uint64_t now_ms)
{
	uint64_t size = TFTP_HEADER + (uint64_t)s->terms.blksize;
	uint64_t mine, all;

	if (srv->conf.rate_client == 0 && srv->conf.rate_all == 0)
		return count;
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

/* When the limits let the next block go. */
static uint32_t
rate_pause_ms(const struct server *srv, const struct session *s)
{
	uint64_t size = TFTP_HEADER + (uint64_t)s->terms.blksize;
	uint32_t mine, all;

	mine = rate_wait_ms(&s->source->rate, srv->conf.rate_client, size);
	all = rate_wait_ms(&srv->rate, srv->conf.rate_all, size);
	return mine > all ? mine : all;
}

static enum data_result
session_oack(struct server *srv, struct session *s)
{
	uint8_t buf[TFTP_OACK_MAX];
	enum data_result res;
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	tftp_oack_build(&w, &s->terms, s->size);
	res = srv->ops->packet(s, buf, w.len, srv->arg);
	/* What the socket did not take is as good as lost: sent again. */
	return res == DATA_FULL ? DATA_OK : res;
}

static enum data_result
session_blocks(struct server *srv, struct session *s,
    const struct transfer_actions *a, struct transfer_event *ev,
    uint64_t now_ms)
{
	uint32_t n = rate_blocks(srv, s, a->count, now_ms);
	enum data_result res = DATA_OK;

	ev->unsent = a->first;
	if (n > 0)
		res = srv->ops->blocks(s, a->first, n, &ev->unsent, srv->arg);
	rate_spent(srv, s, ev->unsent - a->first);
	if (res == DATA_WAIT) {
		ev->wait_ms = data_wait_ms(&s->data);
		srv->stats.count[SERVER_DISK_WAITS]++;
	} else if (res == DATA_OK && n < a->count) {
		ev->wait_ms = rate_pause_ms(srv, s);
		srv->stats.count[SERVER_RATE_WAITS]++;
		s->limited = true;
		return DATA_FULL;
	}
	return res;
}

/* Sends what an action asks for; returns whether an event came of it. */
static bool
session_send(struct server *srv, struct session *s,
    const struct transfer_actions *a, struct transfer_event *ev,
    uint64_t now_ms)
{
	enum data_result res = DATA_OK;

	*ev = (struct transfer_event){ .kind = TRANSFER_EV_FAIL };
	if (a->oack)
		res = session_oack(srv, s);
	else if (a->count > 0)
		res = session_blocks(srv, s, a, ev, now_ms);
	switch (res) {
	case DATA_OK:
		if (a->count > 0)
			srv->ops->ahead(s, srv->arg);
		return false;
	case DATA_FULL:
	case DATA_WAIT:
		ev->kind = TRANSFER_EV_PARTIAL;
		break;
	case DATA_UNREACHABLE:
		ev->end = TRANSFER_UNREACHABLE;
		break;
	case DATA_TRUNCATED:
		ev->end = TRANSFER_TRUNCATED;
		break;
	case DATA_READ_FAILED:
		ev->end = TRANSFER_READ_FAILED;
		break;
	case DATA_SEND_FAILED:
		ev->end = TRANSFER_SEND_FAILED;
		break;
	}
	return true;
}

/* Feeds the transfer and does what it says; the session may be gone then. */
static void
session_step(struct server *srv, struct session *s,
    const struct transfer_event *ev, const struct tftp_text *detail,
    uint64_t now_ms)
{
	uint64_t progress_ms = s->transfer.progress_ms;
	struct transfer_actions a = transfer_step(&s->transfer, ev, now_ms);
	struct tftp_text why = { NULL, 0 };
	struct transfer_event next;

	if (s->transfer.proven &&
	    (s->half_open || s->transfer.progress_ms != progress_ms))
		session_moved(srv, s);
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
		wheel_set(&srv->wheel, &s->timer, now_ms, a.timer_ms);
}

void
server_session_run(struct server *srv, struct session *s, uint64_t now_ms)
{
	static const struct transfer_event start = { .kind =
							 TRANSFER_EV_START };
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
	session_step(srv, s, &start, NULL, now_ms);
}

void
server_session_repeat(struct server *srv, struct session *s, uint64_t now_ms)
{
	static const struct transfer_event repeat = { .kind =
							  TRANSFER_EV_REPEAT };

	if (s->state == SESSION_RUNNING)
		session_step(srv, s, &repeat, NULL, now_ms);
}

void
server_session_replace(struct server *srv, struct session *s,
    enum transfer_end end, uint64_t now_ms)
{
	if (s->half_open && !s->answered)
		source_gave_up(s->source, now_ms);
	if (s->state == SESSION_RUNNING || end == TRANSFER_GAVE_WAY)
		server_report_end(srv, s, end, NULL, now_ms);
	server_session_free(srv, s);
}

/*
 * A client has answered for the first time.  Where no place is free its packet
 * is as good as lost: it is asked again, until there is one.
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
		server_session_replace(srv, still, TRANSFER_GAVE_WAY, now_ms);
	return true;
}

void
server_answer(struct server *srv, struct session *s, const void *p, size_t n,
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
server_sock_error(
    struct server *srv, struct session *s, int err, uint64_t now_ms)
{
	struct transfer_event ev = { .kind = TRANSFER_EV_FAIL };
	const char *text = strerror(err);
	struct tftp_text detail = { text, strlen(text) };

	switch (data_result_of(err)) {
	case DATA_OK:
	case DATA_FULL:
		return;
	case DATA_UNREACHABLE:
		ev.end = TRANSFER_UNREACHABLE;
		break;
	default:
		ev.end = TRANSFER_SEND_FAILED;
		break;
	}
	if (s->state == SESSION_RUNNING) {
		session_step(srv, s, &ev, &detail, now_ms);
		return;
	}
	server_report_unopened(srv, s, text, now_ms);
	server_session_free(srv, s);
}

/*
 * Who waits in vain until now really does: an answer that has come may not
 * have been read yet, where this process stood still or many came at once.
 * Whether there was none that mattered, and the session is there still.
 */
static bool
session_waits(struct server *srv, struct session *s, uint64_t now_ms)
{
	uint32_t id = session_id(s);

	srv->ops->look(s, now_ms, srv->arg);
	return session_table_by_id(&srv->table, id) == s && !s->timer.armed;
}

static void
session_timer(struct wheel_timer *t, uint64_t now_ms, void *arg)
{
	static const struct transfer_event timer = { .kind =
							 TRANSFER_EV_TIMER };
	struct session *s = SESSION_OF(t);
	struct server *srv = arg;

	if (t == &srv->late_timer) {
		server_late(srv, now_ms);
		return;
	}
	if (s->state == SESSION_RUNNING) {
		if (session_waits(srv, s, now_ms))
			session_step(srv, s, &timer, NULL, now_ms);
		return;
	}
	srv->stats.count[SERVER_OPEN_LATE]++;
	server_session_error(
	    srv, s, TFTP_EUNDEF, "server cannot open files now");
	server_report_unopened(srv, s,
	    s->data.sock == -1 ? "no socket in time" : "no file in time",
	    now_ms);
	server_session_free(srv, s);
}

void
server_tick(struct server *srv, uint64_t now_ms)
{
	wheel_run(&srv->wheel, now_ms, session_timer, srv);
}

void
server_stop(struct server *srv, uint64_t now_ms)
{
	uint32_t i;

	for (i = 0; i < srv->table.npool; i++) {
		struct session *s = srv->table.pool[i];

		if (s->state == SESSION_RUNNING) {
			session_end(srv, s, TRANSFER_STOPPED, NULL, now_ms);
		} else if (s->state == SESSION_OPENING) {
			server_session_error(
			    srv, s, TFTP_EUNDEF, "server stopping");
			server_session_free(srv, s);
		}
	}
	wheel_clear(&srv->wheel, &srv->late_timer);
}

void
server_free(struct server *srv)
{
	policy_free(&srv->conf.policy);
	host_table_free(&srv->hosts);
	source_table_free(&srv->sources);
	session_table_free(&srv->table);
}
