/* SPDX-License-Identifier: ISC */
/*
 * Asking the kernel through rtnetlink(7): one request, its answers, and a
 * deadline.  Unlike in pxeguard's own messages, integers are in host order.
 */
#ifndef PRIV_NETLINK_H
#define PRIV_NETLINK_H

#include "daemon/buf.h"

#define NETLINK_WAIT_MS 1000 /* the kernel answers at once, if at all */

/* One message of a datagram: its header, and what follows. */
struct netlink_msg {
	uint16_t type; /* RTM_NEWNEIGH, NLMSG_DONE ... */
	uint16_t flags;
	uint32_t seq;
	struct reader body;
};

/* The next message; false at the end, or where one is damaged. */
bool netlink_next(struct reader *datagram, struct netlink_msg *);

/* The next attribute; false at the end, or where one is damaged. */
bool netlink_attr(struct reader *attrs, uint16_t *type, struct reader *value);

/* An integer in host order; 0, and failed, where it does not fit. */
uint32_t netlink_u32(struct reader *);
uint64_t netlink_u64(struct reader *);

/* A request under construction, for rtnetlink. */
struct netlink_request {
	uint32_t len;
	uint8_t buf[256];
};

/* head: what follows the header, such as struct ndmsg. */
void netlink_begin(struct netlink_request *, uint16_t type, uint16_t flags,
    const void *head, size_t len);
/* Sizes are the program's own: what does not fit ends it. */
void netlink_add(
    struct netlink_request *, uint16_t type, const void *data, size_t len);

/*
 * Sends the request and waits for the end of its answer: an acknowledgement,
 * an error, the end of a dump, or for a plain question one message.  `take`,
 * which may be NULL, gets each message of it.  0, or -1 with errno: that of
 * the kernel, or ETIMEDOUT.
 */
int netlink_ask(struct netlink_request *,
    void (*take)(const struct netlink_msg *, void *), void *arg);

#endif
