/* SPDX-License-Identifier: ISC */
/* Answers requests by libmicrohttpd. */
#include "httpd/http.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <microhttpd.h>

#include "daemon/checked_file.h"
#include "daemon/clock.h"
#include "daemon/http.h"
#include "httpd/accept.h"
#include "httpd/asking.h"
#include "httpd/log_http.h"
#include "httpd/paced.h"
#include "httpd/response.h"
#include "httpd/stall.h"
#include "httpd/tcp.h"
#include "httpd/tls.h"

/*
 * For the request line, the headers and the header of the answer.  10,000 idle
 * connections need 60 MiB; firmware sends less than 1 KiB.
 */
#define HTTP_MEMORY 6144
/*
 * While a TLS handshake is incomplete, the library asks to be called again at
 * once, without end.  After so many turns without progress it is called after a
 * pause.  A block of a response is sent in fewer turns.
 */
#define HTTP_VAIN_TURNS 256
#define HTTP_VAIN_PAUSE_US 2000

static struct {
	struct MHD_Daemon *daemon;
	struct MHD_Daemon *tls; /* the same for HTTPS */
	struct server *srv;
	struct event *readable; /* the library's epoll descriptor */
	struct event *tls_readable;
	struct conn *adding; /* the connection that is being added */
	bool work; /* the library has something to do */
	unsigned int vain; /* turns of TLS without progress */
	uint64_t pieces; /* that had been read at the last turn */
	struct event *again; /* pending during the pause after them */
} http;

static void
http_work(void)
{
	http.work = true;
	http.vain = 0;
}

static void
http_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	http_work();
}

static void
http_again(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	http.work = true;
}

static void
http_panic(void *arg, const char *file, unsigned int line, const char *reason)
{
	(void)arg;
	fatalx("libmicrohttpd: %s:%u: %s", file, line,
	    reason == NULL ? "internal error" : reason);
}

/* target_path() decodes the target: the library would cut it at a NUL. */
static size_t
http_keep_escapes(void *arg, struct MHD_Connection *c, char *s)
{
	(void)arg;
	(void)c;
	return strlen(s);
}

/* ---------------------------------------------------------- connections */

/* The library sees the end of the connection, and closes it. */
static void
http_close(const struct conn *c)
{
	(void)shutdown(c->fd, SHUT_RDWR);
}

static void
http_closed(struct conn *c)
{
	struct server *srv = http.srv;
	struct tcp_facts t;

	tcp_facts_get(c->fd, &t);
	/* The library has rejected it; see http_request(). */
	if (c->requests == 0 && t.received > 0 && !c->leaving) {
		srv->count[SERVER_MALFORMED]++;
		log_http_rejected(&c->client, "",
		    c->tls ? "the TLS handshake failed, or no request followed"
			   : "incomplete or malformed request",
		    clock_mono_ms());
	}
	conn_end(&srv->conns, c);
	free(c);
}

static void
http_notify(void *arg, struct MHD_Connection *m, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	(void)arg;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = http.adding;
		http.adding->http = m;
		http.adding = NULL;
	} else if (*context != NULL) {
		http_closed(*context);
		*context = NULL;
	}
}

void
http_accept(
    const struct listener *l, int fd, const struct sockaddr *sa, socklen_t len)
{
	struct server *srv = http.srv;
	uint64_t now_ms = clock_mono_ms();
	struct conn *c, *loser;
	enum conn_why why;

	srv->count[SERVER_CONNECTIONS]++;
	if ((c = calloc(1, sizeof(*c))) == NULL ||
	    endpoint_from_sockaddr(&c->client, sa) == -1) {
		(void)close(fd);
		free(c);
		return;
	}
	c->fd = fd;
	c->ifindex = l->ifindex;
	c->root = l->root;
	c->tls = l->tls;
	why = conn_begin(&srv->conns, c, &loser, now_ms);
	if (why >= CONN_SPARES) {
		log_http_closed(srv, c, why, now_ms);
		(void)close(fd);
		free(c);
		return;
	}
	if (loser != NULL) {
		srv->count[SERVER_CLOSED_PLACE]++;
		http_close(loser);
	}
	if (why != CONN_PLACE)
		log_http_spare(srv, c, why, now_ms);
	host_asked(&srv->hosts, &c->client.addr);
	http.adding = c;
	http.work = true;
	/* It closes fd if it fails. */
	if (MHD_add_connection(c->tls ? http.tls : http.daemon, fd, sa, len) ==
		MHD_NO &&
	    http.adding != NULL) {
		conn_end(&srv->conns, c);
		free(c);
	}
	http.adding = NULL;
}

static void
http_stalled(struct request *r)
{
	http_close(r->conn);
}

void
http_tick(uint64_t now_ms)
{
	struct conn *c;

	stall_check(http.srv, http_stalled);
	while ((c = conn_expired(&http.srv->conns, now_ms)) != NULL) {
		http.srv->count[SERVER_CLOSED_IDLE]++;
		http_close(c);
	}
	/* The library has timeouts of its own. */
	http.work = true;
}

static enum MHD_Result
http_send(struct MHD_Connection *c, struct request *r)
{
	struct MHD_Response *m = response_new(&http.srv->conf, r);
	struct tcp_facts t;
	enum MHD_Result ok;

	if (m == NULL)
		return MHD_NO;
	tcp_facts_get(r->conn->fd, &t);
	r->acked = t.acked;
	r->segments = t.segments;
	r->resent = t.resent;
	r->state = REQUEST_SENDING;
	stall_watch(http.srv, r);
	ok = MHD_queue_response(c, (unsigned int)r->answer.status, m);
	MHD_destroy_response(m);
	return ok;
}

/* ------------------------------------------------------------- requests */

static const char *
header_of(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* Answers a request that names no file; its log line has no name either. */
static enum MHD_Result
http_reject(struct MHD_Connection *c, struct request *r, const char *target)
{
	log_http_rejected(
	    &r->conn->client, target, r->answer.text, clock_mono_ms());
	http.srv->status[r->answer.status]++;
	r->namelen = 0;
	return http_send(c, r);
}

static enum MHD_Result
http_reject_with(struct MHD_Connection *c, struct request *r,
    const char *target, enum answer_status status, const char *text)
{
	r->answer = (struct answer){ .status = status, .text = text };
	return http_reject(c, r, target);
}

/* The first call for a request: its header is complete. */
static enum MHD_Result
http_begin(struct MHD_Connection *c, const char *target, void **context)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct request *r = calloc(1, sizeof(*r));
	const char *length;

	if (r == NULL)
		return MHD_NO;
	*context = r;
	r->fd = r->table = -1;
	r->conn = info->socket_context;
	r->start_ms = clock_mono_ms();
	r->conn->requests++;
	http.srv->count[SERVER_REQUESTS]++;
	conn_busy(&http.srv->conns, r->conn);
	length = header_of(c, "Content-Length");
	if (header_of(c, "Transfer-Encoding") != NULL ||
	    (length != NULL && strcmp(length, "0") != 0))
		return http_reject_with(c, r, target, ANSWER_CONTENT,
		    "a request must not have content\n");
	return MHD_YES;
}

/* Maps the target to a name, and asks imaged for the file. */
static enum MHD_Result
http_open(struct MHD_Connection *c, struct request *r, const char *target)
{
	const char *root = http.srv->conf.files.root[r->conn->root];
	char path[TARGET_PATH_MAX];
	struct tftp_text asked = { path, 0 };
	enum target_reason bad;
	enum tftp_name_reason why;

	bad = target_path(target, strlen(target), path, &asked.len);
	if (bad != TARGET_OK) {
		answer_target(bad, &r->answer);
		return http_reject(c, r, target);
	}
	why = tftp_name_map(
	    &asked, root, http.srv->conf.files.lowercase, r->name, &r->namelen);
	if (why != TFTP_NAME_OK) {
		answer_name(why, &r->answer);
		return http_reject(c, r, target);
	}
	asking_begin(http.srv, r, r->start_ms);
	MHD_suspend_connection(c);
	return MHD_YES;
}

static enum MHD_Result
http_new(struct MHD_Connection *c, struct request *r, const char *target,
    const char *method, const char *version)
{
	r->head = strcmp(method, "HEAD") == 0;
	if (r->conn->spare)
		return http_reject_with(
		    c, r, target, ANSWER_BUSY, "too many connections\n");
	if (!r->head && strcmp(method, "GET") != 0)
		return http_reject_with(c, r, target, ANSWER_METHOD,
		    "only GET and HEAD are served\n");
	/* RFC 9112 3.2 */
	if (strcmp(version, "HTTP/1.1") == 0 && header_of(c, "Host") == NULL)
		return http_reject_with(
		    c, r, target, ANSWER_BAD, "no Host header\n");
	return http_open(c, r, target);
}

static enum MHD_Result
http_answer(struct MHD_Connection *c, struct request *r)
{
	const struct answer_asked asked = { .head = r->head,
		.range = header_of(c, "Range"),
		.if_range = header_of(c, "If-Range"),
		.if_match = header_of(c, "If-Match"),
		.if_none_match = header_of(c, "If-None-Match"),
		.if_modified_since = header_of(c, "If-Modified-Since"),
		.if_unmodified_since = header_of(c, "If-Unmodified-Since") };

	/* It was not opened in time. */
	if (r->answer.status != 0)
		return http_send(c, r);
	if (r->file_status == FILE_OK)
		answer_file(&asked, &r->file, &r->answer);
	else
		answer_status(r->file_status, &r->answer);
	return http_send(c, r);
}

/* The library calls this for each request, until it has an answer. */
static enum MHD_Result
http_request(void *arg, struct MHD_Connection *c, const char *target,
    const char *method, const char *version, const char *content,
    size_t *content_len, void **context)
{
	struct request *r = *context;

	(void)arg;
	(void)content;
	http.vain = 0;
	if (r == NULL)
		return http_begin(c, target, context);
	*content_len = 0;
	if (r->state == REQUEST_NEW)
		return http_new(c, r, target, method, version);
	if (r->state == REQUEST_READY)
		return http_answer(c, r);
	return MHD_YES;
}

/* NULL if the answer was sent. */
static const char *
termination_text(enum MHD_RequestTerminationCode code)
{
	switch (code) {
	case MHD_REQUEST_TERMINATED_COMPLETED_OK:
		return NULL;
	case MHD_REQUEST_TERMINATED_TIMEOUT_REACHED:
		return "client has received nothing for a minute";
	case MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN:
		return "the server was stopped";
	case MHD_REQUEST_TERMINATED_CLIENT_ABORT:
		return "client has closed the connection";
	default:
		return "connection failed";
	}
}

static void
http_completed(void *arg, struct MHD_Connection *c, void **context,
    enum MHD_RequestTerminationCode code)
{
	struct request *r = *context;
	uint64_t now_ms = clock_mono_ms();
	struct server *srv = http.srv;
	struct tcp_facts t;

	(void)arg;
	(void)c;
	if (r == NULL)
		return;
	*context = NULL;
	asking_cancel(srv, r);
	paced_end(r);
	stall_end(srv, r);
	tcp_facts_get(r->conn->fd, &t);
	if (r->state == REQUEST_SENDING && r->namelen > 0) {
		log_http_end(srv, r, &t,
		    r->fault != NULL ? r->fault : termination_text(code),
		    now_ms);
		if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK && !r->head &&
		    r->answer.status == ANSWER_OK)
			sibling_fetched(&r->conn->peer->sibling, r->name,
			    r->namelen, now_ms);
	}
	checked_file_close(r->checked);
	if (r->table != -1)
		(void)close(r->table);
	if (r->fd != -1)
		(void)close(r->fd);
	conn_idle(&srv->conns, r->conn, now_ms);
	free(r);
}

void
http_ready(struct request *r)
{
	MHD_resume_connection(r->conn->http);
	http.work = true;
}

/* ----------------------------------------------------------------- life */

/* The library, and an event for its epoll descriptor. */
static struct MHD_Daemon *
daemon_start(struct event_base *base, bool tls, struct event **readable)
{
	const union MHD_DaemonInfo *info;
	struct MHD_Daemon *d;

	d = MHD_start_daemon(
	    (tls ? MHD_USE_TLS : 0) | MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
		MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK,
	    0, NULL, NULL, http_request, NULL, MHD_OPTION_NOTIFY_COMPLETED,
	    http_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION, http_notify,
	    NULL, MHD_OPTION_UNESCAPE_CALLBACK, http_keep_escapes, NULL,
	    MHD_OPTION_CONNECTION_LIMIT, UINT32_MAX / 2,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)SERVER_STALL_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_MEMORY,
	    MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
	    /* Without TLS, the list of options ends before those of TLS. */
	    tls ? MHD_OPTION_HTTPS_CERT_CALLBACK2 : MHD_OPTION_END,
	    tls_certificate, MHD_OPTION_HTTPS_PRIORITIES, tls_priorities,
	    MHD_OPTION_HTTPS_MEM_DHPARAMS, tls ? tls_group() : NULL,
	    MHD_OPTION_END);
	if (d == NULL ||
	    (info = MHD_get_daemon_info(d, MHD_DAEMON_INFO_EPOLL_FD)) == NULL)
		fatalx("cannot start libmicrohttpd");
	*readable = event_new(
	    base, info->epoll_fd, EV_READ | EV_PERSIST, http_readable, NULL);
	if (*readable == NULL || event_add(*readable, NULL) == -1)
		fatalx("no memory for an event");
	return d;
}

/* Both are started: later, epoll_create1() is not allowed. */
void
http_start(struct server *srv, struct event_base *base)
{
	http.srv = srv;
	MHD_set_panic_func(http_panic, NULL);
	http.daemon = daemon_start(base, false, &http.readable);
	http.tls = daemon_start(base, true, &http.tls_readable);
	if (paced_init(srv, base, http_work) == -1 ||
	    (http.again = evtimer_new(base, http_again, NULL)) == NULL)
		fatalx("no memory for an event");
}

/* Whether the library has more to do at once. */
static bool
daemon_turn(struct MHD_Daemon *d)
{
	MHD_UNSIGNED_LONG_LONG ms;

	(void)MHD_run(d);
	return MHD_get_timeout(d, &ms) == MHD_YES && ms == 0;
}

/* The same for TLS, with a pause if that has led to nothing for long. */
static bool
tls_turn(void)
{
	static const struct timeval pause = { 0, HTTP_VAIN_PAUSE_US };

	if (!daemon_turn(http.tls))
		return false;
	if (http.pieces != http.srv->pieces)
		http.vain = 0;
	http.pieces = http.srv->pieces;
	if (++http.vain <= HTTP_VAIN_TURNS)
		return true;
	if (!evtimer_pending(http.again, NULL))
		(void)evtimer_add(http.again, &pause);
	return false;
}

enum role_turn
http_turn(void)
{
	bool plain;

	if (!http.work)
		return ROLE_SLEEP;
	plain = daemon_turn(http.daemon);
	http.work = tls_turn() || plain;
	return http.work ? ROLE_POLL : ROLE_SLEEP;
}

void
http_stop(void)
{
	struct request *r;

	/* The library can be stopped only when no connection is suspended. */
	while ((r = TAILQ_FIRST(&http.srv->waiting)) != NULL) {
		state_wait_end(http.srv, r);
		r->answer = (struct answer){ .status = ANSWER_BUSY,
			.text = "the server was stopped\n" };
		MHD_resume_connection(r->conn->http);
	}
	paced_stop();
	(void)MHD_run(http.daemon);
	(void)MHD_run(http.tls);
	paced_stop();
	MHD_stop_daemon(http.daemon);
	MHD_stop_daemon(http.tls);
}
