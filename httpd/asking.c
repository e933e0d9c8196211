/* SPDX-License-Identifier: ISC */
/* Requests that wait for imaged. */
#include "httpd/asking.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/own_folder.h"
#include "daemon/role.h"

/* Copies what dhcpd has reported of the client. */
static void
asking_set_host(const struct server *srv, struct request *r)
{
	const struct host *h = host_find(&srv->hosts, &r->conn->client.addr);

	if (h == NULL)
		return;
	r->hwlen = h->hwlen;
	memcpy(r->hw, h->hw, h->hwlen);
	memcpy(r->host, h->name, sizeof(r->host));
}

static size_t
asking_own_folder(const struct server *srv, const struct request *r,
    char dst[FILE_FOLDER_MAX])
{
	return own_folder_name(srv->conf.files.unique, &r->conn->client.addr,
	    r->hw, r->hwlen, dst);
}

static void
asking_ask(struct server *srv, struct request *r, uint64_t now_ms)
{
	struct chan *imaged = role_peer(ROLE_IMAGED);
	uint8_t buf[1 + 3 * 2 + FILE_FOLDER_MAX + 2 * FILE_NAME_MAX];
	char own[FILE_FOLDER_MAX], sibling[FILE_NAME_MAX];
	size_t ownlen, siblinglen;
	struct writer w;

	ownlen = asking_own_folder(srv, r, own);
	siblinglen = sibling_name(
	    &r->conn->peer->sibling, r->name, r->namelen, sibling, now_ms);
	sibling_keep(&r->sibling, r->name, r->namelen, sibling, siblinglen);
	/* It may be from an imaged that has ended since. */
	if (r->table != -1)
		(void)close(r->table);
	r->table = -1;
	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, r->conn->root);
	writer_blob(&w, own, ownlen);
	writer_blob(&w, r->name, r->namelen);
	writer_blob(&w, sibling, siblinglen);
	r->asked = imaged != NULL &&
		   chan_send(imaged, MSG_FILE_ASK, r->id, &w, -1) == 0;
	/* Counted even while imaged is down, so that the outage is logged. */
	late_asked(&srv->files, now_ms);
}

void
asking_begin(struct server *srv, struct request *r, uint64_t now_ms)
{
	char own[FILE_FOLDER_MAX];
	size_t n;

	asking_set_host(srv, r);
	/* Removes the client's own folder, which imaged adds again. */
	n = asking_own_folder(srv, r, own);
	n = own_folder_prefix(own, n, r->name, r->namelen);
	r->namelen -= n;
	memmove(r->name, r->name + n, r->namelen);
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
