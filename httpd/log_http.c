/* SPDX-License-Identifier: ISC */
/* Logs requests, rate-limited warnings, and counters. */
#include "httpd/log_http.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/report_text.h"

#define FACTS_TEXT (240 + EVENT_SLOW_MAX)

static const char *const counter_names[SERVER_COUNTER_MAX] = {
	[SERVER_CONNECTIONS] = "connections",
	[SERVER_REQUESTS] = "requests",
	[SERVER_CLOSED_IDLE] = "connections closed: idle",
	[SERVER_CLOSED_PLACE] = "connections closed: for another client",
	[SERVER_CLOSED_AT_ONCE] = "connections closed: too many of one address",
	[SERVER_SPARE_FULL] = "told to come back: too many connections",
	[SERVER_SPARE_SHARE] =
	    "told to come back: too many connections of one address",
	[SERVER_MALFORMED] = "rejected: malformed",
	[SERVER_REPLY_STALE] = "stale replies",
	[SERVER_OPEN_LATE] = "not opened in time",
	[SERVER_RATE_WAITS] = "waits by boot-max-rate",
};

/* Allows for many machines that boot at once, but keeps logs small. */
static struct log_limit sent_limit = LOG_LIMIT(20000, 100000);

static struct report_request
http_subject(const struct request *r)
{
	return (struct report_request){
		.name = r->name,
		.namelen = r->namelen,
		.own = (r->way & FILE_WAY_OWN) != 0,
		.client = &r->conn->client,
		.host = &r->host,
	};
}

static const char *
request_text(const struct request *r, char dst[REPORT_REQUEST_MAX])
{
	const struct report_request subj = http_subject(r);

	return report_request_text(&subj, dst);
}

/* Collects the facts of a transfer. */
static void
log_http_fill_event(const struct request *r, const struct tcp_facts *t,
    bool whole, uint64_t now_ms, struct event_transfer *ev)
{
	memset(ev, 0, sizeof(*ev));
	ev->http = true;
	ev->bytes = r->answer.length;
	/* The header counts as well, and is acknowledged first. */
	if (!whole && t->acked - r->acked < ev->bytes)
		ev->bytes = t->acked - r->acked;
	ev->duration_ms = now_ms - r->start_ms;
	ev->sent = t->segments - r->segments;
	ev->resent = t->resent - r->resent;
	ev->limited = r->limited;
}

/* "1234 bytes in 5 ms, 0.25 MB/s, 0 resent" and why it was slow. */
static const char *
http_facts_text(const struct request *r, const struct event_transfer *ev,
    char dst[FACTS_TEXT])
{
	uint64_t ms = ev->duration_ms > 0 ? ev->duration_ms : 1;
	char why[EVENT_SLOW_MAX], range[80] = "";

	(void)event_transfer_slow(ev, why);
	if (r->answer.status == ANSWER_PARTIAL)
		(void)snprintf(range, sizeof(range),
		    ", range %" PRIu64 "-%" PRIu64 " of %" PRIu64,
		    r->answer.first, r->answer.first + r->answer.length - 1,
		    r->file.size);
	(void)snprintf(dst, FACTS_TEXT,
	    "%" PRIu64 " bytes in %" PRIu64 " ms, %.2f MB/s, %" PRIu64
	    " resent%s%s%s",
	    ev->bytes, ev->duration_ms, (double)ev->bytes / (double)ms / 1000,
	    ev->resent, range, why[0] == '\0' ? "" : "; slow: ", why);
	return dst;
}

/* Logs a line that "quiet-http" suppresses, except at debug level. */
static void
log_http_routine(const struct server *srv, const struct request *r,
    struct log_limit *limit, const char *how, const char *what, uint64_t now_ms)
{
	char subj[REPORT_REQUEST_MAX], more[REPORT_SUPPRESSED_MAX];
	uint64_t n;

	if (srv->conf.quiet && log_level() < LOG_DEBUG)
		return;
	if (log_limit_ok(limit, now_ms, &n))
		log_info("%s %s%s%s%s", how, request_text(r, subj),
		    what[0] == '\0' ? "" : ": ", what,
		    report_suppressed(n, more));
}

static void
log_http_not_found(
    const struct server *srv, const struct request *r, uint64_t now_ms)
{
	static struct log_limit offered = LOG_LIMIT(5, 60000);
	static struct log_limit missing = LOG_LIMIT(5000, 100000);
	const struct report_request subj = http_subject(r);

	/* Loaders try several names before they find a file. */
	if (offers_has(&srv->conf.files.offers, r->name, r->namelen))
		report_not_found(&subj, srv->conf.files.root[r->conn->root],
		    &offered, now_ms);
	else
		log_http_routine(srv, r, &missing, "not found", "", now_ms);
}

static void
log_http_failed(const struct request *r, const char *how, const char *why,
    const char *what, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(50, 1000);
	char subj[REPORT_REQUEST_MAX], more[REPORT_SUPPRESSED_MAX];
	uint64_t n;

	if (log_limit_ok(&limit, now_ms, &n))
		log_warnx("failed %s: %s%.*s%s%s%s", request_text(r, subj), how,
		    (int)strcspn(why, "\n"), why, what[0] == '\0' ? "" : ": ",
		    what, report_suppressed(n, more));
}

void
log_http_end(struct server *srv, const struct request *r,
    const struct tcp_facts *t, const char *why, uint64_t now_ms)
{
	const struct answer *a = &r->answer;
	struct event_transfer ev;
	char text[FACTS_TEXT];

	srv->status[a->status]++;
	log_http_fill_event(r, t, why == NULL, now_ms, &ev);
	switch (a->status) {
	case ANSWER_OK:
	case ANSWER_PARTIAL:
		break;
	case ANSWER_NOT_MODIFIED:
		log_http_routine(
		    srv, r, &sent_limit, "not modified", "", now_ms);
		return;
	case ANSWER_NOT_FOUND:
		log_http_not_found(srv, r, now_ms);
		return;
	default:
		log_http_failed(r, "not started: ", a->text, "", now_ms);
		return;
	}
	if (r->head) {
		(void)snprintf(text, sizeof(text), "HEAD, %" PRIu64 " bytes",
		    r->file.size);
		log_http_routine(srv, r, &sent_limit, "query", text, now_ms);
		return;
	}
	srv->bytes += ev.bytes;
	(void)http_facts_text(r, &ev, text);
	if (why == NULL)
		log_http_routine(srv, r, &sent_limit, "sent", text, now_ms);
	else
		log_http_failed(r, "", why, text, now_ms);
}

void
log_http_rejected(const struct endpoint *client, const char *what,
    const char *why, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(20, 10000);

	report_invalid(client, what, strlen(what), why, &limit, now_ms);
}

void
log_http_spare(struct server *srv, const struct conn *c, enum conn_why why,
    uint64_t now_ms)
{
	static struct log_limit full_limit = LOG_LIMIT(1, 10000);
	static struct log_limit share_limit = LOG_LIMIT(1, 10000);
	char ip[ENDPOINT_TEXT], more[REPORT_SUPPRESSED_MAX];
	bool full = why == CONN_FULL;
	uint64_t n;

	srv->count[full ? SERVER_SPARE_FULL : SERVER_SPARE_SHARE]++;
	if (!log_limit_ok(full ? &full_limit : &share_limit, now_ms, &n))
		return;
	(void)report_suppressed(n, more);
	if (full)
		log_warnx(
		    "all %u connections are in use (http-max); telling %s to come back%s",
		    srv->conf.max, endpoint_text(&c->client, ip), more);
	else
		log_warnx(
		    "%s has %u connections, the limit for one address (a quarter of http-max, at least %d); telling it to come back%s",
		    addr_text(&c->client.addr, ip), c->peer->connections,
		    CONN_PEER_MIN, more);
}

void
log_http_closed(struct server *srv, const struct conn *c, enum conn_why why,
    uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(1, 10000);
	char ip[ENDPOINT_TEXT], more[REPORT_SUPPRESSED_MAX];
	const char *text = "no memory, or too many connections";
	uint64_t n;

	srv->count[SERVER_CLOSED_AT_ONCE]++;
	if (!log_limit_ok(&limit, now_ms, &n))
		return;
	if (why == CONN_SPARES)
		text = "too many connections of one address";
	else if (why == CONN_SHAKES)
		text = "too many TLS handshakes of one address in a second";
	log_warnx("connection of %s closed: %s%s",
	    endpoint_text(&c->client, ip), text, report_suppressed(n, more));
}

void
log_http_silent(const struct server *srv, const struct host *h, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(5, 60000);
	char addr[ENDPOINT_TEXT], host[REPORT_KNOWN_MAX];
	char more[REPORT_SUPPRESSED_MAX];
	uint64_t n;

	if (log_limit_ok(&limit, now_ms, &n))
		log_warnx(
		    "no request from %s%s in %d s after DHCP gave it the URL of a boot file; if it does not boot, permit TCP port %u in the packet filter of this host and on the way%s",
		    addr_text(&h->addr, addr), report_known(&h->id, host),
		    HOST_BOOT_MS / 1000, srv->conf.port,
		    report_suppressed(n, more));
}

void
log_http_stats(const struct server *srv, int priority)
{
	char code[8];
	unsigned int i;

	for (i = 0; i < SERVER_COUNTER_MAX; i++)
		report_count(priority, "", counter_names[i], srv->count[i]);
	for (i = 0; i < 600; i++) {
		(void)snprintf(code, sizeof(code), "%u", i % 1000);
		report_count(priority, "status: ", code, srv->status[i]);
	}
	report_count(priority, "", "bytes", srv->bytes);
}
