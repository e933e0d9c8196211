/* SPDX-License-Identifier: ISC */
/* keyd: holds the private key of HTTPS, and signs handshakes for httpd. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/timeval.h"
#include "daemon/tls_file.h"
#include "keyd/key_load.h"
#include "keyd/keyring.h"
#include "sandbox/role_main.h"

static struct keyring ring;
static struct event *old_timer;

/* The files of the configuration that is being received; fd -1: none. */
static struct {
	int fd;
	char path[RECORD_PATH_MAX];
} files[TLS_FILE_MAX] = { { .fd = -1 }, { .fd = -1 } };

static void
files_close(void)
{
	int i;

	for (i = 0; i < TLS_FILE_MAX; i++) {
		if (files[i].fd != -1)
			(void)close(files[i].fd);
		files[i].fd = -1;
	}
}

static void
keyd_old(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	keyring_drop_before(&ring);
}

static void
keyd_start(void)
{
	old_timer = evtimer_new(role_base(), keyd_old, NULL);
	if (old_timer == NULL)
		fatalx("no memory for a timer");
}

static int
keyd_conf_begin(char *why)
{
	(void)why;
	files_close();
	keyring_drop_next(&ring);
	return 0;
}

static int
keyd_conf_end(char *why)
{
	const struct key_file key = { files[TLS_FILE_KEY].fd,
		files[TLS_FILE_KEY].path };
	const struct key_file cert = { files[TLS_FILE_CERT].fd,
		files[TLS_FILE_CERT].path };
	int r = -1;

	if (key.fd == -1 || cert.fd == -1)
		(void)snprintf(why, ROLE_WHY_MAX, "no certificate and key");
	else
		r = key_load(&ring.next, &key, &cert, clock_wall_s(), why);
	files_close();
	return r;
}

static void
keyd_conf_commit(void)
{
	const struct timeval tv = timeval_ms(KEYRING_OLD_MS);

	keyring_commit(&ring);
	(void)evtimer_add(old_timer, &tv);
}

static void
keyd_conf_abort(void)
{
	files_close();
	keyring_drop_next(&ring);
}

static int
keyd_on_file(struct msg *m)
{
	char path[RECORD_PATH_MAX];
	uint8_t what = reader_u8(&m->body);

	(void)reader_str(&m->body, path, sizeof(path));
	if (!reader_done(&m->body) || what >= TLS_FILE_MAX ||
	    files[what].fd != -1)
		return -1;
	memcpy(files[what].path, path, sizeof(path));
	files[what].fd = msg_take_fd(m);
	return 0;
}

static int
keyd_on_ask(struct chan *c, struct msg *m)
{
	uint8_t body[SIGN_GIVE_MAX];
	struct sign_give g;
	struct sign_ask a;
	struct writer w;

	if (sign_ask_decode(&m->body, &a) == -1)
		return -1;
	keyring_sign(&ring, &a, clock_mono_ms(), &g);
	writer_init(&w, body, sizeof(body));
	sign_give_encode(&g, &w);
	(void)chan_send(c, MSG_SIGN_GIVE, m->id, &w, -1);
	return 0;
}

static int
keyd_message(struct chan *c, struct msg *m)
{
	switch (m->type) {
	case MSG_CONF_TLS:
		return keyd_on_file(m);
	case MSG_SIGN_ASK:
		return keyd_on_ask(c, m);
	default:
		return -1;
	}
}

static const struct role_ops ops = {
	.id = ROLE_KEYD,
	.start = keyd_start,
	.conf_begin = keyd_conf_begin,
	.conf_end = keyd_conf_end,
	.conf_commit = keyd_conf_commit,
	.conf_abort = keyd_conf_abort,
	.message = keyd_message,
};

int
main(void)
{
	return role_main(&ops);
}
