/* SPDX-License-Identifier: ISC */
/* FILE_ASK: the question of tftpd and httpd to imaged.  Pure. */
#ifndef DAEMON_FILE_ASK_H
#define DAEMON_FILE_ASK_H

#include "daemon/buf.h"
#include "daemon/file.h"

#define FILE_ASK_MAX (1 + 3 * 2 + FILE_FOLDER_MAX + 2 * FILE_NAME_MAX)

/* Where to look for what; no string has a NUL, and a length of 0 means none. */
struct file_ask {
	uint8_t root; /* index of the tftp-root */
	size_t ownlen;
	size_t namelen;
	size_t siblinglen;
	char own[FILE_FOLDER_MAX]; /* the client's own folder */
	char name[FILE_NAME_MAX];
	char sibling[FILE_NAME_MAX]; /* the name to try next */
};

void file_ask_encode(const struct file_ask *, struct writer *);

/* Decodes the body of a message; -1 if its fields are malformed. */
int file_ask_decode(struct reader *, struct file_ask *);

#endif
