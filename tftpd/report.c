/* SPDX-License-Identifier: ISC */
/* What the server tells about itself: one line for each transfer, counters. */
#include "tftpd/server.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_TEXT 320 /* an escaped name, cut where it is longer */
#define DETAIL_TEXT 160

static const char *const counter_names[SERVER_COUNTER_MAX] = {
	[SERVER_DROP_GROUP] = "dropped: sent to a group",
	[SERVER_DROP_SOURCE] = "dropped: bad source",
	[SERVER_DROP_TRUNCATED] = "dropped: too long",
	[SERVER_DROP_BUSY] = "dropped: too many transfers",
	[SERVER_DROP_REPEATED] = "repeated",
	[SERVER_DROP_PARENT] = "dropped: no way to ask for a socket",
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

/* `"name" for 192.168.1.50:2070` */
static const char *
subject(const struct session *s, char dst[NAME_TEXT + ENDPOINT_TEXT + 8])
{
	char name[NAME_TEXT], client[ENDPOINT_TEXT];

	(void)snprintf(dst, NAME_TEXT + ENDPOINT_TEXT + 8, "\"%s\" for %s",
	    log_escape(name, sizeof(name), s->name, s->namelen),
	    endpoint_text(&s->client, client));
	return dst;
}

/* "1234 bytes in 5 ms, 0.25 MB/s, blksize ..." */
static const char *
facts(const struct session *s, uint64_t now_ms, char dst[192])
{
	uint64_t bytes = transfer_bytes(&s->transfer);
	uint64_t ms = now_ms - s->start_ms;
	double rate = (double)bytes / (double)(ms > 0 ? ms : 1) / 1000;

	(void)snprintf(dst, 192,
	    "%" PRIu64 " bytes in %" PRIu64 " ms, %.2f MB/s, blksize %u, "
	    "windowsize %u, %" PRIu64 " resent",
	    bytes, ms, rate, s->terms.blksize, s->terms.windowsize,
	    s->transfer.resent);
	return dst;
}

/* A line that is dropped when the owner wants quiet; DEBUG keeps it. */
static void
routine(const struct session *s, struct log_limit *limit, const char *how,
    const char *what, uint64_t now_ms)
{
	char subj[NAME_TEXT + ENDPOINT_TEXT + 8], more[48];
	uint64_t n;

	if (s->quiet && log_level() < LOG_DEBUG)
		return;
	if (!log_limit_ok(limit, now_ms, &n))
		return;
	log_info("%s %s%s%s%s", how, subject(s, subj),
	    what[0] == '\0' ? "" : ": ", what, left_out(n, more));
}

void
server_report_end(struct server *srv, const struct session *s,
    enum transfer_end end, const struct tftp_text *detail, uint64_t now_ms)
{
	char subj[NAME_TEXT + ENDPOINT_TEXT + 8], text[192], more[48];
	char say[DETAIL_TEXT], code[24] = "";
	bool said = detail != NULL && detail->len > 0;
	uint64_t n;

	srv->stats.end[end]++;
	srv->stats.bytes += transfer_bytes(&s->transfer);
	srv->stats.resent += s->transfer.resent;
	(void)facts(s, now_ms, text);
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
	if (!log_limit_ok(&srv->log_failed, now_ms, &n))
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
	char subj[NAME_TEXT + ENDPOINT_TEXT + 8], more[48];
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
		    srv->table.max, endpoint_text(&from->client, client),
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
