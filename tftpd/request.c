/* SPDX-License-Identifier: ISC */
/* Requests at port 69: refused, dropped, met with their session, or begun. */
#include "tftpd/server.h"

#include <stdio.h>
#include <string.h>

#define REFUSAL_MAX (4 + TFTP_TEXT_MAX)
#define LOOKS_MAX 8 /* at half-open ones that may have been answered */

/* A fingerprint that tells a repeated request from another one. */
static uint64_t
fingerprint(const void *p, size_t n)
{
	const uint8_t *b = p;
	uint64_t h = 0xcbf29ce484222325ULL;

	while (n-- > 0)
		h = (h ^ *b++) * 0x100000001b3ULL;
	return h;
}

/*
 * A refusal needs no transfer, and is not repeated.  The limit keeps forged
 * requests from making a stream of packets to somebody else.
 */
static void
refuse(struct server *srv, const struct server_from *from, enum tftp_code code,
    const char *text, uint64_t now_ms)
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
		srv->ops->refuse(from, buf, w.len, srv->arg);
}

/* Whether a packet may come from there at all. */
static bool
source_ok(const struct endpoint *e)
{
	if (e->port == 0)
		return false;
	if (e->family == 4)
		return e->addr[0] != 0 && e->addr[0] < 224;
	return e->family == 6 && e->addr[0] != 0xff;
}

/*
 * A packet that is no proper request.  Only one that was meant as a request
 * is answered: an answer to an ERROR could be answered in turn.
 */
static void
bad_request(struct server *srv, const struct server_from *from,
    enum tftp_reason why, uint64_t now_ms)
{
	static const struct tftp_text none = { "", 0 };

	srv->stats.bad_request[why]++;
	if (why == TFTP_BAD_SHORT || why == TFTP_BAD_OPCODE)
		return;
	server_report_refused(srv, from, &none, tftp_reason_text(why), now_ms);
	srv->stats.count[SERVER_REFUSED_BAD]++;
	refuse(srv, from,
	    why == TFTP_BAD_OPTION || why == TFTP_BAD_VALUE ||
		    why == TFTP_BAD_OPTIONS
		? TFTP_EOPTION
		: TFTP_EILLEGAL,
	    tftp_reason_text(why), now_ms);
}

/* Whether the request asks for what this server does; refuses it if not. */
static bool
kind_ok(struct server *srv, const struct server_from *from,
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
	server_report_refused(srv, from, &q->name, why, now_ms);
	refuse(srv, from, code, why, now_ms);
	return false;
}

/*
 * Whether a request from a port that has a session repeats that one's, which
 * means that our answer is lost.  Another one is a client that has begun anew,
 * as firmware does that uses the same port after each reset; so is the same
 * one, if the session has not moved for a while.
 */
static bool
is_repeated(const struct session *s, uint64_t print, uint64_t now_ms)
{
	return s->request == print &&
	       (s->state != SESSION_RUNNING || !s->transfer.proven ||
		   now_ms - s->transfer.progress_ms < SERVER_ALIVE_MS);
}

/*
 * A half-open transfer gives way, unless its client has answered meanwhile and
 * that has not been read yet.
 */
static void
half_open_end(struct server *srv, struct session *s, uint64_t now_ms)
{
	uint32_t id = session_id(s);

	/* Sockets that are shared have requests as well: not one in another. */
	if (s->state == SESSION_RUNNING && !s->shared && !s->answered) {
		srv->ops->look(s, now_ms, srv->arg);
		if (session_table_by_id(&srv->table, id) != s ||
		    !s->half_open || s->answered)
			return;
	}
	server_session_replace(srv, s, TRANSFER_GAVE_WAY, now_ms);
}

static struct session *
request_place(struct server *srv, const struct server_from *from, bool known,
    uint64_t now_ms)
{
	struct session *other;
	int i;

	for (i = 0; i < LOOKS_MAX && !places_free(&srv->places); i++) {
		other = places_half_open_loser(&srv->places, known);
		if (other == NULL)
			return NULL;
		half_open_end(srv, other, now_ms);
	}
	if (!places_free(&srv->places))
		return NULL;
	return session_table_take(&srv->table, &from->client, &from->local);
}

/*
 * The source of a request.  NULL when it has too many transfers that it has
 * not answered: forged requests in somebody's name make no flood at them, and
 * one address does not use up what all are to share.
 */
static struct source *
request_source(
    struct server *srv, const struct server_from *from, uint64_t now_ms)
{
	uint32_t max = places_source_max(&srv->places);
	struct source *src = source_get(&srv->sources, &from->client);

	if (src != NULL && source_unanswered(src, now_ms) < max)
		return src;
	srv->stats.count[SERVER_DROP_HALF_OPEN]++;
	server_report_half_open(srv, from, now_ms);
	return NULL;
}

/*
 * Whether an address is one of a client, as far as is known: dhcpd knows it, or
 * it has answered before.  Others must not come too fast.
 */
static bool
request_known(struct server *srv, const struct server_from *from,
    const struct source *src, bool *known, uint64_t now_ms)
{
	*known = src->answered || host_find(&srv->hosts, &from->client) != NULL;
	if (*known || log_limit_ok(&srv->unknown, now_ms, NULL))
		return true;
	srv->stats.count[SERVER_DROP_UNKNOWN]++;
	server_report_unknown(srv, now_ms);
	return false;
}

/* Whether a transfer that begins has a place to come to. */
static bool
request_has_room(struct server *srv, const struct server_from *from,
    const struct source *src, uint64_t now_ms)
{
	const struct places *p = &srv->places;

	if (places_can_prove(p, src, now_ms))
		return true;
	if (p->nproven >= p->max_proven) {
		srv->stats.count[SERVER_DROP_BUSY]++;
		server_report_busy(srv, from, now_ms);
	} else {
		srv->stats.count[SERVER_DROP_SHARE]++;
		server_report_share(srv, from, now_ms);
	}
	return false;
}

/* Who this is, as far as dhcpd has told. */
static void
session_host(const struct server *srv, struct session *s)
{
	const struct host *h = host_find(&srv->hosts, &s->client);

	if (h == NULL)
		return;
	s->hwtype = h->hwtype;
	s->hwlen = h->hwlen;
	memcpy(s->hw, h->hw, h->hwlen);
	(void)snprintf(s->host, sizeof(s->host), "%s", h->name);
}

static void
session_terms(struct server *srv, struct session *s,
    const struct tftp_request *q, uint32_t mtu)
{
	struct tftp_limits lim = { .windowsize = TFTP_WINDOW_MAX,
		.rollover = srv->conf.rollover };

	lim.blksize = tftp_blksize_for_mtu(mtu, s->client.family);
	lim.blksize_by =
	    mtu == srv->conf.mtu ? EVENT_LIMIT_MTU : EVENT_LIMIT_PATH;
	/* Who knows our port can forge ACKs: each draws one window. */
	if (srv->conf.single_port) {
		lim.windowsize = TFTP_WINDOW_SINGLE;
		lim.windowsize_by = EVENT_LIMIT_SINGLE_PORT;
	}
	if (srv->conf.no_blksize) {
		lim.deny |= RECORD_TFTP_NO_BLKSIZE;
		lim.blksize_by = EVENT_LIMIT_NO_BLKSIZE;
	}
	/* The translated size is not known, nor where each block begins. */
	if (s->netascii) {
		lim.deny |= RECORD_TFTP_NO_TSIZE | RECORD_TFTP_NO_WINDOWSIZE;
		lim.windowsize_by = EVENT_LIMIT_NETASCII;
	}
	policy_apply(
	    &srv->conf.policy, &s->client, s->hwtype, s->hw, s->hwlen, &lim);
	tftp_options_negotiate(q, &lim, &s->terms);
	srv->stats.count[SERVER_OPTIONS_IGNORED] += s->terms.nignored;
}

/* The name below the root; a name that cannot be is refused. */
static bool
request_name(struct server *srv, const struct server_from *from,
    const struct tftp_request *q, char name[FILE_NAME_MAX], size_t *len,
    uint64_t now_ms)
{
	enum tftp_name_reason why;

	why = tftp_name_map(&q->name, srv->conf.root[from->root],
	    srv->conf.lowercase, name, len);
	if (why == TFTP_NAME_OK)
		return true;
	srv->stats.count[SERVER_REFUSED_NAME]++;
	srv->stats.bad_name[why]++;
	server_report_refused(srv, from, &q->name, tftp_name_text(why), now_ms);
	refuse(srv, from, tftp_name_code(why), tftp_name_text(why), now_ms);
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
		server_session_replace(srv, old, TRANSFER_REPLACED, now_ms);
	/*
	 * Without a place there is silence: a client repeats its request for
	 * many seconds, and one of those will find a place, while an error
	 * would make it give up its boot at once.
	 */
	if (!request_has_room(srv, from, src, now_ms))
		return;
	if ((s = request_place(srv, from, known, now_ms)) == NULL) {
		srv->stats.count[SERVER_DROP_BUSY]++;
		server_report_busy(srv, from, now_ms);
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
	session_host(srv, s);
	session_terms(srv, s, q, from->mtu);
	server_session_begin(srv, s, now_ms);
}

void
server_request(struct server *srv, const struct server_from *from,
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
	if (!source_ok(&from->client)) {
		srv->stats.count[SERVER_DROP_SOURCE]++;
		return;
	}
	if ((why = tftp_request_parse(p, n, &q)) != TFTP_OK) {
		bad_request(srv, from, why, now_ms);
		return;
	}
	if (!kind_ok(srv, from, &q, now_ms))
		return;
	print = fingerprint(p, n);
	old = session_table_find(&srv->table, &from->client, &from->local);
	if (old != NULL && is_repeated(old, print, now_ms)) {
		srv->stats.count[SERVER_DROP_REPEATED]++;
		server_session_repeat(srv, old, now_ms);
	} else {
		request_begin(srv, from, &q, print, old, now_ms);
	}
}
