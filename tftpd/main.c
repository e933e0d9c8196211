/* SPDX-License-Identifier: ISC */
/* tftpd: the server's event loop, its messages and its configuration. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/role.h"
#include "tftpd/listen.h"
#include "tftpd/refuse.h"
#include "tftpd/server.h"

#define ANSWER_BATCH 16 /* packets of one client read at once */
#define ANSWER_MAX 600 /* an ACK has 4 bytes, an ERROR a line of text */

/* A configuration that is being put together. */
struct plan {
	bool enabled;
	struct server_conf conf;
	struct listen_set listen;
	uint32_t nifaces;
	struct {
		uint32_t index;
		uint32_t mtu;
	} iface[LISTEN_MAX];
};

static struct server server;
static struct listen_set listening;
static struct plan plan;
static struct event *tick;

static uint8_t answers[ANSWER_BATCH][ANSWER_MAX];
static struct iovec answer_iovs[ANSWER_BATCH];
static struct mmsghdr answer_batch[ANSWER_BATCH];

/* The wheel turns only while something is on it. */
static void
tick_arm(void)
{
	static const struct timeval interval = { 0, WHEEL_TICK_MS * 1000 };

	if (server.wheel.armed > 0 && !evtimer_pending(tick, NULL))
		(void)evtimer_add(tick, &interval);
}

static void
tick_fired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	server_tick(&server, clock_mono_ms());
	tick_arm();
}

static int
socket_ask(uint32_t id, uint32_t ifindex, const struct endpoint *local,
    const struct endpoint *client)
{
	uint8_t buf[4 + 2 * ENDPOINT_ENCODED];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u32(&w, ifindex);
	endpoint_encode(local, &w);
	endpoint_encode(client, &w);
	return chan_send(role_parent(), MSG_SOCKET_ASK, id, &w, -1);
}

static int
ask_socket(const struct session *s, void *arg)
{
	(void)arg;
	return socket_ask(session_id(s), s->ifindex, &s->local, &s->client);
}

static int
ask_file(const struct session *s, void *arg)
{
	struct chan *imaged = role_peer(ROLE_IMAGED);
	uint8_t buf[2 + FILE_NAME_MAX];
	struct writer w;

	(void)arg;
	if (imaged == NULL)
		return -1;
	writer_init(&w, buf, sizeof(buf));
	writer_blob(&w, s->name, s->namelen);
	return chan_send(imaged, MSG_FILE_ASK, session_id(s), &w, -1);
}

static void
refuse(const struct server_from *from, const void *p, size_t n, void *arg)
{
	uint32_t id = refuse_hold(p, n, clock_mono_ms());

	(void)arg;
	if (id != 0)
		(void)socket_ask(
		    id, from->ifindex, &from->local, &from->client);
}

static enum data_result
packet(const struct session *s, const void *p, size_t n, void *arg)
{
	(void)arg;
	return data_send_packet(s->sock, p, n);
}

static enum data_result
blocks(const struct session *s, uint64_t first, uint32_t count,
    uint64_t *unsent, void *arg)
{
	(void)arg;
	return data_send_blocks(
	    s->file, s->sock, &s->transfer, first, count, unsent);
}

static void
answer_prepare(void)
{
	unsigned int i;

	for (i = 0; i < ANSWER_BATCH; i++) {
		answer_iovs[i].iov_base = answers[i];
		answer_iovs[i].iov_len = ANSWER_MAX;
		answer_batch[i].msg_hdr.msg_iov = &answer_iovs[i];
		answer_batch[i].msg_hdr.msg_iovlen = 1;
	}
}

static void
session_readable(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;
	uint32_t id = session_id(s);
	uint64_t now_ms;
	int i, n, err;

	(void)what;
	n = recvmmsg(fd, answer_batch, ANSWER_BATCH, MSG_DONTWAIT, NULL);
	err = errno;
	now_ms = clock_mono_ms();
	if (n == -1)
		server_sock_error(&server, s, err, now_ms);
	/* An answer may end the session; the rest is then of no use. */
	for (i = 0; i < n && s->state != SESSION_FREE && session_id(s) == id;
	     i++)
		server_answer(
		    &server, s, answers[i], answer_batch[i].msg_len, now_ms);
	tick_arm();
}

static void
watch(struct session *s, void *arg)
{
	(void)arg;
	if (event_assign(s->io, role_base(), s->sock, EV_READ | EV_PERSIST,
		session_readable, s) == -1 ||
	    event_add(s->io, NULL) == -1)
		log_warnx("cannot watch a socket");
}

static void
release(struct session *s, void *arg)
{
	(void)arg;
	if (s->sock != -1) {
		(void)event_del(s->io);
		(void)close(s->sock);
	}
	if (s->file != -1)
		(void)close(s->file);
	s->sock = s->file = -1;
}

static const struct server_ops ops = {
	.ask_socket = ask_socket,
	.ask_file = ask_file,
	.refuse = refuse,
	.packet = packet,
	.blocks = blocks,
	.watch = watch,
	.release = release,
};

static void
request(const struct server_from *from, const void *p, size_t n, bool truncated)
{
	static struct log_limit limit = LOG_LIMIT(200, 1000);
	uint64_t now_ms = clock_mono_ms();
	char text[ENDPOINT_TEXT];

	if (truncated) {
		server.stats.count[SERVER_DROP_TRUNCATED]++;
		return;
	}
	if (log_level() >= LOG_DEBUG && log_limit_ok(&limit, now_ms, NULL))
		log_debug(
		    "%zu bytes from %s", n, endpoint_text(&from->client, text));
	server_request(&server, from, p, n, now_ms);
	tick_arm();
}

static void
start(void)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		fatal("getrandom");
	server_init(&server, &ops, NULL, seed, clock_mono_ms());
	answer_prepare();
	if ((tick = evtimer_new(role_base(), tick_fired, NULL)) == NULL)
		fatalx("no memory for a timer");
}

static void
plan_clear(void)
{
	listen_clear(&plan.listen);
	memset(&plan, 0, sizeof(plan));
}

static int
conf_begin(char *why)
{
	(void)why;
	plan_clear();
	return 0;
}

static int
conf_record(const struct record *rec, char *why)
{
	const struct record_tftp *t = &rec->u.tftp;

	(void)why;
	if (rec->kind != RECORD_TFTP)
		return 0;
	plan.enabled = t->enabled;
	plan.conf.quiet = t->quiet;
	plan.conf.max = t->max < SESSION_TABLE_MAX ? t->max : SESSION_TABLE_MAX;
	memcpy(plan.conf.root, t->root, sizeof(plan.conf.root));
	return 0;
}

static int
conf_iface(const struct iface *ifc, char *why)
{
	if (!ifc->tftp)
		return 0;
	if (plan.nifaces == LISTEN_MAX) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "TFTP on more than %d interfaces", LISTEN_MAX);
		return -1;
	}
	plan.iface[plan.nifaces].index = ifc->index;
	plan.iface[plan.nifaces++].mtu = ifc->mtu;
	return 0;
}

static int
conf_socket(enum socket_use use, uint32_t ifindex, int fd, char *why)
{
	if (use != SOCKET_TFTP) {
		(void)close(fd);
		return 0;
	}
	if (listen_add(&plan.listen, fd, ifindex) == -1) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "TFTP on more than %d sockets", LISTEN_MAX);
		return -1;
	}
	return 0;
}

/* Each session has an event of its own from the start. */
static int
events_make(void)
{
	uint32_t i;

	for (i = 0; i < server.table.npool; i++) {
		struct session *s = server.table.pool[i];

		if (s->io == NULL &&
		    (s->io = event_new(role_base(), -1, EV_READ,
			 session_readable, s)) == NULL)
			return -1;
	}
	return 0;
}

static int
conf_end(char *why)
{
	uint32_t i, j;

	for (i = 0; i < plan.listen.n; i++) {
		struct listener *l = &plan.listen.l[i];

		for (j = 0; j < plan.nifaces; j++)
			if (plan.iface[j].index == l->ifindex)
				l->mtu = plan.iface[j].mtu;
		if (l->mtu == 0) {
			(void)snprintf(why, ROLE_WHY_MAX,
			    "the interface with index %u is not known",
			    l->ifindex);
			return -1;
		}
	}
	if (!plan.enabled)
		plan.conf.max = 0;
	if (server_prepare(&server, &plan.conf) == -1 || events_make() == -1) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "not enough memory for %u transfers (tftp-max)",
		    plan.conf.max);
		return -1;
	}
	return 0;
}

static void
conf_commit(void)
{
	listen_clear(&listening);
	listening = plan.listen;
	plan.listen.n = 0;
	server_commit(&server, &plan.conf);
	if (listen_start(&listening, role_base(), request) == -1)
		fatalx("no memory for the listening sockets");
	plan_clear();
	log_debug("serving on %u sockets, at most %u transfers", listening.n,
	    server.conf.max);
}

static void
peer_up(enum role role, struct chan *c)
{
	(void)c;
	if (role == ROLE_IMAGED)
		server_imaged_up(&server);
}

static void
peer_down(enum role role)
{
	if (role == ROLE_IMAGED)
		server_imaged_down(&server);
}

static int
on_socket(struct msg *m)
{
	uint32_t err = reader_u32(&m->body);

	if (!reader_done(&m->body) || err > 4095 || (err == 0) != (m->fd != -1))
		return -1;
	if (refuse_id(m->id))
		return refuse_send(m->id, m->fd) ? 0 : -1;
	if (server_socket(&server, m->id, (int)err, m->fd, clock_mono_ms()))
		(void)msg_take_fd(m);
	return 0;
}

static int
on_file(struct msg *m)
{
	uint8_t status = reader_u8(&m->body);
	uint64_t size = reader_u64(&m->body);

	/* Offsets of a file are signed. */
	if (!reader_done(&m->body) || status >= FILE_STATUS_MAX ||
	    (status == FILE_OK) != (m->fd != -1) || size > INT64_MAX)
		return -1;
	if (server_file(&server, m->id, status, size, m->fd, clock_mono_ms()))
		(void)msg_take_fd(m);
	return 0;
}

static int
message(struct chan *c, struct msg *m)
{
	int res;

	(void)c;
	switch (m->type) {
	case MSG_SOCKET_GIVE:
		res = on_socket(m);
		break;
	case MSG_FILE_GIVE:
		res = on_file(m);
		break;
	default:
		return -1;
	}
	tick_arm();
	return res;
}

static void
stop(void)
{
	listen_clear(&listening);
	server_stop(&server, clock_mono_ms());
	server_report_stats(&server, LOG_DEBUG);
}

static const struct role_ops role = {
	.id = ROLE_TFTPD,
	.start = start,
	.conf_begin = conf_begin,
	.conf_record = conf_record,
	.conf_iface = conf_iface,
	.conf_socket = conf_socket,
	.conf_end = conf_end,
	.conf_commit = conf_commit,
	.conf_abort = plan_clear,
	.peer_up = peer_up,
	.peer_down = peer_down,
	.message = message,
	.stop = stop,
};

int
main(void)
{
	return role_main(&role);
}
