/* SPDX-License-Identifier: ISC */
/* Receives requests and answers, and sends packets. */
#include "tftpd/recv.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/role.h"
#include "daemon/timeval.h"
#include "tftpd/request.h"
#include "tftpd/session.h"

#define DRAIN_PACKETS 8 /* that recv_op_drain() reads at most */

static struct {
	struct server *server;
	const struct listen_set *listening;
	uint64_t answers; /* packets received from clients of transfers */
	struct event *tick;
	uint64_t tick_at_ms; /* when it fires; 0: not set */
} in;

/* The buffer fits the longest packet: a request. */
static uint8_t answer[TFTP_REQUEST_MAX + 1];
/* A request from a shared socket: handling it may overwrite `answer`. */
static uint8_t shared_request[TFTP_REQUEST_MAX + 1];

void
recv_arm_timer(uint64_t now_ms)
{
	uint64_t at_ms = timer_next(&in.server->timers);
	struct timeval tv = timeval_until(at_ms, now_ms);

	if (at_ms == 0 || (in.tick_at_ms != 0 && in.tick_at_ms <= at_ms))
		return;
	if (evtimer_add(in.tick, &tv) == 0)
		in.tick_at_ms = at_ms;
}

static void
recv_tick(evutil_socket_t fd, short what, void *arg)
{
	uint64_t now_ms = clock_mono_ms();

	(void)fd;
	(void)what;
	(void)arg;
	server_tick(in.server, now_ms);
	in.tick_at_ms = 0;
	recv_arm_timer(now_ms);
}

int
recv_init(struct server *server, const struct listen_set *listening)
{
	in.server = server;
	in.listening = listening;
	in.tick = evtimer_new(role_base(), recv_tick, NULL);
	return in.tick == NULL ? -1 : 0;
}

enum role_turn
recv_poll(void)
{
	static struct busy_poll poll;

	return busy_poll_next(&poll, in.answers, clock_mono_us());
}

static void
recv_take_request(const struct server_from *from, const void *p, size_t n,
    bool truncated, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(200, 1000);
	char text[ENDPOINT_TEXT];

	if (truncated) {
		in.server->stats.count[SERVER_DROP_TRUNCATED]++;
		return;
	}
	if (log_level() >= LOG_DEBUG && log_limit_ok(&limit, now_ms, NULL))
		log_debug(
		    "%zu bytes from %s", n, endpoint_text(&from->client, text));
	request_handle(in.server, from, p, n, now_ms);
}

/*
 * With tftp-single-port the socket of a session also receives packets for the
 * listener: a new request of its client, or a packet of any client and
 * interface that came between bind() and connect().  Returns whether this is
 * one.
 */
static bool
recv_for_listener(
    const struct session *s, struct msghdr *mh, size_t n, uint64_t now_ms)
{
	struct server_from from;

	memset(&from, 0, sizeof(from));
	if (endpoint_from_sockaddr(&from.client, mh->msg_name) == -1)
		return false;
	if (endpoint_equal(&from.client, &s->client) &&
	    !(n >= 2 && answer[0] == 0 &&
		(answer[1] == TFTP_RRQ || answer[1] == TFTP_WRQ)))
		return false;
	if (!listen_origin(in.listening, mh, &from)) {
		in.server->stats.count[SERVER_DROP_INTERFACE]++;
		return true;
	}
	memcpy(shared_request, answer, n);
	recv_take_request(
	    &from, shared_request, n, n > TFTP_REQUEST_MAX, now_ms);
	return true;
}

/* *other: the packet was for the listener, which has handled it. */
static ssize_t
recv_shared(struct session *s, bool *other, uint64_t now_ms)
{
	union listen_control control;
	struct sockaddr_storage from;
	struct iovec iov = { .iov_base = answer, .iov_len = sizeof(answer) };
	struct msghdr mh = { .msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(s->data.sock, &mh, MSG_DONTWAIT);

	*other = n != -1 && recv_for_listener(s, &mh, (size_t)n, now_ms);
	return n;
}

/* Handles one packet or error of a session's socket; false if there is none. */
static bool
recv_from_session(struct session *s, uint64_t now_ms)
{
	bool other = false;
	ssize_t n;

	n = s->shared
		? recv_shared(s, &other, now_ms)
		: recv(s->data.sock, answer, sizeof(answer), MSG_DONTWAIT);
	if (other)
		return true;
	if (n == -1) {
		int err = errno;

		if (err == EAGAIN)
			return false;
		session_sock_error(in.server, s, err, now_ms);
	} else {
		session_answer(in.server, s, answer, (size_t)n, now_ms);
	}
	return true;
}

/* Reads one packet only: a client sends the next one after our answer. */
static void
recv_readable(evutil_socket_t fd, short what, void *arg)
{
	uint64_t now_ms = clock_mono_ms();
	struct session *s = arg;

	(void)fd;
	(void)what;
	(void)recv_from_session(s, now_ms);
	in.answers++;
	recv_arm_timer(now_ms);
}

/*
 * A client may reuse the port of its last transfer for a new request.  Packets
 * that still wait on the socket of that transfer are handled first.
 */
static void
recv_pending(const struct server_from *from, uint64_t now_ms)
{
	struct session *s =
	    session_table_find(&in.server->table, &from->client, &from->local);

	if (s != NULL && s->data.sock != -1 && !s->shared)
		recv_op_drain(s, now_ms);
}

void
recv_request(
    const struct server_from *from, const void *p, size_t n, bool truncated)
{
	uint64_t now_ms = clock_mono_ms();

	recv_pending(from, now_ms);
	recv_take_request(from, p, n, truncated, now_ms);
	recv_arm_timer(now_ms);
}

enum blocks_result
recv_op_packet(struct session *s, const void *p, size_t n)
{
	return blocks_send_packet(&s->data, p, n);
}

enum blocks_result
recv_op_blocks(
    struct session *s, uint64_t first, uint32_t count, uint64_t *unsent)
{
	return blocks_send(&s->data, &s->transfer, first, count, unsent);
}

void
recv_op_watch(struct session *s)
{
	static struct log_limit limit = LOG_LIMIT(1, 10000);

	s->shared = in.server->conf.single_port;
	/* This cannot fail with these flags. */
	(void)event_assign(s->io, role_base(), s->data.sock,
	    EV_READ | EV_PERSIST, recv_readable, s);
	/* Without the event the socket is still read when the timer is due. */
	if (event_add(s->io, NULL) == -1 &&
	    log_limit_ok(&limit, clock_mono_ms(), NULL))
		log_warnx("cannot watch the socket of a transfer");
}

void
recv_op_drain(struct session *s, uint64_t now_ms)
{
	uint32_t id = session_id(s);
	int i;

	for (i = 0; i < DRAIN_PACKETS; i++)
		if (session_table_by_id(&in.server->table, id) != s ||
		    !recv_from_session(s, now_ms))
			break;
}

void
recv_op_release(struct session *s)
{
	if (s->data.sock != -1)
		(void)event_del(s->io);
	blocks_close(&s->data);
}

/*
 * Allocates the event of each session before it is used, so that it cannot fail
 * later.  Only the first max sessions of the pool are used.
 */
int
recv_prepare(uint32_t max)
{
	uint32_t i;

	for (i = 0; i < max && i < in.server->table.npool; i++) {
		struct session *s = in.server->table.pool[i];

		if (s->io == NULL && (s->io = event_new(role_base(), -1,
					  EV_READ, recv_readable, s)) == NULL)
			return -1;
	}
	return 0;
}
