/* SPDX-License-Identifier: ISC */
/* Requests that wait for imaged. */
#include "httpd/asking.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "daemon/file_ask.h"
#include "daemon/own_folder.h"
#include "daemon/role.h"

static void
asking_ask(struct server *srv, struct request *r, uint64_t now_ms)
{
	struct chan *imaged = role_peer(ROLE_IMAGED);
	struct file_ask ask;
	uint8_t buf[FILE_ASK_MAX];
	struct writer w;

	/* It may be from an imaged that has ended since. */
	if (r->table != -1)
		(void)close(r->table);
	r->table = -1;
	ask.root = r->conn->root;
	ask.ownlen = own_folder_name(
	    srv->conf.files.unique, &r->conn->client.addr, &r->host, ask.own);
	ask.namelen = r->namelen;
	memcpy(ask.name, r->name, r->namelen);
	ask.siblinglen = sibling_name(
	    &r->conn->peer->sibling, r->name, r->namelen, ask.sibling, now_ms);
	sibling_keep(
	    &r->sibling, r->name, r->namelen, ask.sibling, ask.siblinglen);
	writer_init(&w, buf, sizeof(buf));
	file_ask_encode(&ask, &w);
	r->asked = imaged != NULL &&
		   chan_send(imaged, MSG_FILE_ASK, r->id, &w, -1) == 0;
	/* Counted even while imaged is down, so that the outage is logged. */
	late_asked(&srv->files, now_ms);
}

void
asking_begin(struct server *srv, struct request *r, uint64_t now_ms)
{
	host_get_id(&srv->hosts, &r->conn->client.addr, &r->host);
	r->namelen = own_folder_strip(srv->conf.files.unique,
	    &r->conn->client.addr, &r->host, r->name, r->namelen);
	state_wait(srv, r);
	asking_ask(srv, r, now_ms);
}

void
asking_cancel(struct server *srv, struct request *r)
{
	if (r->state == REQUEST_WAITING)
		state_wait_end(srv, r);
}

static void
asking_answered(struct server *srv, uint64_t now_ms)
{
	uint64_t ms;

	if (late_answered(&srv->files, now_ms, &ms))
		log_info("imaged is answering again after %" PRIu64 " ms", ms);
}

bool
asking_table(struct server *srv, uint32_t id, int fd)
{
	struct request *r = state_find(srv, id);

	if (r == NULL) {
		srv->count[SERVER_REPLY_STALE]++;
		return false;
	}
	if (r->table != -1)
		(void)close(r->table);
	r->table = fd;
	return true;
}

struct request *
asking_file(struct server *srv, uint32_t id, const struct file_reply *f, int fd,
    uint64_t now_ms)
{
	struct request *r = state_find(srv, id);

	asking_answered(srv, now_ms);
	if (r == NULL) {
		srv->count[SERVER_REPLY_STALE]++;
		return NULL;
	}
	state_wait_end(srv, r);
	r->file_status = f->status;
	r->file.size = f->size;
	r->file.mtime_ns = f->mtime_ns;
	r->way = f->way;
	r->fd = fd;
	if ((f->way & FILE_WAY_SIBLING) != 0)
		r->namelen = sibling_apply(&r->sibling, r->name, r->namelen);
	return r;
}

struct request *
asking_expired(struct server *srv, uint64_t now_ms)
{
	struct request *r = TAILQ_FIRST(&srv->waiting);

	if (r == NULL || now_ms - r->start_ms < SERVER_OPEN_MS)
		return NULL;
	state_wait_end(srv, r);
	srv->count[SERVER_OPEN_LATE]++;
	r->answer = (struct answer){ .status = ANSWER_BUSY,
		.text = "the file was not opened in time\n" };
	return r;
}

void
asking_warn_late(struct server *srv, uint64_t now_ms)
{
	if (late_is(&srv->files, now_ms))
		log_warnx(
		    "no answer from imaged for %u ms: %u requests wait for their file; check the disk or file server of tftp-root",
		    LATE_MS, srv->files.waiting);
}

void
asking_imaged_down(struct server *srv)
{
	struct request *r;

	TAILQ_FOREACH(r, &srv->waiting, waiting)
		r->asked = false;
}

void
asking_imaged_up(struct server *srv, uint64_t now_ms)
{
	struct request *r;

	late_restarted(&srv->files);
	TAILQ_FOREACH(r, &srv->waiting, waiting)
		if (!r->asked)
			asking_ask(srv, r, now_ms);
}
