/* SPDX-License-Identifier: ISC */
/* Sending and receiving single messages with their descriptors. */
#include "daemon/chan_io.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "daemon/chan.h"

#define CHAN_FDS_MAX 4 /* room to notice, and close, surplus descriptors */
#define CHAN_SOCKBUF (1024 * 1024) /* as far as the kernel allows it */
#define CHAN_SOCKBUF_FDS (64 * 1024) /* of the one that sends descriptors */

static void
pair_buffer(int fd, bool sends_fds)
{
	const int size = sends_fds ? CHAN_SOCKBUF_FDS : CHAN_SOCKBUF;

	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static int
pair_new(int fds[2])
{
	return socketpair(
	    AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds);
}

int
chan_pair(int fds[2])
{
	if (pair_new(fds) == -1)
		return -1;
	pair_buffer(fds[0], false);
	pair_buffer(fds[1], false);
	return 0;
}

int
chan_pair_roles(enum role a, enum role b, int fds[2])
{
	if (pair_new(fds) == -1)
		return -1;
	pair_buffer(fds[0], msg_may_have_fd(a, b));
	pair_buffer(fds[1], msg_may_have_fd(b, a));
	return 0;
}

void
chan_io_close(int fd)
{
	if (fd != -1)
		(void)close(fd);
}

/* What was received, or -1 with errno if something was cut off. */
static ssize_t
recv_checked(ssize_t n, int flags, int *fd, size_t nfds)
{
	if ((flags & MSG_TRUNC) != 0)
		errno = EMSGSIZE;
	else if ((flags & MSG_CTRUNC) != 0 && fd != NULL && nfds < CHAN_FDS_MAX)
		errno = EMFILE;
	else
		return n;
	if (fd != NULL) {
		chan_io_close(*fd);
		*fd = -1;
	}
	return -1;
}

ssize_t
chan_io_recv(int sock, int flags, uint8_t *buf, int *fd, size_t *nfds)
{
	union {
		struct cmsghdr align;
		uint8_t space[CMSG_SPACE(CHAN_FDS_MAX * sizeof(int))];
	} ctl;
	struct iovec iov = { .iov_base = buf, .iov_len = MSG_SIZE_MAX };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	ssize_t n;

	*nfds = 0;
	if (fd != NULL) {
		*fd = -1;
		mh.msg_control = &ctl;
		mh.msg_controllen = sizeof(ctl);
	}
	/*
	 * If a peer ended with unread messages, the kernel reports ECONNRESET
	 * once, before the peer's own last messages.
	 */
	do {
		n = recvmsg(sock, &mh, flags | MSG_CMSG_CLOEXEC);
	} while (n == -1 && (errno == EINTR || errno == ECONNRESET));
	if (n == -1)
		return -1;
	if (fd == NULL && (mh.msg_flags & MSG_CTRUNC) != 0)
		*nfds = 1;
	for (c = CMSG_FIRSTHDR(&mh); c != NULL; c = CMSG_NXTHDR(&mh, c)) {
		size_t i, count;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < count; i++) {
			int got;

			memcpy(
			    &got, CMSG_DATA(c) + i * sizeof(int), sizeof(got));
			if ((*nfds)++ == 0 && fd != NULL)
				*fd = got;
			else
				(void)close(got);
		}
	}
	return recv_checked(n, mh.msg_flags, fd, *nfds);
}

/* Sends a message with a descriptor; returns its length, or -1 with errno. */
static ssize_t
send_with_fd(int sock, const uint8_t *buf, size_t len, int fd)
{
	union {
		struct cmsghdr align;
		uint8_t space[CMSG_SPACE(sizeof(int))];
	} ctl;
	struct iovec iov = { .iov_len = len };
	struct msghdr mh = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &ctl,
		.msg_controllen = sizeof(ctl.space) };
	struct cmsghdr *c;

	/* sendmsg() reads only, but its iovec is not const. */
	memcpy(&iov.iov_base, &buf, sizeof(buf));
	memset(&ctl, 0, sizeof(ctl));
	c = CMSG_FIRSTHDR(&mh);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(sock, &mh, MSG_NOSIGNAL);
}

/*
 * Without a descriptor send(2) is used, so that roles that pass none need not
 * be allowed sendmsg(2), whose destination address seccomp cannot check.
 */
int
chan_io_send(int sock, const uint8_t *buf, size_t len, int fd)
{
	ssize_t n;

	do {
		n = fd == -1 ? send(sock, buf, len, MSG_NOSIGNAL)
			     : send_with_fd(sock, buf, len, fd);
	} while (n == -1 && errno == EINTR);
	return n == -1 ? -1 : 0;
}
