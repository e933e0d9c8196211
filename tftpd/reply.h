/* SPDX-License-Identifier: ISC */
/* Decodes the answers of the parent and of imaged.  Pure. */
#ifndef TFTPD_REPLY_H
#define TFTPD_REPLY_H

#include "daemon/buf.h"
#include "daemon/file.h"

/* SOCKET_GIVE: a connected socket for a transfer, or why there is none. */
struct reply_socket {
	int err; /* errno; 0 with a descriptor */
	uint32_t mtu; /* of the path */
};

/* FILE_GIVE: a file, or why there is none. */
struct reply_file {
	enum file_status status; /* FILE_OK with a descriptor */
	uint8_t way; /* enum file_way bits */
	uint64_t size; /* at most INT64_MAX: offsets of a file are signed */
};

/*
 * Decode the body of a message with or without a descriptor; -1 if its fields
 * are malformed, or do not match the presence of a descriptor.
 */
int reply_socket_decode(struct reader *, bool has_fd, struct reply_socket *);
int reply_file_decode(struct reader *, bool has_fd, struct reply_file *);

#endif
