/* SPDX-License-Identifier: ISC */
/* A session: opened by imaged and the parent, run by its transfer, ended. */
#include "tftpd/server.h"

#include <errno.h>
#include <string.h>

#define SESSION_OF(t)                                     \
	((struct session *)(void *)((char *)(t)-offsetof( \
	    struct session, timer)))

void
server_init(struct server *srv, const struct server_ops *ops, void *arg,
    uint64_t seed, uint64_t now_ms)
{
	static const struct log_limit refusals = LOG_LIMIT(50, 1000);
	static const struct log_limit sent = LOG_LIMIT(2000, 1000);
	static const struct log_limit missing = LOG_LIMIT(200, 1000);
	static const struct log_limit failed = LOG_LIMIT(50, 1000);
	static const struct log_limit refused = LOG_LIMIT(20, 10000);
	static const struct log_limit busy = LOG_LIMIT(1, 10000);

	memset(srv, 0, sizeof(*srv));
	srv->ops = ops;
	srv->arg = arg;
	srv->refusals = refusals;
	srv->log_sent = sent;
	srv->log_missing = missing;
	srv->log_failed = failed;
	srv->log_refused = refused;
	srv->log_busy = busy;
	session_table_init(&srv->table, seed);
	wheel_init(&srv->wheel, now_ms);
}

int
server_prepare(struct server *srv, const struct server_conf *conf)
{
	uint32_t max = srv->table.max;

	if (session_table_resize(&srv->table, conf->max) == -1)
		return -1;
	/* Until the commit the present limit holds. */
	srv->table.max = max;
	return 0;
}

void
server_commit(struct server *srv, const struct server_conf *conf)
{
	srv->conf = *conf;
	srv->table.max =
	    conf->max < srv->table.npool ? conf->max : srv->table.npool;
}

static void
session_free(struct server *srv, struct session *s)
{
	wheel_clear(&srv->wheel, &s->timer);
	srv->ops->release(s, srv->arg);
	session_table_release(&srv->table, s);
}

/* An error from the session's own socket, if it has one. */
static void
session_error(struct server *srv, const struct session *s, enum tftp_code code,
    const char *text)
{
	uint8_t buf[4 + TFTP_TEXT_MAX];
	struct writer w;

	if (s->sock == -1)
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
	const char *text = end_error(end);

	if (text != NULL)
		session_error(srv, s, TFTP_EUNDEF, text);
	server_report_end(srv, s, end, detail, now_ms);
	session_free(srv, s);
}

/* Sends what an action asks for; returns whether an event came of it. */
static bool
session_send(struct server *srv, struct session *s,
    const struct transfer_actions *a, struct transfer_event *ev)
{
	enum data_result res = DATA_OK;
	uint8_t buf[TFTP_OACK_MAX];
	struct writer w;

	ev->kind = TRANSFER_EV_FAIL;
	if (a->oack) {
		writer_init(&w, buf, sizeof(buf));
		tftp_oack_build(&w, &s->terms, s->size);
		res = srv->ops->packet(s, buf, w.len, srv->arg);
		if (res == DATA_FULL)
			res = DATA_OK; /* as good as lost: sent again */
	} else if (a->count > 0) {
		res = srv->ops->blocks(
		    s, a->first, a->count, &ev->unsent, srv->arg);
	}
	switch (res) {
	case DATA_OK:
		return false;
	case DATA_FULL:
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
	struct transfer_actions a = transfer_step(&s->transfer, ev, now_ms);
	struct tftp_text why = { NULL, 0 };
	struct transfer_event next;

	if (session_send(srv, s, &a, &next)) {
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

static void
session_run(struct server *srv, struct session *s, uint64_t now_ms)
{
	static const struct transfer_event start = { TRANSFER_EV_START, 0, 0, 0,
		0 };
	struct transfer_terms terms = { .size = s->size,
		.blksize = s->terms.blksize,
		.window = s->terms.windowsize,
		.timeout_s = s->terms.timeout_s,
		.oack = s->terms.naccepted > 0,
		.rollover = 0 };

	s->state = SESSION_RUNNING;
	transfer_init(&s->transfer, &terms);
	session_step(srv, s, &start, NULL, now_ms);
}

/* Goes on once both answers are there. */
static void
session_proceed(struct server *srv, struct session *s, uint64_t now_ms)
{
	if (s->sock == -1 || !s->file_known)
		return;
	if (s->status == FILE_OK) {
		session_run(srv, s, now_ms);
		return;
	}
	session_error(
	    srv, s, tftp_file_code(s->status), tftp_file_text(s->status));
	server_report_file(srv, s, now_ms);
	session_free(srv, s);
}

void
server_session_begin(struct server *srv, struct session *s, uint64_t now_ms)
{
	srv->stats.count[SERVER_REQUESTS]++;
	s->start_ms = now_ms;
	s->open_until_ms = now_ms + SERVER_OPEN_MS;
	if (srv->ops->ask_socket(s, srv->arg) == -1) {
		srv->stats.count[SERVER_DROP_PARENT]++;
		session_free(srv, s);
		return;
	}
	/* While imaged is away, it is asked as soon as it is back. */
	s->file_asked = srv->ops->ask_file(s, srv->arg) == 0;
	wheel_set(&srv->wheel, &s->timer, now_ms, s->open_until_ms);
}

void
server_session_repeat(struct server *srv, struct session *s, uint64_t now_ms)
{
	static const struct transfer_event repeat = { TRANSFER_EV_REPEAT, 0, 0,
		0, 0 };

	if (s->state == SESSION_RUNNING)
		session_step(srv, s, &repeat, NULL, now_ms);
}

void
server_session_replace(struct server *srv, struct session *s, uint64_t now_ms)
{
	if (s->state == SESSION_RUNNING)
		server_report_end(srv, s, TRANSFER_REPLACED, NULL, now_ms);
	session_free(srv, s);
}

bool
server_socket(struct server *srv, uint32_t id, int err, int fd, uint64_t now_ms)
{
	struct session *s = session_table_by_id(&srv->table, id);

	if (s == NULL || s->sock != -1) {
		srv->stats.count[SERVER_REPLY_STALE]++;
		return false;
	}
	if (err != 0) {
		srv->stats.count[SERVER_SOCKET_FAILED]++;
		server_report_unopened(srv, s, strerror(err), now_ms);
		session_free(srv, s);
		return false;
	}
	s->sock = fd;
	srv->ops->watch(s, srv->arg);
	session_proceed(srv, s, now_ms);
	return true;
}

bool
server_file(struct server *srv, uint32_t id, enum file_status status,
    uint64_t size, int fd, uint64_t now_ms)
{
	struct session *s = session_table_by_id(&srv->table, id);

	if (s == NULL || s->file_known) {
		srv->stats.count[SERVER_REPLY_STALE]++;
		return false;
	}
	srv->stats.file[status]++;
	s->file_known = true;
	s->status = (uint8_t)status;
	s->size = size;
	if (status == FILE_OK)
		s->file = fd;
	session_proceed(srv, s, now_ms);
	return status == FILE_OK;
}

void
server_imaged_down(struct server *srv)
{
	uint32_t i;

	for (i = 0; i < srv->table.npool; i++)
		srv->table.pool[i]->file_asked = false;
}

void
server_imaged_up(struct server *srv)
{
	uint32_t i;

	for (i = 0; i < srv->table.npool; i++) {
		struct session *s = srv->table.pool[i];

		if (s->state == SESSION_OPENING && !s->file_known &&
		    !s->file_asked)
			s->file_asked = srv->ops->ask_file(s, srv->arg) == 0;
	}
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
	session_free(srv, s);
}

static void
session_timer(struct wheel_timer *t, uint64_t now_ms, void *arg)
{
	static const struct transfer_event timer = { TRANSFER_EV_TIMER, 0, 0, 0,
		0 };
	struct session *s = SESSION_OF(t);
	struct server *srv = arg;

	if (s->state == SESSION_RUNNING) {
		session_step(srv, s, &timer, NULL, now_ms);
		return;
	}
	srv->stats.count[SERVER_OPEN_LATE]++;
	session_error(srv, s, TFTP_EUNDEF, "server cannot open files now");
	server_report_unopened(srv, s,
	    s->sock == -1 ? "no socket in time" : "no file in time", now_ms);
	session_free(srv, s);
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
			session_error(srv, s, TFTP_EUNDEF, "server stopping");
			session_free(srv, s);
		}
	}
}
