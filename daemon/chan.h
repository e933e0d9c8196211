/* SPDX-License-Identifier: ISC */
/*
 * A channel between two processes: SOCK_SEQPACKET, one message a datagram,
 * at most one descriptor on it, checked against the message table before the
 * handler runs.  Sending never blocks: what the socket does not take waits in
 * a queue of bounded length.
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
	 * A message that the table allows.  -1 tells that its fields are
	 * wrong, which is a violation like any other.
	 */
	int (*message)(struct chan *, struct msg *, void *arg);
	/*
	 * The channel is of no more use; why is NULL when the other side
	 * closed it, else it tells how the table was broken or what failed.
	 * The callee frees the channel or leaves it; no other call follows.
	 */
	void (*closed)(struct chan *, const char *why, void *arg);
	/* The queue has become empty; may be NULL. */
	void (*drained)(struct chan *, void *arg);
};

/*
 * Takes over fd, an end of a chan_pair().  Returns NULL when there is no
 * memory; fd is then closed as well.
 */
struct chan *chan_new(struct event_base *, int fd, enum role self,
    enum role peer, const struct chan_ops *, void *arg);
void chan_free(struct chan *); /* may be called from a handler; NULL is fine */

void chan_set_phase(struct chan *, enum msg_phase);
enum msg_phase chan_phase(const struct chan *);
enum role chan_peer(const struct chan *);

/*
 * Sends or queues a message; w may be NULL for an empty body.  fd is -1 or
 * sent along and then closed here, whatever happens.  A message that the
 * table does not allow, or a writer that failed, is a bug and fatal.  -1 when
 * the channel is closed or its queue is full: closed() follows in the latter
 * case.
 */
int chan_send(
    struct chan *, enum msg_type, uint32_t id, const struct writer *w, int fd);

/*
 * Sends a message with a descriptor that stays the caller's; it is never
 * queued.  -1 with errno, EAGAIN where it would have to wait: nothing has
 * happened then.
 */
int chan_send_lent(
    struct chan *, enum msg_type, uint32_t id, const struct writer *w, int fd);

/*
 * Bounds the bytes that may wait to be sent; a channel whose other side lets
 * more of them pile up is closed.  CHAN_QUEUE_BYTES where it is not set.
 */
void chan_limit_queue(struct chan *, size_t bytes);

/*
 * The process at the other end has ended: reads what it had sent, at most
 * `max` messages, and then closes the channel, whoever else still holds that
 * end.  closed() is called once, as ever.
 */
void chan_finish(struct chan *, size_t max);

/* Messages that wait to be sent. */
size_t chan_queued(const struct chan *);

/* Sends what is queued, for at most limit_ms: before an exit. */
void chan_flush(struct chan *, int limit_ms);

/*
 * Before there is an event loop: one blocking receive or send on a bare
 * descriptor.  recv fills buf (MSG_SIZE_MAX bytes) and *m; -1 with a reason
 * in *why on any failure.
 */
int chan_recv_now(int fd, enum role self, enum role peer, enum msg_phase,
    uint8_t *buf, struct msg *m, const char **why);
int chan_send_now(int fd, enum msg_type, uint32_t id, const struct writer *w);

/* The two ends of a channel, close-on-exec, non-blocking; -1 with errno. */
int chan_pair(int fds[2]);

#endif
