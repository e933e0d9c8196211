/* SPDX-License-Identifier: ISC */
/* The listening sockets of all interfaces, which the parent passes. */
#ifndef TFTPD_LISTEN_H
#define TFTPD_LISTEN_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "daemon/tftp.h"
#include "tftpd/server.h"

struct event_base;
struct event;

/* Buffer for the control messages of a packet. */
union listen_control {
	struct cmsghdr align;
	uint8_t space[CMSG_SPACE(sizeof(struct in6_pktinfo)) + 64];
};

struct listener {
	int sock;
	uint32_t ifindex;
	uint32_t mtu; /* 0: unknown */
	uint8_t root; /* index of its tftp-root */
	struct event *readable;
	void (*packet)(
	    const struct server_from *, const void *, size_t, bool truncated);
};

struct listen_set {
	uint32_t n;
	struct listener l[TFTP_SOCKETS_MAX];
};

/* Takes over sock.  Returns -1 and closes it if there are too many. */
int listen_add(struct listen_set *, int sock, uint32_t ifindex);

/*
 * Starts to receive: passes each packet to the function, at most 64 in one turn
 * of the event loop.  Returns -1 if out of memory.
 */
int listen_start(struct listen_set *, struct event_base *,
    void (*packet)(
	const struct server_from *, const void *, size_t, bool truncated));

/*
 * Completes `from`, whose client is set, for a packet that was received on
 * another socket of port 69.  False if no listener has its interface.
 */
bool
listen_origin(const struct listen_set *, struct msghdr *, struct server_from *);

/* Closes all sockets. */
void listen_clear(struct listen_set *);

#endif
