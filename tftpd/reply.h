/* SPDX-License-Identifier: ISC */
/* Decodes the answer of the parent.  Pure. */
#ifndef TFTPD_REPLY_H
#define TFTPD_REPLY_H

#include "daemon/buf.h"

/* SOCKET_GIVE: a connected socket for a transfer, or why there is none. */
struct reply_socket {
	int err; /* errno; 0 with a descriptor */
	uint32_t mtu; /* of the path */
};

/*
 * Decodes the body of a message with or without a descriptor; -1 if its fields
 * are malformed, or do not match the presence of a descriptor.
 */
int reply_socket_decode(struct reader *, bool has_fd, struct reply_socket *);

#endif
