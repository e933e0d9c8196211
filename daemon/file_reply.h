/* SPDX-License-Identifier: ISC */
/* Decodes FILE_GIVE, imaged's answer to tftpd and httpd.  Pure. */
#ifndef DAEMON_FILE_REPLY_H
#define DAEMON_FILE_REPLY_H

#include "daemon/buf.h"
#include "daemon/file.h"

/* A file, or why there is none. */
struct file_reply {
	enum file_status status; /* FILE_OK with a descriptor */
	uint8_t way; /* enum file_way bits */
	uint64_t size; /* at most INT64_MAX: offsets of a file are signed */
	uint64_t mtime_ns; /* the last change, since 1970 */
};

/*
 * Decodes the body of a message with or without a descriptor; -1 if its fields
 * are malformed, or do not match the presence of a descriptor.
 */
int file_reply_decode(struct reader *, bool has_fd, struct file_reply *);

#endif
