/* SPDX-License-Identifier: ISC */
/*
 * Any messages on a channel, with any number of descriptors, also where these
 * do not fit: nothing reaches a handler that the message table does not allow,
 * and no descriptor is lost.
 *
 * The input is a list of struct step.
 */
#include <sys/resource.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/chan.h"
#include "daemon/chan_io.h"
#include "tests/fuzz/target.h"

#define FDS_MAX 8 /* with one message; the receiver has room for less */
#define FDS_LOOKED 256
#define SENT_MAX 4096

enum what { SEND, SEND_LONG, PHASE, TURN, CLOSE, NO_ROOM, RECV_NOW, STEPS };

static struct {
	struct event_base *base;
	struct chan *chan;
	int raw; /* the other end; -1 when closed */
	enum role self;
	enum role peer;
	uint8_t phase; /* enum msg_phase */
	bool closed;
	uint8_t take; /* bits: what the handler does next */
	uint8_t sent[SENT_MAX]; /* descriptors with each message, in order */
	unsigned int nsent;
	unsigned int ngot; /* messages that came to the handler */
} run;

static unsigned int
descriptors(void)
{
	unsigned int n = 0;
	int fd;

	for (fd = 0; fd < FDS_LOOKED; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

/* What the table promises to every handler. */
static void
check_message(const struct msg *m, uint8_t phase)
{
	const struct msg_spec *s = msg_spec(m->type);

	check(s != NULL && (s->phase & phase) != 0);
	check((s->from & ROLE_BIT(run.peer)) != 0);
	check((s->to & ROLE_BIT(run.self)) != 0);
	check(m->body.left >= s->min && m->body.left <= s->max);
	check(s->fd != MSG_FD_NONE || m->fd == -1);
	check(s->fd != MSG_FD_NEEDED || m->fd != -1);
	if (m->fd != -1)
		check(fcntl(m->fd, F_GETFD) == FD_CLOEXEC);
}

static int
on_message(struct chan *c, struct msg *m, void *arg)
{
	uint8_t take = run.take;
	int fd;

	check(arg == &run && c == run.chan && !run.closed);
	check_message(m, run.phase);
	/* One of which something was cut off does not come here. */
	check(run.ngot < run.nsent);
	check(run.sent[run.ngot++] == (m->fd == -1 ? 0 : 1));
	run.take = (uint8_t)(take >> 2);
	if (take & 1 && (fd = msg_take_fd(m)) != -1)
		(void)close(fd);
	return take & 2 ? -1 : 0;
}

static void
on_closed(struct chan *c, const char *why, void *arg)
{
	check(arg == &run && c == run.chan && !run.closed);
	check(why == NULL || why[0] != '\0');
	run.closed = true;
}

static const struct chan_ops ops = {
	.message = on_message,
	.closed = on_closed,
};

/* In one control message or two. */
static void
send_raw(const uint8_t *p, size_t n, unsigned int nfds, bool split)
{
	union {
		struct cmsghdr align;
		uint8_t space[2 * CMSG_SPACE(FDS_MAX * sizeof(int))];
	} ctl;
	struct iovec iov = { .iov_len = n };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };
	unsigned int first = split ? nfds / 2 : nfds, i, k;
	struct cmsghdr *c;

	memset(&ctl, 0, sizeof(ctl));
	memcpy(&iov.iov_base, &p, sizeof(p));
	if (nfds > 0) {
		mh.msg_control = &ctl;
		mh.msg_controllen = sizeof(ctl.space);
		c = CMSG_FIRSTHDR(&mh);
		mh.msg_controllen = 0;
		for (i = 0; i < nfds; i += k) {
			k = i == 0 && first > 0 ? first : nfds - i;
			c->cmsg_level = SOL_SOCKET;
			c->cmsg_type = SCM_RIGHTS;
			c->cmsg_len = CMSG_LEN(k * sizeof(int));
			memset(CMSG_DATA(c), 0, k * sizeof(int));
			mh.msg_controllen += CMSG_SPACE(k * sizeof(int));
			c = (struct cmsghdr *)(void *)(ctl.space +
						       mh.msg_controllen);
		}
	}
	if (sendmsg(run.raw, &mh, MSG_NOSIGNAL | MSG_DONTWAIT) != -1 &&
	    run.nsent < SENT_MAX)
		run.sent[run.nsent++] = (uint8_t)nfds;
}

static void
send_long(size_t more)
{
	static uint8_t buf[MSG_SIZE_MAX + 65536];

	send_raw(buf, MSG_SIZE_MAX + more, (unsigned int)(more % 3), false);
}

static void
turn(void)
{
	if (!run.closed)
		check(event_base_loop(run.base, EVLOOP_NONBLOCK) != -1);
}

/* A message comes while this process can hold no more descriptors. */
static void
turn_without_room(void)
{
	struct rlimit old, none;

	check(getrlimit(RLIMIT_NOFILE, &old) == 0);
	none = old;
	none.rlim_cur = 0;
	check(setrlimit(RLIMIT_NOFILE, &none) == 0);
	turn();
	check(setrlimit(RLIMIT_NOFILE, &old) == 0);
}

/* The way that is used before there is an event loop. */
static void
recv_now(const uint8_t *p, size_t n, unsigned int nfds, uint8_t phase)
{
	static uint8_t buf[MSG_SIZE_MAX];
	const char *why = NULL;
	unsigned int nsent = run.nsent;
	int pair[2], raw = run.raw;
	struct msg m;

	check(chan_pair(pair) == 0);
	run.raw = pair[0];
	send_raw(p, n, nfds, false);
	run.raw = raw;
	run.nsent = nsent;
	(void)close(pair[0]); /* or it would wait where nothing was sent */
	if (chan_recv_now(pair[1], run.self, run.peer, (enum msg_phase)phase,
		buf, &m, &why) == 0) {
		check_message(&m, phase);
		chan_io_close(m.fd);
	} else {
		check(why != NULL);
	}
	(void)close(pair[1]);
}

static void
step_do(uint8_t what, uint8_t v, const uint8_t *p, size_t n)
{
	static const uint8_t phases[] = { PHASE_BOOT, PHASE_CONF, PHASE_RUN };

	switch (what % STEPS) {
	case SEND:
		if (run.raw != -1 && run.nsent < SENT_MAX)
			send_raw(p, n, v % (FDS_MAX + 1), v >= 128);
		break;
	case SEND_LONG:
		if (run.raw != -1 && run.nsent < SENT_MAX)
			send_long(v * 256U);
		break;
	case PHASE:
		run.phase = phases[v % 3];
		if (!run.closed)
			chan_set_phase(run.chan, (enum msg_phase)run.phase);
		break;
	case TURN:
		run.take = v;
		turn();
		break;
	case CLOSE:
		chan_io_close(run.raw);
		run.raw = -1;
		break;
	case NO_ROOM:
		turn_without_room();
		break;
	case RECV_NOW:
		recv_now(p, n, v % (FDS_MAX + 1), phases[v % 3]);
		break;
	default:
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int before;
	struct reader r;
	struct step s;
	int pair[2];

	if (size < 2)
		return 0;
	if (run.base == NULL && (run.base = event_base_new()) == NULL)
		abort();
	before = descriptors();
	check(chan_pair(pair) == 0);
	run.self = (enum role)(data[0] % ROLE_MAX);
	run.peer = (enum role)(data[1] % ROLE_MAX);
	run.phase = PHASE_BOOT;
	run.closed = false;
	run.take = 0;
	run.nsent = run.ngot = 0;
	run.raw = pair[1];
	run.chan = chan_new(run.base, pair[0], run.self, run.peer, &ops, &run);
	check(run.chan != NULL);
	reader_init(&r, data + 2, size - 2);
	while (step_next(&r, &s))
		step_do(s.what, s.v, s.p, s.n);
	turn();
	chan_free(run.chan);
	chan_io_close(run.raw);
	check(descriptors() == before);
	return 0;
}
