/* SPDX-License-Identifier: ISC */
/* The handed DHCP sockets: batches in, replies out. */
#ifndef DHCPD_SOCK_H
#define DHCPD_SOCK_H

#include "dhcpd/dest.h"
#include "dhcpd/engine.h"

struct event_base;
struct sock;

typedef void sock_packet_fn(const struct engine_input *);

/* The sockets of one configuration; all zero is none. */
struct socks {
	struct sock *first;
};

/*
 * Takes over fd, which is bound to port 67 and tells where its packets came
 * in (IP_PKTINFO).  ifindex: the interface it is bound to, 0 for any.
 * Nothing is read before socks_enable().  -1 without memory.
 */
int socks_add(struct socks *, struct event_base *, int fd, uint32_t ifindex,
    sock_packet_fn *);
void socks_enable(struct socks *);
void socks_close(struct socks *);

/* A failure is logged; the client will ask again. */
void socks_send(const struct socks *, const struct dest *, const void *, size_t,
    uint64_t now_ms);

#endif
