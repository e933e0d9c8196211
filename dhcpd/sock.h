/* SPDX-License-Identifier: ISC */
/* The DHCP sockets that the parent passes: receives batches, sends replies. */
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
	uint16_t server_port; /* for messages */
};

/*
 * Takes over fd, which is bound to the port of DHCP, or with pxe to port 4011,
 * and has IP_PKTINFO set, and SO_TIMESTAMPNS.  ifindex: the interface that it
 * is bound to, 0 for any. Nothing is read before socks_enable().  -1 without
 * memory; fd is closed then, too.
 */
int socks_add(struct socks *, struct event_base *, int fd, uint32_t ifindex,
    bool pxe, sock_packet_fn *);
void socks_enable(struct socks *);
void socks_close(struct socks *);

/* Logs a failure; the client will retransmit. */
void socks_send(const struct socks *, const struct dest *, const void *, size_t,
    uint64_t now_ms);

#endif
