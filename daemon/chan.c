/* SPDX-License-Identifier: ISC */
/* Message channels over SOCK_SEQPACKET with a bounded send queue. */
#include "daemon/chan.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/chan_io.h"
#include "daemon/clock.h"
#include "daemon/log.h"

#define CHAN_TURN_MAX 64 /* messages read before others get their turn */
#define CHAN_QUEUE_MAX 262144 /* messages that may wait */

/* A message that the socket did not take yet. */
struct queued {
	STAILQ_ENTRY(queued) entry;
	int fd;
	size_t len;
	uint8_t data[];
};

struct chan {
	int fd;
	enum role self;
	enum role peer;
	enum msg_phase phase;
	const struct chan_ops *ops;
	void *arg;
	struct event *readable;
	struct event *writable;
	STAILQ_HEAD(, queued) queue;
	size_t nqueued;
	size_t queued_bytes;
	size_t queue_max; /* bytes */
	size_t queued_fds;
	size_t queued_fds_max;
	unsigned int busy; /* handlers of this channel on the stack */
	bool closed; /* closed() was called, or is about to be */
	bool freed; /* chan_free() was called inside a handler */
	bool takes_fds; /* with some messages */
	const char *broken; /* why closed() is due from the event loop */
};

int
msg_take_fd(struct msg *m)
{
	int fd = m->fd;

	m->fd = -1;
	return fd;
}

/* Puts header and body together; fatal when the result is not allowed. */
static size_t
message_build(
    uint8_t *buf, enum msg_type type, uint32_t id, const struct writer *body)
{
	const struct msg_spec *s = msg_spec((uint16_t)type);
	size_t len = body == NULL ? 0 : body->len;
	struct writer w;

	if (s == NULL || (body != NULL && body->failed) || len < s->min ||
	    len > s->max)
		fatalx("message %s built with a body of %zu bytes",
		    msg_name((uint16_t)type), len);
	writer_init(&w, buf, MSG_SIZE_MAX);
	writer_u16(&w, (uint16_t)type);
	writer_u16(&w, 0);
	writer_u32(&w, id);
	if (len > 0)
		writer_bytes(&w, body->p, len);
	return w.len;
}

/* Splits a checked message. */
static void
message_split(struct msg *m, const uint8_t *buf, size_t len, int fd)
{
	reader_init(&m->body, buf, len);
	m->type = reader_u16(&m->body);
	reader_skip(&m->body, 2);
	m->id = reader_u32(&m->body);
	m->fd = fd;
}

static void
queue_clear(struct chan *c)
{
	struct queued *q;

	while ((q = STAILQ_FIRST(&c->queue)) != NULL) {
		STAILQ_REMOVE_HEAD(&c->queue, entry);
		chan_io_close(q->fd);
		free(q);
	}
	c->nqueued = c->queued_bytes = c->queued_fds = 0;
}

static void
chan_destroy(struct chan *c)
{
	queue_clear(c);
	event_free(c->readable);
	event_free(c->writable);
	(void)close(c->fd);
	free(c);
}

void
chan_free(struct chan *c)
{
	if (c == NULL || c->freed)
		return;
	c->closed = c->freed = true;
	event_del(c->readable);
	event_del(c->writable);
	if (c->busy == 0)
		chan_destroy(c);
}

/* Leaves a handler; a channel freed within it goes now. */
static void
chan_leave(struct chan *c)
{
	if (--c->busy == 0 && c->freed)
		chan_destroy(c);
}

/*
 * Stops the traffic and tells the owner once.  Only below chan_readable(),
 * chan_writable() or chan_finish(), which keep the channel until they return.
 */
static void
chan_close(struct chan *c, const char *why)
{
	if (c->closed)
		return;
	c->closed = true;
	event_del(c->readable);
	event_del(c->writable);
	queue_clear(c);
	c->ops->closed(c, why, c->arg);
}

/* Reads and hands over one message; false when there is no more for now. */
static bool
chan_read_one(struct chan *c)
{
	/* Shared by all channels, because handlers never read messages. */
	static uint8_t buf[MSG_SIZE_MAX];
	enum msg_refusal refusal;
	char malformed[64];
	struct msg m;
	size_t nfds;
	ssize_t n;
	int fd = -1;

	n = chan_io_recv(
	    c->fd, MSG_DONTWAIT, buf, c->takes_fds ? &fd : NULL, &nfds);
	if (n == -1) {
		if (errno == EAGAIN)
			return false;
		chan_close(c, strerror(errno));
		return false;
	}
	if (n == 0) {
		chan_io_close(fd);
		chan_close(c, NULL);
		return false;
	}
	refusal = msg_check(
	    c->peer, c->self, (uint8_t)c->phase, buf, (size_t)n, nfds);
	if (refusal != MSG_OK) {
		chan_io_close(fd);
		chan_close(c, msg_refusal_text(refusal));
		return false;
	}
	message_split(&m, buf, (size_t)n, fd);
	if (c->ops->message(c, &m, c->arg) == -1) {
		(void)snprintf(malformed, sizeof(malformed),
		    "malformed %s message", msg_name(m.type));
		chan_close(c, malformed);
	}
	chan_io_close(m.fd);
	return !c->closed;
}

void
chan_finish(struct chan *c, size_t max)
{
	if (c->closed || c->freed)
		return;
	c->busy++;
	while (max-- > 0 && chan_read_one(c))
		continue;
	chan_close(c, NULL);
	chan_leave(c);
}

static void
chan_readable(evutil_socket_t fd, short what, void *arg)
{
	struct chan *c = arg;
	int i;

	(void)fd;
	(void)what;
	c->busy++;
	for (i = 0; i < CHAN_TURN_MAX && chan_read_one(c); i++)
		continue;
	chan_leave(c);
}

/* Sends from the queue; -1 when the channel is of no more use. */
static int
queue_send(struct chan *c)
{
	struct queued *q;

	while ((q = STAILQ_FIRST(&c->queue)) != NULL) {
		if (chan_io_send(c->fd, q->data, q->len, q->fd) == -1)
			return errno == EAGAIN || errno == ENOBUFS ? 0 : -1;
		STAILQ_REMOVE_HEAD(&c->queue, entry);
		c->nqueued--;
		c->queued_bytes -= sizeof(*q) + q->len;
		c->queued_fds -= q->fd != -1;
		chan_io_close(q->fd);
		free(q);
	}
	return 0;
}

/* Why a channel is closed that cannot be written to; NULL: it has ended. */
static const char *
send_failure(int error)
{
	if (error == EPIPE || error == ECONNRESET || error == ECONNREFUSED)
		return NULL;
	return error == ETOOMANYREFS
		   ? "too many descriptors in flight (ETOOMANYREFS)"
		   : "message cannot be sent";
}

static void
chan_writable(evutil_socket_t fd, short what, void *arg)
{
	struct chan *c = arg;

	(void)fd;
	(void)what;
	c->busy++;
	if (c->broken != NULL)
		chan_close(c, c->broken);
	else if (queue_send(c) == -1)
		chan_close(c, send_failure(errno));
	else if (c->nqueued == 0) {
		event_del(c->writable);
		if (c->ops->drained != NULL)
			c->ops->drained(c, c->arg);
	}
	chan_leave(c);
}

struct chan *
chan_new(struct event_base *base, int fd, enum role self, enum role peer,
    const struct chan_ops *ops, void *arg)
{
	struct chan *c;

	if ((c = calloc(1, sizeof(*c))) == NULL) {
		chan_io_close(fd);
		return NULL;
	}
	c->fd = fd;
	c->self = self;
	c->peer = peer;
	c->phase = PHASE_BOOT;
	c->queue_max = CHAN_QUEUE_BYTES;
	c->queued_fds_max = CHAN_QUEUE_MAX;
	c->takes_fds = msg_may_have_fd(peer, self);
	c->ops = ops;
	c->arg = arg;
	STAILQ_INIT(&c->queue);
	c->readable =
	    event_new(base, fd, EV_READ | EV_PERSIST, chan_readable, c);
	c->writable =
	    event_new(base, fd, EV_WRITE | EV_PERSIST, chan_writable, c);
	if (c->readable == NULL || c->writable == NULL)
		fatalx("no memory for a channel");
	event_add(c->readable, NULL);
	return c;
}

void
chan_set_phase(struct chan *c, enum msg_phase phase)
{
	c->phase = phase;
}

enum role
chan_peer(const struct chan *c)
{
	return c->peer;
}

void
chan_limit_queue(struct chan *c, size_t bytes)
{
	c->queue_max = bytes;
}

void
chan_limit_fds(struct chan *c, size_t n)
{
	c->queued_fds_max = n;
}

size_t
chan_queued(const struct chan *c)
{
	return c->nqueued;
}

/*
 * A channel that fails while its owner sends is reported from the event loop,
 * so that the owner's state does not change inside chan_send().
 */
static int
chan_break(struct chan *c, const char *why)
{
	if (c->broken == NULL) {
		c->broken = why;
		event_add(c->writable, NULL);
		event_active(c->writable, EV_WRITE, 0);
	}
	errno = EPIPE;
	return -1;
}

int
chan_send(struct chan *c, enum msg_type type, uint32_t id,
    const struct writer *w, int fd)
{
	static uint8_t buf[MSG_SIZE_MAX];
	struct queued *q;
	size_t len;

	if (c->closed || c->broken != NULL) {
		chan_io_close(fd);
		errno = EPIPE;
		return -1;
	}
	len = message_build(buf, type, id, w);
	if (c->nqueued == 0) {
		if (chan_io_send(c->fd, buf, len, fd) == 0) {
			chan_io_close(fd);
			return 0;
		}
		if (errno != EAGAIN && errno != ENOBUFS) {
			chan_io_close(fd);
			/* Its last messages may still be there to read. */
			return -1;
		}
	}
	if (c->nqueued >= CHAN_QUEUE_MAX ||
	    (fd != -1 && c->queued_fds >= c->queued_fds_max) ||
	    c->queued_bytes + sizeof(*q) + len > c->queue_max ||
	    (q = malloc(sizeof(*q) + len)) == NULL) {
		chan_io_close(fd);
		return chan_break(c, "messages are not read");
	}
	q->fd = fd;
	q->len = len;
	memcpy(q->data, buf, len);
	STAILQ_INSERT_TAIL(&c->queue, q, entry);
	c->nqueued++;
	c->queued_bytes += sizeof(*q) + len;
	c->queued_fds += fd != -1;
	event_add(c->writable, NULL);
	return 0;
}

int
chan_send_lent(struct chan *c, enum msg_type type, uint32_t id,
    const struct writer *w, int fd)
{
	static uint8_t buf[MSG_SIZE_MAX];
	size_t len = message_build(buf, type, id, w);

	if (c->closed || c->broken != NULL) {
		errno = EPIPE;
		return -1;
	}
	if (c->nqueued > 0) {
		errno = EAGAIN;
		return -1;
	}
	if (chan_io_send(c->fd, buf, len, fd) == 0)
		return 0;
	if (errno == ENOBUFS)
		errno = EAGAIN;
	return -1;
}

void
chan_flush(struct chan *c, int limit_ms)
{
	uint64_t now_ms, end_ms = clock_mono_ms() + (uint64_t)limit_ms;
	struct pollfd pfd = { .fd = c->fd, .events = POLLOUT };

	while (!c->closed && c->nqueued > 0) {
		if (queue_send(c) == -1 || c->nqueued == 0)
			return;
		if ((now_ms = clock_mono_ms()) >= end_ms)
			return;
		(void)poll(&pfd, 1, (int)(end_ms - now_ms));
	}
}

int
chan_wait(struct chan *c, int limit_ms)
{
	struct pollfd pfd = { .fd = c->fd, .events = POLLIN };
	int r = -1;

	if (c->closed || poll(&pfd, 1, limit_ms) <= 0)
		return -1;
	c->busy++;
	if (chan_read_one(c))
		r = 0;
	chan_leave(c);
	return r;
}

int
chan_recv_now(int fd, enum role self, enum role peer, enum msg_phase phase,
    uint8_t *buf, struct msg *m, const char **why)
{
	enum msg_refusal refusal;
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	size_t nfds;
	ssize_t n;
	int got;

	while ((n = chan_io_recv(fd, 0, buf, &got, &nfds)) == -1 &&
	       errno == EAGAIN)
		(void)poll(&pfd, 1, -1);
	if (n <= 0) {
		*why = n == 0 ? "the channel was closed" : strerror(errno);
		chan_io_close(got);
		return -1;
	}
	refusal = msg_check(peer, self, (uint8_t)phase, buf, (size_t)n, nfds);
	if (refusal != MSG_OK) {
		*why = msg_refusal_text(refusal);
		chan_io_close(got);
		return -1;
	}
	message_split(m, buf, (size_t)n, got);
	return 0;
}

int
chan_send_now(int fd, enum msg_type type, uint32_t id, const struct writer *w)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	int r;

	while ((r = chan_send_once(fd, type, id, w)) == -1 && errno == EAGAIN)
		(void)poll(&pfd, 1, -1);
	return r;
}

int
chan_send_once(int fd, enum msg_type type, uint32_t id, const struct writer *w)
{
	uint8_t buf[MSG_SIZE_MAX];

	return chan_io_send(fd, buf, message_build(buf, type, id, w), -1);
}
