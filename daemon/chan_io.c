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
#define CHAN_SOCKBUF (1024 * 1024)

int
chan_pair(int fds[2])
{
	const int size = CHAN_SOCKBUF;
	int i;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		0, fds) == -1)
		return -1;
	/* More room than the default, as far as the kernel allows it. */
	for (i = 0; i < 2; i++)
		(void)setsockopt(
		    fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return 0;
}

void
chan_io_close(int fd)
{
	if (fd != -1)
		(void)close(fd);
}

ssize_t
chan_io_recv(int sock, int flags, uint8_t *buf, int *fd, size_t *nfds)
{
	union {
		struct cmsghdr align;
		uint8_t space[CMSG_SPACE(CHAN_FDS_MAX * sizeof(int))];
	} ctl;
	struct iovec iov = { .iov_base = buf, .iov_len = MSG_SIZE_MAX };
	struct msghdr mh = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &ctl,
		.msg_controllen = sizeof(ctl) };
	struct cmsghdr *c;
	ssize_t n;

	*fd = -1;
	*nfds = 0;
	/*
	 * If a peer ended with unread messages, the kernel reports ECONNRESET
	 * once, before the peer's own last messages.
	 */
	do {
		n = recvmsg(sock, &mh, flags | MSG_CMSG_CLOEXEC);
	} while (n == -1 && (errno == EINTR || errno == ECONNRESET));
	if (n == -1)
		return -1;
	for (c = CMSG_FIRSTHDR(&mh); c != NULL; c = CMSG_NXTHDR(&mh, c)) {
		size_t i, count;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < count; i++) {
			int got;

			memcpy(
			    &got, CMSG_DATA(c) + i * sizeof(int), sizeof(got));
			if ((*nfds)++ == 0)
				*fd = got;
			else
				(void)close(got);
		}
	}
	if (mh.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
		chan_io_close(*fd);
		*fd = -1;
		errno = EMSGSIZE;
		return -1;
	}
	return n;
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
