/* SPDX-License-Identifier: ISC */
/* The listening sockets that the parent hands down, for each interface. */
#ifndef TFTPD_LISTEN_H
#define TFTPD_LISTEN_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "daemon/tftp.h"
#include "tftpd/server.h"

struct event_base;
struct event;

/* Room for what the kernel tells with a packet. */
union listen_control {
	struct cmsghdr align;
	uint8_t space[CMSG_SPACE(sizeof(struct in6_pktinfo)) + 64];
};

struct listener {
	int sock;
	uint32_t ifindex;
	uint32_t mtu; /* 0: not told yet */
	uint8_t root; /* index of its tftp-root */
	struct event *readable;
	void (*packet)(
	    const struct server_from *, const void *, size_t, bool truncated);
};

struct listen_set {
	uint32_t n;
	struct listener l[TFTP_SOCKETS_MAX];
};

/* Takes over sock; -1 when there are too many, and sock is closed. */
int listen_add(struct listen_set *, int sock, uint32_t ifindex);

/*
 * Starts to read: each packet goes to the function given, at most 64 in one
 * turn of the event loop.  -1 when there is no memory.
 */
int listen_start(struct listen_set *, struct event_base *,
    void (*packet)(
	const struct server_from *, const void *, size_t, bool truncated));

/*
 * Fills in where a packet came from, but for its client, when another socket
 * of port 69 has read it.  False when no listener has its interface.
 */
bool
listen_origin(const struct listen_set *, struct msghdr *, struct server_from *);

/* Closes all. */
void listen_clear(struct listen_set *);

#endif
