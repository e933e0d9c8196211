/* SPDX-License-Identifier: ISC */
/* Opens a session: gets the socket from the parent, the file from imaged. */
#include "tftpd/opening.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/checked_file.h"
#include "daemon/own_folder.h"
#include "tftpd/report.h"
#include "tftpd/session.h"

/*
 * Sends the reason why there is no file.  The address of a client that has
 * never answered may be forged, so this error counts against the limit.
 */
static void
opening_send_error(struct server *srv, struct session *s, uint64_t now_ms)
{
	if (!s->source->answered &&
	    !log_limit_ok(&srv->refusals, now_ms, NULL)) {
		srv->stats.count[SERVER_REFUSED_SILENTLY]++;
		return;
	}
	session_error(srv, s, tftp_file_errors[s->status].code,
	    tftp_file_errors[s->status].text);
}

/* Continues if the file and the socket have arrived. */
static void
opening_proceed(struct server *srv, struct session *s, uint64_t now_ms)
{
	if (s->data.sock == -1 || !s->file_known)
		return;
	if (s->status == FILE_OK) {
		session_run(srv, s, now_ms);
		return;
	}
	opening_send_error(srv, s, now_ms);
	report_file(srv, s, now_ms);
	session_free(srv, s);
}

static void
opening_arm_late(struct server *srv, uint64_t now_ms)
{
	uint64_t file_ms = late_at_ms(&srv->files);
	uint64_t at_ms = late_at_ms(&srv->sockets);

	if (at_ms == 0 || (file_ms != 0 && file_ms < at_ms))
		at_ms = file_ms;
	if (at_ms != 0)
		timer_set(&srv->timers, &srv->late_timer, now_ms, at_ms);
}

static void
opening_asked(struct server *srv, struct late *l, uint64_t now_ms)
{
	late_asked(l, now_ms);
	if (!srv->late_timer.armed)
		opening_arm_late(srv, now_ms);
}

static void
opening_answered(
    struct server *srv, struct late *l, const char *who, uint64_t now_ms)
{
	uint64_t ms;

	if (!late_answered(l, now_ms, &ms))
		return;
	log_info("%s is answering again after %" PRIu64 " ms", who, ms);
	if (!srv->late_timer.armed)
		opening_arm_late(srv, now_ms);
}

/* The parent detects a role that hangs.  This also detects a slow disk. */
void
opening_warn_late(struct server *srv, uint64_t now_ms)
{
	if (late_is(&srv->files, now_ms))
		log_warnx(
		    "no answer from imaged for %u ms: %u requests wait for their file; check the disk or file server of tftp-root, unless verify-images checks a large file",
		    LATE_MS, srv->files.waiting);
	if (late_is(&srv->sockets, now_ms))
		log_warnx(
		    "no answer from the parent for %u ms: %u requests wait for their socket",
		    LATE_MS, srv->sockets.waiting);
	opening_arm_late(srv, now_ms);
}

static void
opening_drop_table(struct session *s)
{
	if (s->data.table != -1)
		(void)close(s->data.table);
	s->data.table = -1;
}

static void
opening_ask_file(struct server *srv, struct session *s, uint64_t now_ms)
{
	struct file_ask ask;

	/* It may be from an imaged that has ended since. */
	opening_drop_table(s);
	ask.root = s->root;
	ask.ownlen = own_folder_name(
	    srv->conf.files.unique, &s->client.addr, &s->host, ask.own);
	ask.namelen = s->namelen;
	memcpy(ask.name, s->name, s->namelen);
	ask.siblinglen = sibling_name(
	    &s->source->sibling, s->name, s->namelen, ask.sibling, now_ms);
	sibling_keep(
	    &s->sibling, s->name, s->namelen, ask.sibling, ask.siblinglen);
	s->file_asked = srv->ops->ask_file(s, &ask) == 0;
	/* Counted even while imaged is down, so that the outage is logged. */
	opening_asked(srv, &srv->files, now_ms);
}

void
opening_begin(struct server *srv, struct session *s, uint64_t now_ms)
{
	srv->stats.count[SERVER_REQUESTS]++;
	source_hold(s->source);
	places_begin(&srv->places, s, s->known);
	s->start_ms = now_ms;
	if (srv->ops->ask_socket(s) == -1) {
		srv->stats.count[SERVER_DROP_PARENT]++;
		session_free(srv, s);
		return;
	}
	opening_asked(srv, &srv->sockets, now_ms);
	s->namelen = (uint16_t)own_folder_strip(srv->conf.files.unique,
	    &s->client.addr, &s->host, s->name, s->namelen);
	/* If imaged is down, the request is sent when it is up again. */
	opening_ask_file(srv, s, now_ms);
	timer_set(&srv->timers, &s->timer, now_ms, now_ms + SERVER_OPEN_MS);
}

/* Why there is no socket.  strerror() is misleading for ETOOMANYREFS. */
static const char *
socket_error_text(int err)
{
	return err == ETOOMANYREFS ? "too many descriptors in flight"
				   : strerror(err);
}

bool
opening_socket(struct server *srv, uint32_t id, int err, uint32_t mtu, int fd,
    uint64_t now_ms)
{
	struct session *s = session_table_by_id(&srv->table, id);

	opening_answered(srv, &srv->sockets, "the parent", now_ms);
	if (s == NULL || s->data.sock != -1) {
		srv->stats.count[SERVER_REPLY_STALE]++;
		return false;
	}
	if (err != 0) {
		srv->stats.count[SERVER_SOCKET_FAILED]++;
		report_unopened(s, socket_error_text(err), now_ms);
		session_free(srv, s);
		return false;
	}
	s->data.sock = fd;
	if (mtu != 0)
		tftp_terms_fit(&s->terms,
		    tftp_blksize_for_mtu(mtu, s->client.addr.family));
	srv->ops->watch(s);
	opening_proceed(srv, s, now_ms);
	return true;
}

bool
opening_table(struct server *srv, uint32_t id, int fd)
{
	struct session *s = session_table_by_id(&srv->table, id);

	if (s == NULL || s->file_known) {
		srv->stats.count[SERVER_REPLY_STALE]++;
		return false;
	}
	opening_drop_table(s);
	s->data.table = fd;
	return true;
}

/* From now on the content is compared; FILE_ERROR if the table is of no use. */
static enum file_status
opening_check(struct session *s, int fd, uint64_t size)
{
	s->data.file = fd;
	/* Nothing is read of an empty file. */
	if (s->data.table == -1 || size == 0)
		return FILE_OK;
	s->data.checked = checked_file_open(s->data.table, size);
	opening_drop_table(s);
	return s->data.checked == NULL ? FILE_ERROR : FILE_OK;
}

bool
opening_file(struct server *srv, uint32_t id, enum file_status status,
    uint8_t way, uint64_t size, int fd, uint64_t now_ms)
{
	struct session *s = session_table_by_id(&srv->table, id);

	opening_answered(srv, &srv->files, "imaged", now_ms);
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
		s->status = (uint8_t)opening_check(s, fd, size);
	if ((way & FILE_WAY_SIBLING) != 0)
		s->namelen =
		    (uint16_t)sibling_apply(&s->sibling, s->name, s->namelen);
	opening_proceed(srv, s, now_ms);
	return status == FILE_OK;
}

void
opening_imaged_down(struct server *srv)
{
	uint32_t i;

	for (i = 0; i < srv->table.npool; i++)
		srv->table.pool[i]->file_asked = false;
}

void
opening_imaged_up(struct server *srv, uint64_t now_ms)
{
	uint32_t i;

	late_restarted(&srv->files);
	for (i = 0; i < srv->table.npool; i++) {
		struct session *s = srv->table.pool[i];

		if (s->state == SESSION_OPENING && !s->file_known &&
		    !s->file_asked)
			opening_ask_file(srv, s, now_ms);
	}
}
