/* SPDX-License-Identifier: ISC */
/* Reading what arrives: requests, and what clients answer. */
#include "tftpd/incoming.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/role.h"

#define LOOK_PACKETS 8 /* of a transfer, before something is done to it */
#define SWEEP_PACKETS 64 /* then the event loop has its turn */

static struct incoming in;

/* A request is the longest that may come. */
static uint8_t answer[TFTP_REQUEST_MAX + 1];
/* One from a shared socket: what it does may read answers of others. */
static uint8_t shared_request[TFTP_REQUEST_MAX + 1];

void
incoming_init(const struct incoming *how)
{
	in = *how;
}

void
incoming_single_port(bool single)
{
	in.single_port = single;
}

uint64_t
incoming_answers(void)
{
	return in.answers;
}

static void
request_take(const struct server_from *from, const void *p, size_t n,
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
	server_request(in.server, from, p, n, now_ms);
}

/*
 * A socket at port 69 gets what is for the listener: a new request of its
 * client, or a packet of any client that came between bind() and connect(), by
 * any interface.  Whether this is such a one.
 */
static bool
for_listener(
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
		in.server->stats.count[SERVER_DROP_STRANGER]++;
		return true;
	}
	memcpy(shared_request, answer, n);
	request_take(&from, shared_request, n, n > TFTP_REQUEST_MAX, now_ms);
	return true;
}

/* Reads at port 69; *other: it was not for this session, and is done. */
static ssize_t
shared_receive(struct session *s, bool *other, uint64_t now_ms)
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

	*other = n != -1 && for_listener(s, &mh, (size_t)n, now_ms);
	return n;
}

/* Takes one packet, or an error, from a session's socket; false: none. */
static bool
session_receive(struct session *s, uint64_t now_ms)
{
	bool other = false;
	ssize_t n;

	n = s->shared
		? shared_receive(s, &other, now_ms)
		: recv(s->data.sock, answer, sizeof(answer), MSG_DONTWAIT);
	if (other)
		return true;
	if (n == -1) {
		int err = errno;

		if (err == EAGAIN)
			return false;
		server_sock_error(in.server, s, err, now_ms);
	} else {
		server_answer(in.server, s, answer, (size_t)n, now_ms);
	}
	return true;
}

/* One packet a turn: a client sends the next one when we have answered. */
static void
session_readable(evutil_socket_t fd, short what, void *arg)
{
	uint64_t now_ms = clock_mono_ms();
	struct session *s = arg;

	(void)fd;
	(void)what;
	if (sweep_answered(&in.sweep, s, in.awake, in.server->table.used))
		(void)event_del(s->io);
	(void)session_receive(s, now_ms);
	in.answers++;
	in.done(now_ms);
}

static void
session_watch(struct session *s)
{
	static struct log_limit limit = LOG_LIMIT(1, 10000);

	/* What is not watched is looked at when its timer is due. */
	if (event_add(s->io, NULL) == -1 &&
	    log_limit_ok(&limit, clock_mono_ms(), NULL))
		log_warnx("cannot watch a socket");
}

/* Looks at each one once; how many packets there were. */
static unsigned int
sweep_once(uint64_t now_ms)
{
	unsigned int i, found = 0;
	struct session *s;
	bool got;

	for (i = in.sweep.n; i-- > 0;) {
		/* What one packet does may end any session. */
		if (i >= in.sweep.n)
			continue;
		s = in.sweep.at[i];
		got = session_receive(s, now_ms);
		found += got;
		if (s->swept.place != 0 && !sweep_looked(&in.sweep, s, got))
			session_watch(s);
	}
	return found;
}

void
incoming_sweep(bool awake)
{
	unsigned int found, sum = 0;
	uint64_t now_ms;

	in.awake = awake;
	if (in.server->table.used > SWEEP_MAX)
		incoming_watch_all();
	while (in.sweep.n > 0 && sum < SWEEP_PACKETS) {
		now_ms = clock_mono_ms();
		if ((found = sweep_once(now_ms)) == 0)
			return;
		sweep_turn(&in.sweep);
		sum += found;
		in.answers += found;
		in.done(now_ms);
	}
}

bool
incoming_sweeps(void)
{
	return in.sweep.n > 0;
}

void
incoming_watch_all(void)
{
	struct session *s;

	while (in.sweep.n > 0) {
		s = in.sweep.at[in.sweep.n - 1];
		sweep_remove(&in.sweep, s);
		session_watch(s);
	}
}

/*
 * A client's next request may meet the transfer before it, from a port that
 * it has taken again: what it had to say about that one comes first.
 */
static void
session_before(const struct server_from *from, uint64_t now_ms)
{
	struct session *s;
	int i;

	for (i = 0; i < LOOK_PACKETS; i++) {
		s = session_table_find(
		    &in.server->table, &from->client, &from->local);
		if (s == NULL || s->data.sock == -1 || s->shared ||
		    !session_receive(s, now_ms))
			break;
	}
}

void
incoming_request(
    const struct server_from *from, const void *p, size_t n, bool truncated)
{
	uint64_t now_ms = clock_mono_ms();

	session_before(from, now_ms);
	request_take(from, p, n, truncated, now_ms);
	in.done(now_ms);
}

void
incoming_watch(struct session *s)
{
	s->shared = in.single_port;
	/* It cannot fail with these flags. */
	(void)event_assign(s->io, role_base(), s->data.sock,
	    EV_READ | EV_PERSIST, session_readable, s);
	session_watch(s);
}

void
incoming_look(struct session *s, uint64_t now_ms)
{
	uint32_t id = session_id(s);
	int i;

	for (i = 0; i < LOOK_PACKETS; i++)
		if (session_table_by_id(&in.server->table, id) != s ||
		    !session_receive(s, now_ms))
			break;
}

void
incoming_forget(struct session *s)
{
	if (s->swept.place != 0)
		sweep_remove(&in.sweep, s);
	else if (s->data.sock != -1)
		(void)event_del(s->io);
}

/*
 * Each session has an event of its own before it can be taken: of a pool that
 * has grown for a configuration that failed, the first ones are in use only.
 */
int
incoming_prepare(uint32_t max)
{
	uint32_t i;

	for (i = 0; i < max && i < in.server->table.npool; i++) {
		struct session *s = in.server->table.pool[i];

		if (s->io == NULL &&
		    (s->io = event_new(role_base(), -1, EV_READ,
			 session_readable, s)) == NULL)
			return -1;
	}
	return 0;
}
