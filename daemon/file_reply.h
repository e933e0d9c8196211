/* SPDX-License-Identifier: ISC */
/* Decodes imaged's answers to tftpd and httpd.  Pure. */
#ifndef DAEMON_FILE_REPLY_H
#define DAEMON_FILE_REPLY_H

#include "daemon/buf.h"
#include "daemon/file.h"

/* FILE_GIVE: a file, or why there is none. */
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

/*
 * Decodes FILE_BLOCKS, whose descriptor is the table of hashes for the file
 * that comes next; -1 if it is malformed, or for blocks of another size.
 */
int file_reply_decode_table(struct reader *);

#endif
