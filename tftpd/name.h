/* SPDX-License-Identifier: ISC */
/* From the file name that a client asks for to the one that imaged opens. */
#ifndef TFTPD_NAME_H
#define TFTPD_NAME_H

#include "daemon/file.h"
#include "tftpd/packet.h"

enum tftp_name_reason {
	TFTP_NAME_OK,
	TFTP_NAME_EMPTY,
	TFTP_NAME_LONG, /* more than FILE_NAME_MAX bytes */
	TFTP_NAME_PARENT, /* a ".." in it */
	TFTP_NAME_CONTROL, /* a control character in it */
	TFTP_NAME_DIRECTORY, /* it ends in a slash, or is the root */
	TFTP_NAME_REASON_MAX
};

/*
 * Writes the name below the root, without a leading slash or a NUL, to dst
 * and its length to *len.  root is the text of tftp-root, "" for none:
 * absolute names may begin with it.  What comes out has no empty, "." or ".."
 * component; with lower, ASCII letters below the root are lower case.  Pure.
 */
enum tftp_name_reason tftp_name_map(const struct tftp_text *asked,
    const char *root, bool lower, char dst[FILE_NAME_MAX], size_t *len);

/* The error for the client; none of the texts tells a path of the server. */
enum tftp_code tftp_name_code(enum tftp_name_reason);
const char *tftp_name_text(enum tftp_name_reason);
enum tftp_code tftp_file_code(enum file_status);
const char *tftp_file_text(enum file_status);

#endif
