/* SPDX-License-Identifier: ISC */
/* FILE_ASK: the question of tftpd and httpd to imaged. */
#ifndef DAEMON_FILE_ASK_H
#define DAEMON_FILE_ASK_H

#include "daemon/buf.h"
#include "daemon/file.h"

/* Where to look for a name; a length of 0 means none. */
struct file_ask {
	uint8_t root; /* index of the tftp-root */
	size_t ownlen;
	char own[FILE_FOLDER_MAX]; /* the client's own folder */
	size_t siblinglen;
	char sibling[FILE_NAME_MAX]; /* the name to try next */
};

#define FILE_ASK_MAX (1 + 3 * 2 + FILE_FOLDER_MAX + 2 * FILE_NAME_MAX)

void file_ask_encode(
    const struct file_ask *, const char *name, size_t len, struct writer *);

#endif
