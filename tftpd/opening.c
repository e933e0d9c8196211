/* SPDX-License-Identifier: ISC */
/* Opening a session: the socket from the parent, the file from imaged. */
#include "tftpd/server.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/*
 * Tells why there is no file.  Who never answered may be a forged address:
 * such errors count with the refusals.
 */
static void
session_no_file(struct server *srv, struct session *s, uint64_t now_ms)
{
	if (!s->source->answered &&
	    !log_limit_ok(&srv->refusals, now_ms, NULL)) {
		srv->stats.count[SERVER_REFUSED_SILENTLY]++;
		return;
	}
	server_session_error(
	    srv, s, tftp_file_code(s->status), tftp_file_text(s->status));
}

/* Goes on once both answers are there. */
static void
session_proceed(struct server *srv, struct session *s, uint64_t now_ms)
{
	if (s->data.sock == -1 || !s->file_known)
		return;
	if (s->status == FILE_OK) {
		server_session_run(srv, s, now_ms);
		return;
	}
	session_no_file(srv, s, now_ms);
	server_report_file(srv, s, now_ms);
	server_session_free(srv, s);
}

/* The client's own folder, where there is to be one (tftp-unique-root). */
static size_t
own_folder(const struct server *srv, const struct session *s,
    char dst[FILE_FOLDER_MAX])
{
	char text[ENDPOINT_TEXT];

	dst[0] = '\0';
	if (srv->conf.unique == RECORD_TFTP_UNIQUE_IP)
		(void)snprintf(dst, FILE_FOLDER_MAX, "%s",
		    endpoint_address_text(&s->client, text));
	/* Ethernet, as in the names that dnsmasq knows. */
	else if (srv->conf.unique == RECORD_TFTP_UNIQUE_MAC && s->hwlen == 6)
		(void)snprintf(dst, FILE_FOLDER_MAX,
		    "%02x-%02x-%02x-%02x-%02x-%02x", s->hw[0], s->hw[1],
		    s->hw[2], s->hw[3], s->hw[4], s->hw[5]);
	return strlen(dst);
}

/* A name that leads into the client's own folder already begins below it. */
static void
own_strip(const struct server *srv, struct session *s)
{
	char own[FILE_FOLDER_MAX];
	size_t len = own_folder(srv, s, own);

	if (len == 0 || s->namelen <= len + 1 || s->name[len] != '/' ||
	    memcmp(s->name, own, len) != 0)
		return;
	s->namelen = (uint16_t)(s->namelen - len - 1);
	memmove(s->name, s->name + len + 1, s->namelen);
}

static void
late_arm(struct server *srv, uint64_t now_ms)
{
	uint64_t file_ms = late_at_ms(&srv->files);
	uint64_t at_ms = late_at_ms(&srv->sockets);

	if (at_ms == 0 || (file_ms != 0 && file_ms < at_ms))
		at_ms = file_ms;
	if (at_ms != 0)
		wheel_set(&srv->wheel, &srv->late_timer, now_ms, at_ms);
}

static void
late_ask(struct server *srv, struct late *l, uint64_t now_ms)
{
	late_asked(l, now_ms);
	if (!srv->late_timer.armed)
		late_arm(srv, now_ms);
}

static void
late_answer(
    struct server *srv, struct late *l, const char *who, uint64_t now_ms)
{
	uint64_t ms;

	if (!late_answered(l, now_ms, &ms))
		return;
	log_info("%s answers again, after %" PRIu64 " ms", who, ms);
	if (!srv->late_timer.armed)
		late_arm(srv, now_ms);
}

/*
 * The parent sees that a role does not move at all; this tells what that is
 * to those who ask for files, and of a disk that keeps imaged waiting.
 */
void
server_late(struct server *srv, uint64_t now_ms)
{
	if (late_is(&srv->files, now_ms))
		log_warnx("no answer from imaged for %u ms: %u requests wait "
			  "for their file; a disk or a file server does not "
			  "respond",
		    LATE_MS, srv->files.waiting);
	if (late_is(&srv->sockets, now_ms))
		log_warnx("no answer from the parent for %u ms: %u requests "
			  "wait for their socket",
		    LATE_MS, srv->sockets.waiting);
	late_arm(srv, now_ms);
}

static void
session_ask_file(struct server *srv, struct session *s, uint64_t now_ms)
{
	struct server_want want;

	want.root = s->root;
	want.ownlen = own_folder(srv, s, want.own);
	want.siblinglen = source_sibling(
	    s->source, s->name, s->namelen, want.sibling, now_ms);
	/* Others of this address may fetch from elsewhere until it answers. */
	s->folderlen = 0;
	if (want.siblinglen != 0)
		s->folderlen = (uint16_t)(want.siblinglen - s->namelen - 1);
	memcpy(s->name + s->namelen, want.sibling, s->folderlen);
	s->file_asked = srv->ops->ask_file(s, &want, srv->arg) == 0;
	/* Also while it is away: nobody answers then. */
	late_ask(srv, &srv->files, now_ms);
}

void
server_session_begin(struct server *srv, struct session *s, uint64_t now_ms)
{
	srv->stats.count[SERVER_REQUESTS]++;
	source_hold(s->source);
	places_begin(&srv->places, s, s->known);
	s->start_ms = now_ms;
	if (srv->ops->ask_socket(s, srv->arg) == -1) {
		srv->stats.count[SERVER_DROP_PARENT]++;
		server_session_free(srv, s);
		return;
	}
	late_ask(srv, &srv->sockets, now_ms);
	own_strip(srv, s);
	/* While imaged is away, it is asked as soon as it is back. */
	session_ask_file(srv, s, now_ms);
	wheel_set(&srv->wheel, &s->timer, now_ms, now_ms + SERVER_OPEN_MS);
}

bool
server_socket(struct server *srv, uint32_t id, int err, uint32_t mtu, int fd,
    uint64_t now_ms)
{
	struct session *s = session_table_by_id(&srv->table, id);

	late_answer(srv, &srv->sockets, "the parent", now_ms);
	if (s == NULL || s->data.sock != -1) {
		srv->stats.count[SERVER_REPLY_STALE]++;
		return false;
	}
	if (err != 0) {
		srv->stats.count[SERVER_SOCKET_FAILED]++;
		server_report_unopened(srv, s, strerror(err), now_ms);
		server_session_free(srv, s);
		return false;
	}
	s->data.sock = fd;
	if (mtu != 0)
		tftp_terms_fit(
		    &s->terms, tftp_blksize_for_mtu(mtu, s->client.family));
	srv->ops->watch(s, srv->arg);
	session_proceed(srv, s, now_ms);
	return true;
}

/* The file was found beside the one before it: that is its name then. */
static void
session_rename(struct session *s)
{
	char name[FILE_NAME_MAX];

	if (s->folderlen == 0)
		return;
	memcpy(name, s->name, s->namelen);
	memmove(s->name, s->name + s->namelen, s->folderlen);
	s->name[s->folderlen] = '/';
	memcpy(s->name + s->folderlen + 1, name, s->namelen);
	s->namelen = (uint16_t)(s->folderlen + 1 + s->namelen);
	s->folderlen = 0;
}

bool
server_file(struct server *srv, uint32_t id, enum file_status status,
    uint8_t way, uint64_t size, int fd, uint64_t now_ms)
{
	struct session *s = session_table_by_id(&srv->table, id);

	late_answer(srv, &srv->files, "imaged", now_ms);
	if (s == NULL || s->file_known) {
		srv->stats.count[SERVER_REPLY_STALE]++;
		return false;
	}
	srv->stats.file[status]++;
	s->file_known = true;
	s->status = (uint8_t)status;
	s->size = size;
	s->way = way;
	if (status == FILE_OK)
		s->data.file = fd;
	if ((way & FILE_WAY_SIBLING) != 0)
		session_rename(s);
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
server_imaged_up(struct server *srv, uint64_t now_ms)
{
	uint32_t i;

	late_anew(&srv->files);
	for (i = 0; i < srv->table.npool; i++) {
		struct session *s = srv->table.pool[i];

		if (s->state == SESSION_OPENING && !s->file_known &&
		    !s->file_asked)
			session_ask_file(srv, s, now_ms);
	}
}
