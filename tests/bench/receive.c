/* SPDX-License-Identifier: ISC */
/* The load client's sockets, and packets from them, many at once. */
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/load.h"

#define SOCKET_BUFFER (4 * 1024 * 1024)

int
receive_socket(uint32_t source)
{
	const struct load_options *o = &load_options;
	const int on = 1, room = SOCKET_BUFFER;
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	in.sin_addr.s_addr =
	    htonl(ntohl(o->source.s_addr) + source % o->nsources);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ==
		-1 ||
	    (o->gro &&
		setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof(on)) == -1) ||
	    (o->source.s_addr != INADDR_ANY &&
		bind(fd, (struct sockaddr *)&in, sizeof(in)) == -1)) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* The size of the packets in one receive; 0 for a single one. */
static size_t
segment_of(struct msghdr *mh)
{
	struct cmsghdr *c;
	int v = 0;

	for (c = CMSG_FIRSTHDR(mh); c != NULL; c = CMSG_NXTHDR(mh, c))
		if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO)
			memcpy(&v, CMSG_DATA(c), sizeof(v));
	return v > 0 ? (size_t)v : 0;
}

/* The first packet names the port that the transfer will have. */
static ssize_t
receive_first(struct fetch *f, uint8_t *p)
{
	struct sockaddr_in from;
	socklen_t length = sizeof(from);
	ssize_t n;

	n = recvfrom(f->sock, p, LOAD_RECEIVE, MSG_PEEK,
	    (struct sockaddr *)&from, &length);
	if (n == -1)
		return -1;
	if (from.sin_addr.s_addr != load_options.server.sin_addr.s_addr) {
		(void)recv(f->sock, p, LOAD_RECEIVE, 0);
		errno = EAGAIN;
		return -1;
	}
	f->connected = true;
	return connect(f->sock, (struct sockaddr *)&from, sizeof(from));
}

ssize_t
receive_packets(struct fetch *f, uint8_t *p, size_t *segment)
{
	_Alignas(struct cmsghdr) uint8_t space[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { p, LOAD_RECEIVE };
	struct msghdr mh = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = space,
		.msg_controllen = sizeof(space) };
	ssize_t n;

	*segment = 0;
	if (!f->connected && receive_first(f, p) == -1)
		return -1;
	if (!load_options.gro)
		return recv(f->sock, p, LOAD_RECEIVE, 0);
	if ((n = recvmsg(f->sock, &mh, 0)) != -1)
		*segment = segment_of(&mh);
	return n;
}
