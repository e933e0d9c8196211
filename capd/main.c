/* SPDX-License-Identifier: ISC */
/* capd: reads a capture file for pxeguard --explain, and ends. */
#include <stdio.h>
#include <string.h>

#include "capd/capture.h"
#include "daemon/role.h"
#include "sandbox/role_main.h"

static void
capd_request(void *arg, uint32_t number, const struct frame *f)
{
	uint8_t body[4 + 4 + 4 + 2 + 2 + CAPTURE_PACKET_MAX];
	struct capture *c = arg;
	struct writer w;

	if (c->requests > CAPTURE_PACKETS_MAX)
		return;
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, number);
	writer_u32(&w, f->from);
	writer_u32(&w, f->to);
	writer_u16(&w, f->port);
	writer_blob(&w, f->data, f->len);
	(void)chan_send(role_parent(), MSG_CAPTURED, 0, &w, -1);
}

static void
capd_end(const struct capture *c)
{
	uint8_t body[16 + 2 + CAPTURE_WHY_MAX];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, c->frames);
	writer_u32(&w, c->requests);
	writer_u32(&w, c->fragments);
	writer_u32(&w, c->shorts);
	writer_str(&w, c->why);
	(void)chan_send(role_parent(), MSG_CAPTURE_END, 0, &w, -1);
}

static int
capd_message(struct chan *chan, struct msg *m)
{
	struct capture c = { .request = capd_request, .progress = role_alive };
	FILE *stream;

	(void)chan;
	if (m->type != MSG_CAPTURE_FILE || !reader_done(&m->body))
		return -1;
	c.arg = &c;
	if ((stream = fdopen(msg_take_fd(m), "r")) == NULL) {
		(void)snprintf(c.why, sizeof(c.why), "no memory");
	} else {
		/* Nothing of the file has been read yet. */
		role_narrow();
		capture_read(&c, stream);
	}
	capd_end(&c);
	return 0;
}

static const struct role_ops ops = {
	.id = ROLE_CAPD,
	.message = capd_message,
};

int
main(void)
{
	return role_main(&ops);
}
