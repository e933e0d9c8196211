/* SPDX-License-Identifier: ISC */
/*
 * Maps the file name in a request to the one that imaged opens: for tftpd and
 * httpd, and for the boot files that the configuration offers.
 */
#ifndef DAEMON_TFTP_NAME_H
#define DAEMON_TFTP_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/file.h"

/* A string of a packet, without its NUL; valid as long as the packet. */
struct tftp_text {
	const char *p;
	size_t len;
};

enum tftp_name_reason {
	TFTP_NAME_OK,
	TFTP_NAME_EMPTY,
	TFTP_NAME_LONG, /* more than FILE_NAME_MAX bytes */
	TFTP_NAME_PARENT, /* contains ".." */
	TFTP_NAME_CONTROL, /* contains a control character */
	TFTP_NAME_DIRECTORY, /* ends with a slash, or is the root */
	TFTP_NAME_REASON_MAX
};

/*
 * Writes the name below the root, without a leading slash or a NUL, to dst and
 * its length to *len.  root: the text of tftp-root, "" for none; absolute names
 * may begin with it.  The result has no empty, "." or ".." component; with
 * lower, its ASCII letters are lower case.  Pure.
 */
enum tftp_name_reason tftp_name_map(const struct tftp_text *asked,
    const char *root, bool lower, char dst[FILE_NAME_MAX], size_t *len);

#endif
