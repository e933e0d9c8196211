/* SPDX-License-Identifier: ISC */
/* The errors that a client gets whose file is not served. */
#ifndef TFTPD_NAME_H
#define TFTPD_NAME_H

#include "daemon/tftp_name.h"
#include "tftpd/packet.h"

/* An ERROR packet for a client; no text contains a path of the server. */
struct tftp_error {
	enum tftp_code code;
	const char *text;
};

extern const struct tftp_error tftp_name_errors[TFTP_NAME_REASON_MAX];
extern const struct tftp_error tftp_file_errors[FILE_STATUS_MAX];

#endif
