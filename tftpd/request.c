/* SPDX-License-Identifier: ISC */
/* Rejects, drops or repeats requests at port 69, or begins a session. */
#include "tftpd/request.h"

#include <string.h>

#include "tftpd/opening.h"
#include "tftpd/report.h"
#include "tftpd/session.h"

#define REFUSAL_MAX (4 + TFTP_TEXT_MAX)
#define CHECKS_MAX 8 /* half-open transfers checked for each request */

/* A hash (FNV-1a) that identifies a repeated request. */
static uint64_t
request_fingerprint(const void *p, size_t n)
{
	const uint8_t *b = p;
	uint64_t h = 0xcbf29ce484222325ULL;

	while (n-- > 0)
		h = (h ^ *b++) * 0x100000001b3ULL;
	return h;
}

/*
 * Sends an error without a transfer, and without retransmission.  The limit
 * keeps forged requests from causing a stream of packets to a victim.
 */
static void
request_refuse(struct server *srv, const struct server_from *from,
    enum tftp_code code, const char *text, uint64_t now_ms)
{
	uint8_t buf[REFUSAL_MAX];
	struct writer w;

	if (!log_limit_ok(&srv->refusals, now_ms, NULL)) {
		srv->stats.count[SERVER_REFUSED_SILENTLY]++;
		return;
	}
	writer_init(&w, buf, sizeof(buf));
	tftp_error_build(&w, code, text);
	if (writer_ok(&w))
		srv->ops->send_error(from, buf, w.len);
}

/* Whether the source address and port of a packet are valid. */
static bool
request_source_ok(const struct endpoint *e)
{
	if (e->port == 0)
		return false;
	if (e->addr.family == 4)
		return e->addr.bytes[0] != 0 && e->addr.bytes[0] < 224;
	return e->addr.family == 6 && e->addr.bytes[0] != 0xff;
}

/*
 * Rejects a malformed packet.  An error is sent only if the packet is a
 * request: an answer to an ERROR could cause an endless exchange.
 */
static void
request_reject_malformed(struct server *srv, const struct server_from *from,
    enum tftp_reason why, uint64_t now_ms)
{
	static const struct tftp_text none = { "", 0 };

	srv->stats.bad_request[why]++;
	if (why == TFTP_BAD_SHORT || why == TFTP_BAD_OPCODE)
		return;
	report_rejected(from, &none, tftp_reason_text(why), now_ms);
	srv->stats.count[SERVER_REFUSED_BAD]++;
	request_refuse(srv, from,
	    why == TFTP_BAD_OPTION || why == TFTP_BAD_VALUE ||
		    why == TFTP_BAD_OPTIONS
		? TFTP_EOPTION
		: TFTP_EILLEGAL,
	    tftp_reason_text(why), now_ms);
}

/*
 * Whether the operation and mode of the request are served; if not, rejects it.
 */
static bool
request_kind_ok(struct server *srv, const struct server_from *from,
    const struct tftp_request *q, uint64_t now_ms)
{
	enum server_counter counter = SERVER_REFUSED_MODE;
	enum tftp_code code = TFTP_EILLEGAL;
	const char *why;

	if (q->write) {
		counter = SERVER_REFUSED_WRITE;
		code = TFTP_EACCESS;
		why = "writing is not allowed";
	} else if (q->mode == TFTP_OCTET || q->mode == TFTP_NETASCII) {
		return true;
	} else if (q->mode == TFTP_MAIL) {
		why = "mail mode is not served";
	} else {
		why = "unknown mode";
	}
	srv->stats.count[counter]++;
	report_rejected(from, &q->name, why, now_ms);
	request_refuse(srv, from, code, why, now_ms);
	return false;
}

/*
 * Whether a request from a port that has a session is a retransmission, so that
 * our answer was lost.  A different request comes from a client that has
 * restarted: some firmware uses the same port after each reset.  So does the
 * same request, if the session has made no progress for a while.
 */
static bool
request_is_repeated(const struct session *s, uint64_t print, uint64_t now_ms)
{
	return s->request == print &&
	       (s->state != SESSION_RUNNING || !s->transfer.proven ||
		   now_ms - s->transfer.progress_ms < SERVER_ALIVE_MS);
}

/* Ends a half-open transfer, unless an answer waits on its socket. */
static void
request_end_half_open(struct server *srv, struct session *s, uint64_t now_ms)
{
	uint32_t id = session_id(s);

	/* A shared socket may hold requests, which must not be handled here. */
	if (s->state == SESSION_RUNNING && !s->shared && !s->answered) {
		srv->ops->drain(s, now_ms);
		if (session_table_by_id(&srv->table, id) != s ||
		    !s->half_open || s->answered)
			return;
	}
	session_replace(srv, s, TRANSFER_GAVE_WAY, now_ms);
}

static struct session *
request_place(struct server *srv, const struct server_from *from, bool known,
    uint64_t now_ms)
{
	struct session *other;
	int i;

	for (i = 0; i < CHECKS_MAX && !places_free(&srv->places); i++) {
		other = places_half_open_loser(&srv->places, known);
		if (other == NULL)
			return NULL;
		request_end_half_open(srv, other, now_ms);
	}
	if (!places_free(&srv->places))
		return NULL;
	return session_table_take(&srv->table, &from->client, &from->local);
}

/*
 * The source of a request.  NULL when it has too many unanswered transfers:
 * forged requests must not flood a victim, nor one address take all places.
 */
static struct source *
request_source(
    struct server *srv, const struct server_from *from, uint64_t now_ms)
{
	uint32_t max = places_source_max(&srv->places);
	struct source *src = source_get(&srv->sources, &from->client);

	if (src != NULL && source_unanswered(src, now_ms) < max)
		return src;
	report_dropped(srv, from, SERVER_DROP_HALF_OPEN, now_ms);
	return NULL;
}

/*
 * Whether an address is probably that of a real client: dhcpd knows it, or it
 * has answered before.  Others have a rate limit; false when that is exceeded.
 */
static bool
request_known(struct server *srv, const struct server_from *from,
    const struct source *src, bool *known, uint64_t now_ms)
{
	*known =
	    src->answered || host_find(&srv->hosts, &from->client.addr) != NULL;
	if (*known || log_limit_ok(&srv->unknown, now_ms, NULL))
		return true;
	report_dropped(srv, from, SERVER_DROP_UNKNOWN, now_ms);
	return false;
}

/* Whether a new transfer can get a place once its client answers. */
static bool
request_has_room(struct server *srv, const struct server_from *from,
    const struct source *src, uint64_t now_ms)
{
	const struct places *p = &srv->places;

	if (places_can_prove(p, src, now_ms))
		return true;
	report_dropped(srv, from,
	    p->nproven >= p->max_proven ? SERVER_DROP_BUSY : SERVER_DROP_SHARE,
	    now_ms);
	return false;
}

static void
request_negotiate(struct server *srv, struct session *s,
    const struct tftp_request *q, uint32_t mtu)
{
	struct tftp_limits lim = { .windowsize = TFTP_WINDOW_MAX,
		.rollover = srv->conf.rollover };

	lim.blksize = tftp_blksize_for_mtu(mtu, s->client.addr.family);
	lim.blksize_by =
	    mtu == srv->conf.mtu ? EVENT_LIMIT_MTU : EVENT_LIMIT_PATH;
	/* If the port is known, ACKs can be forged, each for one window. */
	if (srv->conf.single_port) {
		lim.windowsize = TFTP_WINDOW_SINGLE;
		lim.windowsize_by = EVENT_LIMIT_SINGLE_PORT;
	}
	if (srv->conf.no_blksize) {
		lim.deny |= RECORD_TFTP_NO_BLKSIZE;
		lim.blksize_by = EVENT_LIMIT_NO_BLKSIZE;
	}
	/* The translated size is unknown, and so is the start of each block. */
	if (s->netascii) {
		lim.deny |= RECORD_TFTP_NO_TSIZE | RECORD_TFTP_NO_WINDOWSIZE;
		lim.windowsize_by = EVENT_LIMIT_NETASCII;
	}
	policy_apply(&srv->conf.policy, &s->client, &s->host, &lim);
	tftp_options_negotiate(q, &lim, &s->terms);
	srv->stats.count[SERVER_OPTIONS_IGNORED] += s->terms.nignored;
}

/* Maps the name in the request; rejects a name that is invalid. */
static bool
request_name(struct server *srv, const struct server_from *from,
    const struct tftp_request *q, char name[FILE_NAME_MAX], size_t *len,
    uint64_t now_ms)
{
	enum tftp_name_reason why;

	why = tftp_name_map(&q->name, srv->conf.files.root[from->root],
	    srv->conf.files.lowercase, name, len);
	if (why == TFTP_NAME_OK)
		return true;
	srv->stats.count[SERVER_REFUSED_NAME]++;
	srv->stats.bad_name[why]++;
	report_rejected(from, &q->name, tftp_name_errors[why].text, now_ms);
	request_refuse(srv, from, tftp_name_errors[why].code,
	    tftp_name_errors[why].text, now_ms);
	return false;
}

/* old: the session that the client's port has, or NULL. */
static void
request_begin(struct server *srv, const struct server_from *from,
    const struct tftp_request *q, uint64_t print, struct session *old,
    uint64_t now_ms)
{
	char name[FILE_NAME_MAX];
	struct source *src;
	struct session *s;
	size_t len;
	bool known;

	if (!request_name(srv, from, q, name, &len, now_ms) ||
	    (src = request_source(srv, from, now_ms)) == NULL ||
	    !request_known(srv, from, src, &known, now_ms))
		return;
	if (old != NULL)
		session_replace(srv, old, TRANSFER_REPLACED, now_ms);
	/*
	 * Without a free place the request is ignored: the client repeats it
	 * for many seconds, while an error would end its boot at once.
	 */
	if (!request_has_room(srv, from, src, now_ms))
		return;
	if ((s = request_place(srv, from, known, now_ms)) == NULL) {
		report_dropped(srv, from, SERVER_DROP_BUSY, now_ms);
		return;
	}
	s->ifindex = from->ifindex;
	s->root = from->root;
	s->request = print;
	s->quiet = srv->conf.quiet;
	s->netascii = q->mode == TFTP_NETASCII;
	s->source = src;
	s->known = known;
	s->namelen = (uint16_t)len;
	memcpy(s->name, name, len);
	host_get_id(&srv->hosts, &s->client.addr, &s->host);
	request_negotiate(srv, s, q, from->mtu);
	opening_begin(srv, s, now_ms);
}

void
request_handle(struct server *srv, const struct server_from *from,
    const void *p, size_t n, uint64_t now_ms)
{
	struct tftp_request q;
	enum tftp_reason why;
	struct session *old;
	uint64_t print;

	if (!from->direct) {
		srv->stats.count[SERVER_DROP_GROUP]++;
		return;
	}
	/*
	 * After a time in which tftpd did not run, most of what waits is from
	 * ports that are closed.  It would count as unanswered transfers, and
	 * keep the same address from new ones.
	 */
	if (from->age_ms > SERVER_OLD_MS) {
		srv->stats.count[SERVER_DROP_OLD]++;
		return;
	}
	if (!request_source_ok(&from->client)) {
		srv->stats.count[SERVER_DROP_SOURCE]++;
		return;
	}
	if ((why = tftp_request_parse(p, n, &q)) != TFTP_OK) {
		request_reject_malformed(srv, from, why, now_ms);
		return;
	}
	host_asked(&srv->hosts, &from->client.addr);
	if (!request_kind_ok(srv, from, &q, now_ms))
		return;
	print = request_fingerprint(p, n);
	old = session_table_find(&srv->table, &from->client, &from->local);
	if (old != NULL && request_is_repeated(old, print, now_ms)) {
		srv->stats.count[SERVER_DROP_REPEATED]++;
		session_repeat(srv, old, now_ms);
	} else {
		request_begin(srv, from, &q, print, old, now_ms);
	}
}
