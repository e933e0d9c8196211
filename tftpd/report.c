/* SPDX-License-Identifier: ISC */
/* What the server tells about itself: one line for each transfer, counters. */
#include "tftpd/server.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/event.h"

#define NAME_TEXT 320 /* an escaped name, cut where it is longer */
#define DETAIL_TEXT 160
#define KNOWN_TEXT (SESSION_HOST_MAX * 4 + RECORD_HW_MAX * 3 + 8)
#define SUBJECT_TEXT (NAME_TEXT + ENDPOINT_TEXT + KNOWN_TEXT + 32)
#define FACTS_TEXT (160 + EVENT_SLOW_MAX)

static const char *const counter_names[SERVER_COUNTER_MAX] = {
	[SERVER_DROP_GROUP] = "dropped: sent to a group",
	[SERVER_DROP_SOURCE] = "dropped: bad source",
	[SERVER_DROP_TRUNCATED] = "dropped: too long",
	[SERVER_DROP_BUSY] = "dropped: too many transfers",
	[SERVER_DROP_SHARE] = "dropped: too many transfers of one source",
	[SERVER_DROP_HALF_OPEN] = "dropped: too many unanswered of one source",
	[SERVER_DROP_UNKNOWN] = "dropped: too many of unknown addresses",
	[SERVER_DROP_REPEATED] = "repeated",
	[SERVER_DROP_PARENT] = "dropped: no way to ask for a socket",
	[SERVER_DROP_STRANGER] = "dropped: by an interface not served",
	[SERVER_REFUSED_WRITE] = "refused: write",
	[SERVER_REFUSED_MODE] = "refused: mode",
	[SERVER_REFUSED_NAME] = "refused: name",
	[SERVER_REFUSED_BAD] = "refused: malformed",
	[SERVER_REFUSED_SILENTLY] = "refused without an answer",
	[SERVER_REQUESTS] = "requests",
	[SERVER_OPTIONS_IGNORED] = "options ignored",
	[SERVER_SOCKET_FAILED] = "sockets refused",
	[SERVER_OPEN_LATE] = "not opened in time",
	[SERVER_REPLY_STALE] = "stale replies",
	[SERVER_NO_PLACE] = "answers without a free place",
	[SERVER_DISK_WAITS] = "waits for a disk",
	[SERVER_RATE_WAITS] = "waits by tftp-max-rate",
};

/* " (n such lines left out)" after a pause of a limited line. */
static const char *
left_out(uint64_t n, char dst[48])
{
	dst[0] = '\0';
	if (n > 0)
		(void)snprintf(
		    dst, 48, " (%" PRIu64 " such lines left out)", n);
	return dst;
}

/* " (52:54:00:12:34:56, node7)": what dhcpd has told of the client. */
static const char *
known(const struct session *s, char dst[KNOWN_TEXT])
{
	char name[SESSION_HOST_MAX * 4];
	size_t n = 0;
	uint8_t i;

	dst[0] = '\0';
	if (s->hwlen == 0)
		return dst;
	for (i = 0; i < s->hwlen; i++)
		n += (size_t)snprintf(dst + n, KNOWN_TEXT - n, "%s%02x",
		    i == 0 ? " (" : ":", s->hw[i]);
	(void)log_escape(name, sizeof(name), s->host, strlen(s->host));
	(void)snprintf(dst + n, KNOWN_TEXT - n, "%s%s)",
	    name[0] == '\0' ? "" : ", ", name);
	return dst;
}

/* `"name" for 192.168.1.50:2070 (52:54:00:12:34:56, node7)` */
static const char *
subject(const struct session *s, char dst[SUBJECT_TEXT])
{
	char name[NAME_TEXT], client[ENDPOINT_TEXT], host[KNOWN_TEXT];

	(void)snprintf(dst, SUBJECT_TEXT, "\"%s\"%s for %s%s",
	    log_escape(name, sizeof(name), s->name, s->namelen),
	    (s->way & FILE_WAY_OWN) != 0 ? " of its own folder" : "",
	    endpoint_text(&s->client, client), known(s, host));
	return dst;
}

/* The facts of a transfer, as they are told and kept. */
static void
event_fill(const struct session *s, enum transfer_end end, uint64_t now_ms,
    struct event_transfer *ev)
{
	memset(ev, 0, sizeof(*ev));
	ev->client = s->client;
	ev->local = s->local;
	ev->hwtype = s->hwtype;
	ev->hwlen = s->hwlen;
	memcpy(ev->hw, s->hw, s->hwlen);
	(void)snprintf(ev->host, sizeof(ev->host), "%s", s->host);
	ev->namelen = s->namelen;
	memcpy(ev->name, s->name, s->namelen);
	ev->way = s->way;
	ev->bytes = transfer_bytes(&s->transfer);
	ev->size = s->size;
	ev->duration_ms = now_ms - s->start_ms;
	ev->blksize = s->terms.blksize;
	ev->windowsize = s->terms.windowsize;
	ev->blksize_by = s->terms.blksize_by;
	ev->windowsize_by = s->terms.windowsize_by;
	ev->timeout_ms = (s->terms.timeout_us + 999) / 1000;
	ev->sent = s->transfer.high + s->transfer.resent;
	ev->resent = s->transfer.resent;
	ev->probes = s->transfer.probes;
	ev->netascii = s->netascii;
	ev->limited = s->limited;
	ev->end = (uint8_t)end;
	ev->code = s->code;
}

/* "1234 bytes in 5 ms, 0.25 MB/s, blksize ..." and why it was slow. */
static const char *
facts(const struct event_transfer *ev, char dst[FACTS_TEXT])
{
	uint64_t ms = ev->duration_ms > 0 ? ev->duration_ms : 1;
	char why[EVENT_SLOW_MAX];

	(void)event_transfer_slow(ev, why);
	(void)snprintf(dst, FACTS_TEXT,
	    "%" PRIu64 " bytes in %" PRIu64 " ms, %.2f MB/s, blksize %u, "
	    "windowsize %u, %" PRIu64 " resent%s%s%s",
	    ev->bytes, ev->duration_ms, (double)ev->bytes / (double)ms / 1000,
	    ev->blksize, ev->windowsize, ev->resent,
	    ev->netascii ? ", netascii" : "",
	    why[0] == '\0' ? "" : "; slow: ", why);
	return dst;
}

/* A line that is dropped when the owner wants quiet; DEBUG keeps it. */
static void
routine(const struct session *s, struct log_limit *limit, const char *how,
    const char *what, uint64_t now_ms)
{
	char subj[SUBJECT_TEXT], more[48];
	uint64_t n;

	if (s->quiet && log_level() < LOG_DEBUG)
		return;
	if (!log_limit_ok(limit, now_ms, &n))
		return;
	log_info("%s %s%s%s%s", how, subject(s, subj),
	    what[0] == '\0' ? "" : ": ", what, left_out(n, more));
}

/* One that was never answered: most likely its request was forged. */
static void
report_gave_way(struct server *srv, const struct session *s, uint64_t now_ms)
{
	char client[ENDPOINT_TEXT], more[48];
	uint64_t n;

	if (log_limit_ok(&srv->log_gave_way, now_ms, &n))
		log_warnx("no answer from %s in %" PRIu64 " ms: its transfer "
			  "gave way to another one; are requests forged?%s",
		    endpoint_text(&s->client, client), now_ms - s->start_ms,
		    left_out(n, more));
}

void
server_report_end(struct server *srv, const struct session *s,
    enum transfer_end end, const struct tftp_text *detail, uint64_t now_ms)
{
	char subj[SUBJECT_TEXT], text[FACTS_TEXT], more[48];
	char say[DETAIL_TEXT], code[24] = "";
	bool said = detail != NULL && detail->len > 0;
	struct event_transfer ev;
	uint64_t n;

	srv->stats.end[end]++;
	if (end == TRANSFER_GAVE_WAY && s->half_open) {
		report_gave_way(srv, s, now_ms);
		return;
	}
	srv->stats.bytes += transfer_bytes(&s->transfer);
	srv->stats.resent += s->transfer.resent;
	event_fill(s, end, now_ms, &ev);
	(void)facts(&ev, text);
	switch (end) {
	case TRANSFER_SENT:
		routine(s, &srv->log_sent, "sent", text, now_ms);
		return;
	case TRANSFER_UNCONFIRMED:
		routine(s, &srv->log_sent, "sent, but for the last ACK,", text,
		    now_ms);
		return;
	case TRANSFER_PROBE:
		routine(s, &srv->log_sent, "probe", text, now_ms);
		return;
	default:
		break;
	}
	/* Whoever forges requests must not fill the log. */
	if (!log_limit_ok(
		s->half_open ? &srv->log_unanswered : &srv->log_failed, now_ms,
		&n))
		return;
	if (end == TRANSFER_ABORTED)
		(void)snprintf(code, sizeof(code), " with error %u", s->code);
	log_warnx("failed %s: %s%s%s%s%s: %s%s", subject(s, subj),
	    transfer_end_text(end), code, said ? " (" : "",
	    said ? log_escape(say, sizeof(say), detail->p, detail->len) : "",
	    said ? ")" : "", text, left_out(n, more));
}

void
server_report_unopened(struct server *srv, const struct session *s,
    const char *why, uint64_t now_ms)
{
	char subj[SUBJECT_TEXT], more[48];
	uint64_t n;

	if (log_limit_ok(&srv->log_failed, now_ms, &n))
		log_warnx("failed %s: not begun: %s%s", subject(s, subj), why,
		    left_out(n, more));
}

void
server_report_file(struct server *srv, const struct session *s, uint64_t now_ms)
{
	/* Loaders try a row of names before the one that is there. */
	if (s->status == FILE_MISSING)
		routine(s, &srv->log_missing, "not found", "", now_ms);
	else
		server_report_unopened(
		    srv, s, tftp_file_text(s->status), now_ms);
}

void
server_report_refused(struct server *srv, const struct server_from *from,
    const struct tftp_text *name, const char *why, uint64_t now_ms)
{
	char text[NAME_TEXT], client[ENDPOINT_TEXT], more[48];
	uint64_t n;

	if (log_limit_ok(&srv->log_refused, now_ms, &n))
		log_info("refused \"%s\" for %s: %s%s",
		    log_escape(text, sizeof(text), name->p, name->len),
		    endpoint_text(&from->client, client), why,
		    left_out(n, more));
}

void
server_report_busy(
    struct server *srv, const struct server_from *from, uint64_t now_ms)
{
	char client[ENDPOINT_TEXT], more[48];
	uint64_t n;

	if (log_limit_ok(&srv->log_busy, now_ms, &n))
		log_warnx("all %u transfers are in use (tftp-max): no answer "
			  "to %s until one has ended%s",
		    srv->conf.max, endpoint_text(&from->client, client),
		    left_out(n, more));
}

void
server_report_share(
    struct server *srv, const struct server_from *from, uint64_t now_ms)
{
	char client[ENDPOINT_TEXT], more[48];
	uint64_t n;

	if (log_limit_ok(&srv->log_share, now_ms, &n))
		log_warnx("%s has %u transfers, the most for one address "
			  "(a quarter of tftp-max): no answer to it until one "
			  "has ended%s",
		    endpoint_address_text(&from->client, client),
		    places_source_max(&srv->places), left_out(n, more));
}

void
server_report_unknown(struct server *srv, uint64_t now_ms)
{
	char more[48];
	uint64_t n;

	if (log_limit_ok(&srv->log_unknown, now_ms, &n))
		log_warnx("more than %u requests in %u ms of addresses that "
			  "hold no lease: the others get no answer; are they "
			  "forged?%s",
		    srv->unknown.burst, SERVER_HALF_OPEN_MS, left_out(n, more));
}

void
server_report_half_open(
    struct server *srv, const struct server_from *from, uint64_t now_ms)
{
	char client[ENDPOINT_TEXT], more[48];
	uint64_t n;

	if (log_limit_ok(&srv->log_half_open, now_ms, &n))
		log_warnx("too many requests of %s that it has not answered: "
			  "no more of them are served until it does%s",
		    endpoint_address_text(&from->client, client),
		    left_out(n, more));
}

static void
stat_line(int priority, const char *group, const char *name, uint64_t n)
{
	char line[128];

	if (n == 0)
		return;
	(void)snprintf(
	    line, sizeof(line), "count %s%s: %" PRIu64, group, name, n);
	log_line(priority, line);
}

void
server_report_stats(const struct server *srv, int priority)
{
	const struct server_stats *st = &srv->stats;
	unsigned int i;

	for (i = 0; i < SERVER_COUNTER_MAX; i++)
		stat_line(priority, "", counter_names[i], st->count[i]);
	for (i = 0; i < TFTP_REASON_MAX; i++) {
		stat_line(priority, "bad request: ", tftp_reason_text(i),
		    st->bad_request[i]);
		stat_line(priority, "bad answer: ", tftp_reason_text(i),
		    st->bad_answer[i]);
	}
	for (i = 0; i < TFTP_NAME_REASON_MAX; i++)
		stat_line(
		    priority, "bad name: ", tftp_name_text(i), st->bad_name[i]);
	for (i = 0; i < FILE_STATUS_MAX; i++)
		stat_line(priority, "file: ", tftp_file_text(i), st->file[i]);
	for (i = 0; i < TRANSFER_END_MAX; i++)
		stat_line(
		    priority, "ended: ", transfer_end_text(i), st->end[i]);
	stat_line(priority, "", "bytes", st->bytes);
	stat_line(priority, "", "resent", st->resent);
}
