/* SPDX-License-Identifier: ISC */
/* A confd that somebody has taken over: it writes messages without end. */
#include <event2/event.h>
#include <string.h>
#include <syslog.h>

#include "daemon/buf.h"
#include "daemon/role.h"
#include "sandbox/role_main.h"

#define MESSAGES 20000
#define BATCH 50 /* as many as the parent's queue takes, and more */

static struct event *next;
static unsigned int sent;

static void
flood(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval soon = { 0, 1000 };
	uint8_t body[2048];
	struct writer w;
	int i;

	(void)fd;
	(void)what;
	(void)arg;
	for (i = 0; i < BATCH && sent < MESSAGES; i++, sent++) {
		writer_init(&w, body, sizeof(body));
		writer_u8(&w, LOG_EMERG);
		writer_str(&w, "flood");
		writer_u32(&w, sent + 1);
		writer_u32(&w, 1);
		writer_str(&w, "\xc2\x9b"
			       "2J \xe2\x80\xae message");
		(void)chan_send(role_parent(), MSG_DIAG, 0, &w, -1);
	}
	if (sent < MESSAGES) {
		(void)event_add(next, &soon);
		return;
	}
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, 1);
	writer_u32(&w, 0);
	(void)chan_send(role_parent(), MSG_PARSED, 0, &w, -1);
}

static int
take_message(struct chan *c, struct msg *m)
{
	(void)c;
	if (m->type != MSG_PARSE_GO)
		return 0;
	next = evtimer_new(role_base(), flood, NULL);
	flood(-1, 0, NULL);
	return 0;
}

static const struct role_ops ops = {
	.id = ROLE_CONFD,
	.message = take_message,
};

int
main(void)
{
	return role_main(&ops);
}
