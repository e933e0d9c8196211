/* SPDX-License-Identifier: ISC */
/* Logs transfers, rate-limited warnings, and counters. */
#include "tftpd/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/event.h"
#include "daemon/report_text.h"
#include "tftpd/transfer_number.h"

#define DETAIL_TEXT 160
#define FACTS_TEXT (160 + EVENT_SLOW_MAX)

static const char *const counter_names[SERVER_COUNTER_MAX] = {
	[SERVER_DROP_GROUP] = "dropped: sent to a group",
	[SERVER_DROP_SOURCE] = "dropped: invalid source",
	[SERVER_DROP_TRUNCATED] = "dropped: too long",
	[SERVER_DROP_BUSY] = "dropped: too many transfers",
	[SERVER_DROP_SHARE] = "dropped: too many transfers of one source",
	[SERVER_DROP_HALF_OPEN] =
	    "dropped: too many unanswered transfers of one source",
	[SERVER_DROP_UNKNOWN] =
	    "dropped: too many requests from unknown addresses",
	[SERVER_DROP_REPEATED] = "repeated",
	[SERVER_DROP_PARENT] = "dropped: parent not reachable",
	[SERVER_DROP_INTERFACE] = "dropped: interface not served",
	[SERVER_DROP_OLD] = "dropped: not read in time",
	[SERVER_REFUSED_WRITE] = "rejected: write",
	[SERVER_REFUSED_MODE] = "rejected: mode",
	[SERVER_REFUSED_NAME] = "rejected: name",
	[SERVER_REFUSED_BAD] = "rejected: malformed",
	[SERVER_REFUSED_SILENTLY] = "rejected without an answer",
	[SERVER_REQUESTS] = "requests",
	[SERVER_OPTIONS_IGNORED] = "options ignored",
	[SERVER_SOCKET_FAILED] = "sockets refused",
	[SERVER_OPEN_LATE] = "not opened in time",
	[SERVER_REPLY_STALE] = "stale replies",
	[SERVER_NO_PLACE] = "answers without a free place",
	[SERVER_DISK_WAITS] = "waits for a disk",
	[SERVER_RATE_WAITS] = "waits by tftp-max-rate",
};

/* Allows for many machines that boot at once, but keeps logs small. */
static struct log_limit sent_limit = LOG_LIMIT(20000, 100000);
static struct log_limit failed_limit = LOG_LIMIT(50, 1000);
/* Of clients that never answered: their requests may be forged. */
static struct log_limit unanswered_limit = LOG_LIMIT(20, 10000);

static const char *const end_texts[TRANSFER_END_MAX] = {
	[TRANSFER_RUNNING] = "running",
	[TRANSFER_SENT] = "sent",
	[TRANSFER_UNCONFIRMED] = "sent; final ACK missing",
	[TRANSFER_QUERY] = "query",
	[TRANSFER_ABORTED] = "client gave up",
	[TRANSFER_NO_ANSWER] = "no answer from client",
	[TRANSFER_SILENT] = "client stopped answering",
	[TRANSFER_UNREACHABLE] = "client unreachable",
	[TRANSFER_TRUNCATED] = "file was truncated",
	[TRANSFER_CHANGED] = "file was changed after its check",
	[TRANSFER_READ_FAILED] = "file cannot be read",
	[TRANSFER_SEND_FAILED] = "packet cannot be sent",
	[TRANSFER_STOPPED] = "server stopping",
	[TRANSFER_REPLACED] = "replaced by a new request",
	[TRANSFER_GAVE_WAY] = "stalled; replaced by another client's transfer",
	[TRANSFER_NO_PLACE] = "no free transfer (tftp-max)",
};

static struct report_request
subject(const struct session *s)
{
	return (struct report_request){
		.name = s->name,
		.namelen = s->namelen,
		.own = (s->way & FILE_WAY_OWN) != 0,
		.client = &s->client,
		.host = &s->host,
	};
}

static const char *
subject_text(const struct session *s, char dst[REPORT_REQUEST_MAX])
{
	const struct report_request r = subject(s);

	return report_request_text(&r, dst);
}

/* Collects the facts of a transfer. */
static void
report_fill_event(
    const struct session *s, uint64_t now_ms, struct event_transfer *ev)
{
	memset(ev, 0, sizeof(*ev));
	ev->bytes = transfer_bytes(&s->transfer);
	ev->duration_ms = now_ms - s->start_ms;
	ev->blksize = s->terms.blksize;
	ev->windowsize = s->terms.windowsize;
	ev->blksize_by = s->terms.blksize_by;
	ev->windowsize_by = s->terms.windowsize_by;
	ev->sent = s->transfer.high + s->transfer.resent;
	ev->resent = s->transfer.resent;
	ev->timeouts = s->transfer.timeouts;
	ev->netascii = s->netascii;
	ev->limited = s->limited;
}

/* "1234 bytes in 5 ms, 0.25 MB/s, blksize ..." and why it was slow. */
static const char *
facts_text(const struct event_transfer *ev, char dst[FACTS_TEXT])
{
	uint64_t ms = ev->duration_ms > 0 ? ev->duration_ms : 1;
	char why[EVENT_SLOW_MAX];

	(void)event_transfer_slow(ev, why);
	(void)snprintf(dst, FACTS_TEXT,
	    "%" PRIu64 " bytes in %" PRIu64
	    " ms, %.2f MB/s, blksize %u, windowsize %u, %" PRIu64
	    " resent%s%s%s",
	    ev->bytes, ev->duration_ms, (double)ev->bytes / (double)ms / 1000,
	    ev->blksize, ev->windowsize, ev->resent,
	    ev->netascii ? ", netascii" : "",
	    why[0] == '\0' ? "" : "; slow: ", why);
	return dst;
}

/* Logs a line that "quiet-tftp" suppresses, except at debug level. */
static void
report_routine(const struct session *s, struct log_limit *limit,
    const char *how, const char *what, uint64_t now_ms)
{
	char subj[REPORT_REQUEST_MAX], more[REPORT_SUPPRESSED_MAX];
	uint64_t n;

	if (s->quiet && log_level() < LOG_DEBUG)
		return;
	if (!log_limit_ok(limit, now_ms, &n))
		return;
	log_info("%s %s%s%s%s", how, subject_text(s, subj),
	    what[0] == '\0' ? "" : ": ", what, report_suppressed(n, more));
}

/* A transfer whose client has not answered: its request may be forged. */
static bool
unanswered(const struct session *s)
{
	return s->half_open && !s->answered;
}

/* The client never answered: the request was probably forged. */
static void
report_gave_way(const struct session *s, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(1, 10000);
	char client[ENDPOINT_TEXT], more[REPORT_SUPPRESSED_MAX];
	uint64_t n;

	if (log_limit_ok(&limit, now_ms, &n))
		log_warnx(
		    "no answer from %s in %" PRIu64
		    " ms: its transfer was replaced by another one; requests may be forged%s",
		    endpoint_text(&s->client, client), now_ms - s->start_ms,
		    report_suppressed(n, more));
}

void
report_filtered(const struct session *s, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(5, 60000);
	char subj[REPORT_REQUEST_MAX], more[REPORT_SUPPRESSED_MAX];
	uint64_t n;

	if (log_limit_ok(&limit, now_ms, &n))
		log_warnx(
		    "%s: packets dropped by the packet filter of this host (Operation not permitted); permit UDP from the ports of transfers%s",
		    subject_text(s, subj), report_suppressed(n, more));
}

void
report_waiting(const struct session *s, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(5, 60000);
	char subj[REPORT_REQUEST_MAX], more[REPORT_SUPPRESSED_MAX];
	uint64_t n;

	if (log_limit_ok(&limit, now_ms, &n))
		log_warnx(
		    "%s: no answer after %llu retransmissions; if it stays so, look for a packet filter that drops UDP between the ports of transfers and the client%s",
		    subject_text(s, subj),
		    (unsigned long long)s->transfer.timeouts,
		    report_suppressed(n, more));
}

/* Warns if the client asks for the size of a file again and again. */
static void
report_query(struct server *srv, const struct session *s, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(5, 60000);
	char subj[REPORT_REQUEST_MAX], more[REPORT_SUPPRESSED_MAX];
	uint32_t count =
	    queries_add(&srv->queries, &s->client.addr, s->name, s->namelen);
	uint64_t n;

	if (count % QUERIES_WARN != 0 || !log_limit_ok(&limit, now_ms, &n))
		return;
	log_warnx(
	    "query %s: %u times in a row, and the client does not load it; it may be too large for its firmware, or of the wrong kind%s",
	    subject_text(s, subj), count, report_suppressed(n, more));
}

void
report_end(struct server *srv, const struct session *s, enum transfer_end end,
    const struct tftp_text *detail, uint64_t now_ms)
{
	char subj[REPORT_REQUEST_MAX], text[FACTS_TEXT + 24],
	    more[REPORT_SUPPRESSED_MAX];
	char say[DETAIL_TEXT], code[24] = "";
	bool said = detail != NULL && detail->len > 0;
	struct event_transfer ev;
	uint64_t n;

	srv->stats.end[end]++;
	if (end == TRANSFER_GAVE_WAY && unanswered(s)) {
		report_gave_way(s, now_ms);
		return;
	}
	srv->stats.bytes += transfer_bytes(&s->transfer);
	srv->stats.resent += s->transfer.resent;
	report_fill_event(s, now_ms, &ev);
	(void)facts_text(&ev, text);
	switch (end) {
	case TRANSFER_UNCONFIRMED:
	case TRANSFER_SENT:
		if (end == TRANSFER_UNCONFIRMED)
			(void)snprintf(text + strlen(text),
			    sizeof(text) - strlen(text), "; final ACK missing");
		queries_clear(
		    &srv->queries, &s->client.addr, s->name, s->namelen);
		report_routine(s, &sent_limit, "sent", text, now_ms);
		return;
	case TRANSFER_QUERY:
		report_routine(s, &sent_limit, "query", text, now_ms);
		report_query(srv, s, now_ms);
		return;
	default:
		break;
	}
	/* Forged requests have a limit of their own. */
	if (!log_limit_ok(
		unanswered(s) ? &unanswered_limit : &failed_limit, now_ms, &n))
		return;
	if (end == TRANSFER_ABORTED)
		(void)snprintf(code, sizeof(code), " with error %u", s->code);
	log_warnx("failed %s: %s%s%s%s%s: %s%s", subject_text(s, subj),
	    end_texts[end], code, said ? " (" : "",
	    said ? log_escape(say, sizeof(say), detail->p, detail->len) : "",
	    said ? ")" : "", text, report_suppressed(n, more));
}

void
report_unopened(const struct session *s, const char *why, uint64_t now_ms)
{
	char subj[REPORT_REQUEST_MAX], more[REPORT_SUPPRESSED_MAX];
	uint64_t n;

	/* An address that has never answered may be forged. */
	if (log_limit_ok(
		s->source->answered ? &failed_limit : &unanswered_limit, now_ms,
		&n))
		log_warnx("failed %s: not started: %s%s", subject_text(s, subj),
		    why, report_suppressed(n, more));
}

static void
report_missing(
    const struct server *srv, const struct session *s, uint64_t now_ms)
{
	static struct log_limit offered = LOG_LIMIT(5, 60000);
	static struct log_limit missing = LOG_LIMIT(5000, 100000);
	const struct report_request r = subject(s);

	/* Loaders try several names before they find a file. */
	if (offers_has(&srv->conf.files.offers, s->name, s->namelen))
		report_not_found(
		    &r, srv->conf.files.root[s->root], &offered, now_ms);
	else
		report_routine(s, &missing, "not found", "", now_ms);
}

void
report_file(const struct server *srv, const struct session *s, uint64_t now_ms)
{
	if (s->status == FILE_MISSING)
		report_missing(srv, s, now_ms);
	else
		report_unopened(s, tftp_file_errors[s->status].text, now_ms);
}

void
report_silent(const struct host *h, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(5, 60000);
	char addr[ENDPOINT_TEXT], host[REPORT_KNOWN_MAX],
	    more[REPORT_SUPPRESSED_MAX];
	uint64_t n;

	if (log_limit_ok(&limit, now_ms, &n))
		log_warnx(
		    "no request from %s%s in %d s after DHCP gave it a boot file; if it does not boot, permit UDP port 69 in the packet filter of this host and on the way%s",
		    addr_text(&h->addr, addr), report_known(&h->id, host),
		    HOST_BOOT_MS / 1000, report_suppressed(n, more));
}

void
report_rejected(const struct server_from *from, const struct tftp_text *name,
    const char *why, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(20, 10000);

	report_invalid(&from->client, name->p, name->len, why, &limit, now_ms);
}

void
report_dropped(struct server *srv, const struct server_from *from,
    enum server_counter why, uint64_t now_ms)
{
	static struct log_limit limit[SERVER_DROP_LOGGED] = {
		[0 ... SERVER_DROP_LOGGED - 1] = LOG_LIMIT(1, 10000)
	};
	char client[ENDPOINT_TEXT], more[REPORT_SUPPRESSED_MAX];
	uint64_t n;

	srv->stats.count[why]++;
	if (!log_limit_ok(&limit[why], now_ms, &n))
		return;
	(void)report_suppressed(n, more);
	if (why == SERVER_DROP_BUSY)
		log_warnx(
		    "all %u transfers are in use (tftp-max); ignoring the request of %s%s",
		    srv->conf.max, endpoint_text(&from->client, client), more);
	else if (why == SERVER_DROP_SHARE)
		log_warnx(
		    "%s has %u transfers, the limit for one address (a quarter of tftp-max, at least 16); ignoring new requests until one ends%s",
		    addr_text(&from->client.addr, client),
		    places_source_max(&srv->places), more);
	else if (why == SERVER_DROP_HALF_OPEN)
		log_warnx(
		    "%s has too many unanswered transfers; ignoring new requests%s",
		    addr_text(&from->client.addr, client), more);
	else
		log_warnx(
		    "more than %u requests in %u ms from addresses without a lease; ignoring the others; requests may be forged%s",
		    srv->unknown.burst, SERVER_HALF_OPEN_MS, more);
}

void
report_stats(const struct server *srv, int priority)
{
	const struct server_stats *st = &srv->stats;
	unsigned int i;

	for (i = 0; i < SERVER_COUNTER_MAX; i++)
		report_count(priority, "", counter_names[i], st->count[i]);
	for (i = 0; i < TFTP_REASON_MAX; i++) {
		report_count(priority, "bad request: ", tftp_reason_text(i),
		    st->bad_request[i]);
		report_count(priority, "bad answer: ", tftp_reason_text(i),
		    st->bad_answer[i]);
	}
	for (i = 0; i < TFTP_NAME_REASON_MAX; i++)
		report_count(priority, "bad name: ", tftp_name_errors[i].text,
		    st->bad_name[i]);
	for (i = 0; i < FILE_STATUS_MAX; i++)
		report_count(
		    priority, "file: ", tftp_file_errors[i].text, st->file[i]);
	for (i = 0; i < TRANSFER_END_MAX; i++)
		report_count(priority, "ended: ", end_texts[i], st->end[i]);
	report_count(priority, "", "bytes", st->bytes);
	report_count(priority, "", "resent", st->resent);
}
