/* SPDX-License-Identifier: ISC */
/* tftpd: the messages of the TFTP server, and its configuration. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <event2/event.h>

#include <sodium.h>

#include "daemon/clock.h"
#include "daemon/file_reply.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "tftpd/map.h"
#include "tftpd/opening.h"
#include "tftpd/plan.h"
#include "tftpd/recv.h"
#include "tftpd/refuse.h"
#include "tftpd/reply.h"
#include "tftpd/report.h"
#include "sandbox/role_main.h"

static struct server server;
static struct listen_set listening;
static struct plan plan;

/* Mappings are kept for one to two times this after their last use. */
#define MAPS_KEPT_S 10

static struct event *maps; /* calls map_expire() */

/* Starts the timer: a file may be mapped from now on. */
static void
maps_watch(void)
{
	const struct timeval tv = { .tv_sec = MAPS_KEPT_S };

	if (!evtimer_pending(maps, NULL))
		(void)evtimer_add(maps, &tv);
}

static void
maps_expire(evutil_socket_t fd, short what, void *arg)
{
	bool more = map_expire();

	(void)fd;
	(void)what;
	(void)arg;
	/* Transfers in use may still map their files. */
	if (more || server.table.used > 0)
		maps_watch();
}

static int
tftpd_send_socket_ask(uint32_t id, uint32_t ifindex,
    const struct endpoint *local, const struct endpoint *client)
{
	uint8_t buf[4 + 2 * ENDPOINT_ENCODED_MAX];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u32(&w, ifindex);
	endpoint_encode(local, &w);
	endpoint_encode(client, &w);
	return chan_send(role_parent(), MSG_SOCKET_ASK, id, &w, -1);
}

static int
tftpd_ask_socket(const struct session *s)
{
	return tftpd_send_socket_ask(
	    session_id(s), s->ifindex, &s->local, &s->client);
}

static int
tftpd_ask_file(const struct session *s, const struct file_ask *ask)
{
	struct chan *imaged = role_peer(ROLE_IMAGED);
	uint8_t buf[FILE_ASK_MAX];
	struct writer w;

	if (imaged == NULL)
		return -1;
	writer_init(&w, buf, sizeof(buf));
	file_ask_encode(ask, &w);
	return chan_send(imaged, MSG_FILE_ASK, session_id(s), &w, -1);
}

static void
tftpd_send_error(const struct server_from *from, const void *p, size_t n)
{
	uint32_t id = refuse_hold(p, n, clock_mono_ms());

	if (id != 0 && tftpd_send_socket_ask(id, from->ifindex, &from->local,
			   &from->client) == -1)
		(void)refuse_send(id, -1);
}

static const struct server_ops ops = {
	.ask_socket = tftpd_ask_socket,
	.ask_file = tftpd_ask_file,
	.send_error = tftpd_send_error,
	.packet = recv_op_packet,
	.blocks = recv_op_blocks,
	.watch = recv_op_watch,
	.drain = recv_op_drain,
	.release = recv_op_release,
};

static void
tftpd_start(void)
{
	uint64_t seed;

	if (sodium_init() == -1)
		fatalx("libsodium cannot be used");
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		fatal("getrandom");
	server_init(&server, &ops, seed);
	if (recv_init(&server, &listening) == -1 ||
	    (maps = evtimer_new(role_base(), maps_expire, NULL)) == NULL)
		fatalx("no memory for a timer");
}

static int
tftpd_conf_begin(char *why)
{
	(void)why;
	plan_clear(&plan);
	return 0;
}

static int
tftpd_conf_record(const struct record *rec, char *why)
{
	return plan_record(&plan, rec, why);
}

static int
tftpd_conf_iface(const struct iface *ifc, char *why)
{
	return plan_iface(&plan, ifc, why);
}

static int
tftpd_conf_socket(enum socket_use use, uint32_t ifindex, int fd, char *why)
{
	return plan_socket(&plan, use, ifindex, fd, why);
}

static int
tftpd_conf_end(char *why)
{
	if (plan_finish(&plan, role_max_fds(), why) == -1)
		return -1;
	if (server_prepare(&server, &plan.server) == -1 ||
	    recv_prepare(plan.server.total_max) == -1) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "not enough memory for %u transfers (tftp-max)",
		    plan.server.max);
		return -1;
	}
	return 0;
}

static void
tftpd_conf_commit(void)
{
	listen_clear(&listening);
	listening = plan.listen;
	plan.listen.n = 0;
	server_commit(&server, &plan.server);
	if (listen_start(&listening, role_base(), recv_request) == -1)
		fatalx("no memory for the listening sockets");
	plan_clear(&plan);
	log_debug("serving on %u sockets, at most %u transfers", listening.n,
	    server.conf.max);
}

static void
tftpd_conf_abort(void)
{
	plan_clear(&plan);
}

static void
tftpd_peer_up(enum role role, struct chan *c)
{
	uint64_t now_ms = clock_mono_ms();

	(void)c;
	/* A new dhcpd reports all that it knows. */
	if (role == ROLE_DHCPD)
		host_table_clear(&server.hosts);
	if (role != ROLE_IMAGED)
		return;
	opening_imaged_up(&server, now_ms);
	recv_arm_timer(now_ms);
}

static void
tftpd_peer_down(enum role role)
{
	if (role == ROLE_IMAGED)
		opening_imaged_down(&server);
}

static int
tftpd_on_socket(struct msg *m, uint64_t now_ms)
{
	struct reply_socket s;

	if (reply_socket_decode(&m->body, m->fd != -1, &s) == -1)
		return -1;
	if (refuse_id(m->id)) {
		if (!refuse_send(m->id, m->fd))
			server.stats.count[SERVER_REPLY_STALE]++;
		return 0;
	}
	if (opening_socket(&server, m->id, s.err, s.mtu, m->fd, now_ms))
		(void)msg_take_fd(m);
	return 0;
}

static int
tftpd_on_file(struct msg *m, uint64_t now_ms)
{
	struct file_reply f;

	if (file_reply_decode(&m->body, m->fd != -1, &f) == -1)
		return -1;
	if (opening_file(
		&server, m->id, f.status, f.way, f.size, m->fd, now_ms)) {
		(void)msg_take_fd(m);
		maps_watch();
	}
	return 0;
}

static int
tftpd_on_table(struct msg *m)
{
	if (file_reply_decode_table(&m->body) == -1)
		return -1;
	if (opening_table(&server, m->id, m->fd))
		(void)msg_take_fd(m);
	return 0;
}

static int
tftpd_message(struct chan *c, struct msg *m)
{
	uint64_t now_ms = clock_mono_ms();
	int res;

	(void)c;
	switch (m->type) {
	case MSG_SOCKET_GIVE:
		res = tftpd_on_socket(m, now_ms);
		break;
	case MSG_FILE_GIVE:
		res = tftpd_on_file(m, now_ms);
		break;
	case MSG_FILE_BLOCKS:
		return tftpd_on_table(m);
	case MSG_CLIENT:
		return host_message(&server.hosts, &m->body);
	case MSG_BOOTING:
		res = server_booting(&server, &m->body, now_ms);
		break;
	default:
		return -1;
	}
	recv_arm_timer(now_ms);
	return res;
}

static void
tftpd_report_blocks(void)
{
	const struct blocks_stats *d = &blocks_stats;

	log_debug(
	    "data: %llu blocks sent one by one, %llu by %llu segmented sends; %llu sockets without UDP_SEGMENT; %llu transfers of mapped files; %llu reads, %llu of them delayed by a disk",
	    (unsigned long long)d->sends,
	    (unsigned long long)d->segmented_blocks,
	    (unsigned long long)d->segmented,
	    (unsigned long long)d->cannot_segment,
	    (unsigned long long)d->mapped, (unsigned long long)d->reads,
	    (unsigned long long)d->waits);
}

static void
tftpd_stop(void)
{
	listen_clear(&listening);
	server_stop(&server, clock_mono_ms());
	report_stats(&server, LOG_DEBUG);
	tftpd_report_blocks();
}

static const struct role_ops role = {
	.id = ROLE_TFTPD,
	.start = tftpd_start,
	.conf_begin = tftpd_conf_begin,
	.conf_record = tftpd_conf_record,
	.conf_iface = tftpd_conf_iface,
	.conf_socket = tftpd_conf_socket,
	.conf_end = tftpd_conf_end,
	.conf_commit = tftpd_conf_commit,
	.conf_abort = tftpd_conf_abort,
	.peer_up = tftpd_peer_up,
	.peer_down = tftpd_peer_down,
	.message = tftpd_message,
	.next_turn = recv_poll,
	.stop = tftpd_stop,
};

int
main(void)
{
	return role_main(&role);
}
