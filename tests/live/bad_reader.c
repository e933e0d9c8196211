/* SPDX-License-Identifier: ISC */
/*
 * The process that reads the leases for pxeguard --leases, taken over.  DEED is
 * what it does when it is asked for them; see test_show_leases.py.
 */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "daemon/buf.h"
#include "daemon/lease_show.h"
#include "daemon/role.h"
#include "sandbox/role_main.h"

enum deed {
	DEED_ESCAPES,
	DEED_EXIT,
	DEED_FILE,
	DEED_OUTCOME,
	DEED_READY,
	DEED_CLOSE
};

static void
say(enum msg_type type, const void *body, size_t len)
{
	uint8_t buf[64];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_bytes(&w, body, len);
	(void)chan_send(role_parent(), type, 0, &w, -1);
}

static int
take_message(struct chan *c, struct msg *m)
{
	static const char clear[] = "\033[2J";

	(void)c;
	if (m->type != MSG_SHOW_GO)
		return 0;
	switch (DEED) {
	case DEED_ESCAPES:
		say(MSG_SHOW_TEXT, clear, sizeof(clear) - 1);
		break;
	case DEED_EXIT:
		_exit(7);
	case DEED_FILE:
		(void)open("/etc/passwd", O_RDONLY | O_CREAT, 0600);
		(void)link("/a", "/b");
		break;
	case DEED_OUTCOME:
		say(MSG_SHOWN, "\377\0\0\0\1\0\0", 7);
		break;
	case DEED_CLOSE:
		(void)close(ROLE_CHANNEL_FD);
		for (;;)
			(void)poll(NULL, 0, -1);
	case DEED_READY:
		say(MSG_READY, "\0\0\0\1", 4);
		break;
	}
	say(MSG_SHOWN, "\0\0\0\0\1\0\0", 7);
	return 0;
}

static const struct role_ops ops = {
	.id = ROLE_LEASED,
	.message = take_message,
};

int
main(void)
{
	return role_main(&ops);
}
