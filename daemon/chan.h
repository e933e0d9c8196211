/* SPDX-License-Identifier: ISC */
/*
 * A channel between two processes: a SOCK_SEQPACKET socket with one message in
 * each packet and at most one descriptor.  Messages are checked against the
 * message table before the handler runs.  Sending never blocks: messages that
 * do not fit the socket buffer wait in a queue of limited length.
 */
#ifndef DAEMON_CHAN_H
#define DAEMON_CHAN_H

#include "daemon/buf.h"
#include "daemon/msg.h"

#define CHAN_QUEUE_BYTES (64U << 20)

struct event_base;
struct chan;

/*
 * A received message.  The body is valid until the handler returns.  fd is
 * -1 or a close-on-exec descriptor that chan closes after the handler,
 * unless the handler took it with msg_take_fd().
 */
struct msg {
	uint16_t type;
	uint32_t id;
	struct reader body;
	int fd;
};

int msg_take_fd(struct msg *);

struct chan_ops {
	/*
	 * A message that the table allows.  -1: its fields are malformed, which
	 * closes the channel like any other violation.
	 */
	int (*message)(struct chan *, struct msg *, void *arg);
	/*
	 * The channel can no longer be used.  why: NULL if the other side
	 * closed it, otherwise the violation or error.  The callee may free
	 * the channel; no other call follows.
	 */
	void (*closed)(struct chan *, const char *why, void *arg);
	/* The queue has become empty; may be NULL. */
	void (*drained)(struct chan *, void *arg);
};

/*
 * Takes over fd, an end of a chan_pair().  If out of memory, it closes fd and
 * returns NULL.
 */
struct chan *chan_new(struct event_base *, int fd, enum role self,
    enum role peer, const struct chan_ops *, void *arg);
void chan_free(struct chan *); /* also from a handler; NULL is ignored */

void chan_set_phase(struct chan *, enum msg_phase);
enum role chan_peer(const struct chan *);

/*
 * Sends or queues a message; w may be NULL for an empty body.  fd is -1, or is
 * sent with it and closed in any case.  A message whose length the table does
 * not allow, or a writer that failed, is a bug and fatal.  Returns -1 if the
 * channel is closed or its queue is full (EPIPE; then closed() follows), or if
 * the kernel rejects the message or its descriptor (ETOOMANYREFS).
 */
int chan_send(
    struct chan *, enum msg_type, uint32_t id, const struct writer *w, int fd);

/*
 * Sends a message with a descriptor that the caller keeps; it is never queued.
 * -1 with errno; EAGAIN if it would have to wait.  On failure nothing was sent.
 */
int chan_send_lent(
    struct chan *, enum msg_type, uint32_t id, const struct writer *w, int fd);

/*
 * Limits the bytes in the queue.  If the other side does not read, so that the
 * queue exceeds the limit, the channel is closed.  Default: CHAN_QUEUE_BYTES.
 */
void chan_limit_queue(struct chan *, size_t bytes);

/* The same for the descriptors in the queue, which have no other limit. */
void chan_limit_fds(struct chan *, size_t n);

/*
 * The process at the other end has exited: reads at most `max` of its messages
 * and then closes the channel, even if another process holds that end. closed()
 * is called once.
 */
void chan_finish(struct chan *, size_t max);

/* Messages that wait to be sent. */
size_t chan_queued(const struct chan *);

/* Sends the queued messages before an exit, for at most limit_ms. */
void chan_flush(struct chan *, int limit_ms);

/*
 * Waits for one message, for at most limit_ms, and calls its handler: for an
 * answer without which a library cannot go on.  Not from a handler of a
 * channel.  -1: no message in time, or the channel was closed, and closed() may
 * have freed it.
 */
int chan_wait(struct chan *, int limit_ms);

/*
 * A single blocking receive or send on a descriptor, before there is an event
 * loop.  chan_recv_now() fills buf (MSG_SIZE_MAX bytes) and *m; -1 with a
 * reason in *why on any failure.
 */
int chan_recv_now(int fd, enum role self, enum role peer, enum msg_phase,
    uint8_t *buf, struct msg *m, const char **why);
int chan_send_now(int fd, enum msg_type, uint32_t id, const struct writer *w);

/*
 * A single send on a descriptor that does not wait, for a message after the
 * channel was closed.
 */
int chan_send_once(int fd, enum msg_type, uint32_t id, const struct writer *w);

/* Creates a channel: two ends, close-on-exec, non-blocking.  -1 with errno. */
int chan_pair(int fds[2]);

/*
 * A channel between two roles, the end of `a` first.  An end that sends
 * descriptors gets a small buffer: the kernel limits the descriptors in flight
 * of each user (RLIMIT_NOFILE), over all channels of the process.
 */
int chan_pair_roles(enum role a, enum role b, int fds[2]);

#endif
