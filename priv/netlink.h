/* SPDX-License-Identifier: ISC */
/*
 * Requests to the kernel through netlink(7), with a timeout.  Unlike in
 * pxeguard's own messages, integers are in host order.
 */
#ifndef PRIV_NETLINK_H
#define PRIV_NETLINK_H

#include "daemon/buf.h"

#define NETLINK_WAIT_MS 1000 /* the kernel answers at once, if at all */

/* One message of a datagram: fields of its header, and its payload. */
struct netlink_msg {
	uint16_t type; /* RTM_NEWNEIGH, NLMSG_DONE ... */
	uint16_t flags;
	uint32_t seq;
	struct reader body;
};

/* Reads the next message; false at the end, or if it is malformed. */
bool netlink_next(struct reader *datagram, struct netlink_msg *);

/* Reads the next attribute; false at the end, or if it is malformed. */
bool netlink_attr(struct reader *attrs, uint16_t *type, struct reader *value);

/* An integer in host order; 0 and a failed reader if it is too short. */
uint32_t netlink_u32(struct reader *);

/* A request that is being built. */
struct netlink_request {
	uint32_t len;
	uint8_t buf[256];
};

/* head: the structure after the header, such as struct ndmsg. */
void netlink_begin(struct netlink_request *, uint16_t type, uint16_t flags,
    const void *head, size_t len);
/* Appends an attribute.  One that does not fit is a bug and fatal. */
void netlink_add(
    struct netlink_request *, uint16_t type, const void *data, size_t len);

/* Gets a message of an answer. */
typedef void netlink_take_fn(const struct netlink_msg *, void *arg);

/*
 * Sends the request and waits for the complete answer: an acknowledgement, an
 * error, a dump, or a single message.  `take`, which may be NULL, gets each
 * message of the answer.  Returns 0, or -1 with the kernel's errno or
 * ETIMEDOUT.
 */
int netlink_ask(struct netlink_request *, netlink_take_fn *take, void *arg);

/* The same for sock_diag(7), which lists sockets. */
int
netlink_ask_diag(struct netlink_request *, netlink_take_fn *take, void *arg);

#endif
