/* SPDX-License-Identifier: ISC */
/* tftpd: the server's event loop and its messages. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/role.h"
#include "tftpd/eager.h"
#include "tftpd/incoming.h"
#include "tftpd/map.h"
#include "tftpd/plan.h"
#include "tftpd/ready.h"
#include "tftpd/refuse.h"
#include "tftpd/reply.h"

static struct server server;
static struct listen_set listening;
static struct plan plan;

/* To twice that after the last transfer, and files of packets thrice. */
#define MAPS_KEPT_S 10

static struct event *maps; /* when they are looked through */
static struct event *tick;
static uint64_t tick_at_ms; /* what it is set to; 0: not set */

/* To be called at the end of each event that may have set a timer. */
static void
tick_arm(uint64_t now_ms)
{
	struct timeval in = { 0, 0 };
	uint64_t at_ms;

	if (!wheel_next(&server.wheel, &at_ms) ||
	    (tick_at_ms != 0 && tick_at_ms <= at_ms))
		return;
	if (at_ms > now_ms) {
		in.tv_sec = (time_t)((at_ms - now_ms) / 1000);
		in.tv_usec = (suseconds_t)((at_ms - now_ms) % 1000 * 1000);
	}
	if (evtimer_add(tick, &in) == 0)
		tick_at_ms = at_ms;
}

static void
tick_fired(evutil_socket_t fd, short what, void *arg)
{
	uint64_t now_ms = clock_mono_ms();

	(void)fd;
	(void)what;
	(void)arg;
	server_tick(&server, now_ms);
	tick_at_ms = 0;
	tick_arm(now_ms);
}

static void
maps_expire(evutil_socket_t fd, short what, void *arg)
{
	const struct timeval tv = { .tv_sec = MAPS_KEPT_S };
	bool more = ready_expire();

	(void)fd;
	(void)what;
	(void)arg;
	more |= map_expire();
	/* A transfer maps its file when the client has taken its OACK. */
	if (more || server.table.used > 0)
		(void)evtimer_add(maps, &tv);
}

/* A file may be mapped from now on. */
static void
maps_watch(void)
{
	const struct timeval tv = { .tv_sec = MAPS_KEPT_S };

	if (!evtimer_pending(maps, NULL))
		(void)evtimer_add(maps, &tv);
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
ask_file(const struct session *s, const struct server_want *want, void *arg)
{
	struct chan *imaged = role_peer(ROLE_IMAGED);
	uint8_t buf[1 + 3 * 2 + FILE_FOLDER_MAX + 2 * FILE_NAME_MAX];
	struct writer w;

	(void)arg;
	if (imaged == NULL)
		return -1;
	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, want->root);
	writer_blob(&w, want->own, want->ownlen);
	writer_blob(&w, s->name, s->namelen);
	writer_blob(&w, want->sibling, want->siblinglen);
	return chan_send(imaged, MSG_FILE_ASK, session_id(s), &w, -1);
}

static void
refuse(const struct server_from *from, const void *p, size_t n, void *arg)
{
	uint32_t id = refuse_hold(p, n, clock_mono_ms());

	(void)arg;
	if (id != 0 &&
	    socket_ask(id, from->ifindex, &from->local, &from->client) == -1)
		(void)refuse_send(id, -1);
}

static enum data_result
packet(struct session *s, const void *p, size_t n, void *arg)
{
	(void)arg;
	return data_send_packet(&s->data, p, n);
}

static enum data_result
blocks(struct session *s, uint64_t first, uint32_t count, uint64_t *unsent,
    void *arg)
{
	(void)arg;
	return data_send_blocks(&s->data, &s->transfer, first, count, unsent);
}

static void
ahead(struct session *s, void *arg)
{
	(void)arg;
	data_ahead(&s->data, &s->transfer);
}

static enum role_turn
eager(void)
{
	static struct eager l;
	enum role_turn turn;

	incoming_sweep(eager_awake(&l));
	turn = eager_turn(
	    &l, incoming_answers(), incoming_sweeps(), clock_mono_us());
	if (turn == ROLE_SLEEP)
		incoming_watch_all();
	return turn;
}

static void
watch(struct session *s, void *arg)
{
	(void)arg;
	incoming_watch(s);
}

static void
look(struct session *s, uint64_t now_ms, void *arg)
{
	(void)arg;
	incoming_look(s, now_ms);
}

static void
release(struct session *s, void *arg)
{
	(void)arg;
	incoming_forget(s);
	data_close(&s->data);
}

static const struct server_ops ops = {
	.ask_socket = ask_socket,
	.ask_file = ask_file,
	.refuse = refuse,
	.packet = packet,
	.blocks = blocks,
	.ahead = ahead,
	.watch = watch,
	.release = release,
	.look = look,
};

static void
start(void)
{
	const struct incoming in = {
		.server = &server, .listening = &listening, .done = tick_arm
	};
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		fatal("getrandom");
	server_init(&server, &ops, NULL, seed, clock_mono_ms());
	incoming_init(&in);
	ready_init();
	if ((tick = evtimer_new(role_base(), tick_fired, NULL)) == NULL ||
	    (maps = evtimer_new(role_base(), maps_expire, NULL)) == NULL)
		fatalx("no memory for a timer");
}

static int
conf_begin(char *why)
{
	(void)why;
	plan_clear(&plan);
	return 0;
}

static int
conf_record(const struct record *rec, char *why)
{
	return plan_record(&plan, rec, why);
}

static int
conf_iface(const struct iface *ifc, char *why)
{
	return plan_iface(&plan, ifc, why);
}

static int
conf_socket(enum socket_use use, uint32_t ifindex, int fd, char *why)
{
	return plan_socket(&plan, use, ifindex, fd, why);
}

static int
conf_end(char *why)
{
	if (plan_finish(&plan, role_max_fds(), why) == -1)
		return -1;
	if (server_prepare(&server, &plan.server) == -1 ||
	    incoming_prepare(plan.server.together) == -1) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "not enough memory for %u transfers (tftp-max)",
		    plan.server.max);
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
	incoming_single_port(plan.single_port);
	ready_set_budget(plan.cache);
	server_commit(&server, &plan.server);
	if (listen_start(&listening, role_base(), incoming_request) == -1)
		fatalx("no memory for the listening sockets");
	plan_clear(&plan);
	log_debug("serving on %u sockets, at most %u transfers", listening.n,
	    server.conf.max);
}

static void
conf_abort(void)
{
	plan_clear(&plan);
}

static void
peer_up(enum role role, struct chan *c)
{
	uint64_t now_ms = clock_mono_ms();

	(void)c;
	/* A new dhcpd tells all that it knows. */
	if (role == ROLE_DHCPD)
		host_table_clear(&server.hosts);
	if (role != ROLE_IMAGED)
		return;
	server_imaged_up(&server, now_ms);
	tick_arm(now_ms);
}

static void
peer_down(enum role role)
{
	if (role == ROLE_IMAGED)
		server_imaged_down(&server);
}

static int
on_socket(struct msg *m, uint64_t now_ms)
{
	struct reply_socket s;

	if (reply_socket_decode(&m->body, m->fd != -1, &s) == -1)
		return -1;
	if (refuse_id(m->id)) {
		if (!refuse_send(m->id, m->fd))
			server.stats.count[SERVER_REPLY_STALE]++;
		return 0;
	}
	if (server_socket(&server, m->id, s.err, s.mtu, m->fd, now_ms))
		(void)msg_take_fd(m);
	return 0;
}

static int
on_file(struct msg *m, uint64_t now_ms)
{
	struct reply_file f;

	if (reply_file_decode(&m->body, m->fd != -1, &f) == -1)
		return -1;
	if (server_file(
		&server, m->id, f.status, f.way, f.size, m->fd, now_ms)) {
		(void)msg_take_fd(m);
		maps_watch();
	}
	return 0;
}

static int
message(struct chan *c, struct msg *m)
{
	uint64_t now_ms = clock_mono_ms();
	int res;

	(void)c;
	switch (m->type) {
	case MSG_SOCKET_GIVE:
		res = on_socket(m, now_ms);
		break;
	case MSG_FILE_GIVE:
		res = on_file(m, now_ms);
		break;
	case MSG_CLIENT:
		return host_message(&server.hosts, &m->body);
	default:
		return -1;
	}
	tick_arm(now_ms);
	return res;
}

static void
report_data(void)
{
	const struct data_stats *d = &data_stats;

	log_debug("data: %llu blocks sent by one call each, %llu by %llu calls "
		  "for several; %llu paths that do not segment; %llu "
		  "transfers of mapped files, %llu of which had packets that "
		  "lay ready; %llu reads, %llu of which a disk "
		  "delayed; %llu windows not read ahead",
	    (unsigned long long)d->sends,
	    (unsigned long long)d->segmented_blocks,
	    (unsigned long long)d->segmented,
	    (unsigned long long)d->cannot_segment,
	    (unsigned long long)d->mapped, (unsigned long long)d->ready,
	    (unsigned long long)d->reads, (unsigned long long)d->waits,
	    (unsigned long long)d->no_slab);
}

static void
stop(void)
{
	listen_clear(&listening);
	server_stop(&server, clock_mono_ms());
	server_report_stats(&server, LOG_DEBUG);
	report_data();
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
	.conf_abort = conf_abort,
	.peer_up = peer_up,
	.peer_down = peer_down,
	.message = message,
	.eager = eager,
	.stop = stop,
};

int
main(void)
{
	return role_main(&role);
}
