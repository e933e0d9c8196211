/* SPDX-License-Identifier: ISC */
/* The owner of a channel: what it has seen, and what it does about it. */
#ifndef TESTS_UNIT_CHAN_OWNER_H
#define TESTS_UNIT_CHAN_OWNER_H

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/unit/chan_case.h"

/* What the owner of a channel has seen. */
struct seen {
	int messages;
	int closed;
	int drained;
	char why[128]; /* "": the other side closed it */
	uint16_t type;
	uint32_t id;
	uint32_t value; /* first four bytes of the body */
	bool has_fd;
	bool cloexec;
	int take; /* >0: keeps the descriptor */
	int kept;
	bool in_order; /* ids come one by one */
	bool free_in_message;
	bool free_in_closed;
	int refuse_after; /* message() returns -1 from this one on */
};

static struct event_base *base;
static struct chan *left; /* the parent's end, towards tftpd */
static int right; /* tftpd's end, a bare descriptor */
static struct seen got;

static inline int
message(struct chan *c, struct msg *m, void *arg)
{
	struct seen *s = arg;

	s->messages++;
	s->in_order = s->in_order && m->id == s->id + 1;
	s->type = m->type;
	s->id = m->id;
	s->value = reader_u32(&m->body);
	s->has_fd = m->fd != -1;
	if (m->fd != -1)
		s->cloexec = (fcntl(m->fd, F_GETFD) & FD_CLOEXEC) != 0;
	if (s->take > 0)
		s->kept = msg_take_fd(m);
	if (s->free_in_message) {
		chan_free(c);
		left = NULL;
	}
	return s->refuse_after > 0 && s->messages >= s->refuse_after ? -1 : 0;
}

static inline void
closed(struct chan *c, const char *why, void *arg)
{
	struct seen *s = arg;

	s->closed++;
	(void)snprintf(s->why, sizeof(s->why), "%s", why == NULL ? "" : why);
	if (s->free_in_closed) {
		chan_free(c);
		left = NULL;
	}
}

static inline void
drained(struct chan *c, void *arg)
{
	(void)c;
	((struct seen *)arg)->drained++;
}

static const struct chan_ops ops = { message, closed, drained };

/* left is `self` and hears from `peer`. */
static inline void
setup_as(enum role self, enum role peer)
{
	memset(&got, 0, sizeof(got));
	got.in_order = true;
	got.kept = -1;
	base = event_base_new();
	left = chan_case_open(base, self, peer, &ops, &got, &right);
}

static inline void
setup(void)
{
	setup_as(ROLE_PRIV, ROLE_TFTPD);
}

static inline void
teardown(void)
{
	chan_case_close(left, right);
	left = NULL;
	right = -1;
	event_base_free(base);
}

static inline void
spin(int turns)
{
	while (turns-- > 0)
		event_base_loop(base, EVLOOP_NONBLOCK | EVLOOP_ONCE);
}

/* Sends raw bytes with any number of descriptors. */
static inline void
raw_send(const void *p, size_t n, const int *fds, size_t nfds)
{
	union {
		struct cmsghdr align;
		uint8_t space[CMSG_SPACE(8 * sizeof(int))];
	} ctl = { 0 };
	struct iovec iov = { .iov_len = n };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

	memcpy(&iov.iov_base, &p, sizeof(p));
	if (nfds > 0) {
		struct cmsghdr *c;

		mh.msg_control = &ctl;
		mh.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&mh);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(nfds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, nfds * sizeof(int));
	}
	ck_assert_int_eq(sendmsg(right, &mh, 0), (ssize_t)n);
}

static inline void
ready_send(uint32_t id, uint32_t generation)
{
	uint8_t body[4];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, generation);
	ck_assert_int_eq(chan_send_now(right, MSG_READY, id, &w), 0);
}

#endif
