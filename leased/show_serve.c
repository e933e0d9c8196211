/* SPDX-License-Identifier: ISC */
/* Gets the files from the parent, and sends it their leases as text. */
#include "leased/show_serve.h"

#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/role.h"
#include "leased/show.h"

#define QUEUE_MAX 64 /* messages that the parent has not read */
#define FLUSH_MS 30000 /* the parent only stores what it reads */

static int files[LEASE_SHOW_FILE_MAX] = { -1, -1 };

static int
show_take_file(struct msg *m)
{
	uint8_t which = reader_u8(&m->body);

	if (!reader_done(&m->body) || which >= LEASE_SHOW_FILE_MAX)
		return -1;
	if (files[which] != -1)
		(void)close(files[which]);
	files[which] = msg_take_fd(m);
	return 0;
}

static int
show_send_text(const void *text, size_t n, void *arg)
{
	struct chan *parent = arg;
	uint8_t body[LEASE_SHOW_TEXT_MAX];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_bytes(&w, text, n);
	if (chan_send(parent, MSG_SHOW_TEXT, 0, &w, -1) == -1)
		return -1;
	if (chan_queued(parent) > QUEUE_MAX)
		chan_flush(parent, FLUSH_MS);
	return chan_queued(parent) > QUEUE_MAX ? -1 : 0;
}

static void
show_send_outcome(enum lease_show_outcome outcome, const struct show *s)
{
	uint8_t body[1 + 4 + 2 + LEASE_SHOW_WHY_MAX];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)outcome);
	writer_u32(&w, s->leases);
	writer_str(&w, s->why);
	(void)chan_send(role_parent(), MSG_SHOWN, 0, &w, -1);
}

static int
show_take_go(struct msg *m)
{
	enum lease_show_outcome outcome = LEASE_SHOWN_FAILED;
	uint8_t format = reader_u8(&m->body);
	struct show s = { .db = files[LEASE_SHOW_DB],
		.wal = files[LEASE_SHOW_WAL],
		.format = (enum lease_show_format)format,
		.now_s = clock_wall_s(),
		.text = show_send_text,
		.arg = role_parent() };

	if (!reader_done(&m->body) || format >= LEASE_SHOW_FORMAT_MAX)
		return -1;
	if (show_open(&s) == 0) {
		/* Nothing of the file has been read yet. */
		role_narrow();
		outcome = show_run(&s);
	}
	show_send_outcome(outcome, &s);
	return 0;
}

int
show_serve(struct msg *m)
{
	switch (m->type) {
	case MSG_SHOW_FILE:
		return show_take_file(m);
	case MSG_SHOW_GO:
		return show_take_go(m);
	default:
		return -1;
	}
}
