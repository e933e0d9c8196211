/* SPDX-License-Identifier: ISC */
/* The errors that a client gets whose file is not served. */
#ifndef TFTPD_NAME_H
#define TFTPD_NAME_H

#include "daemon/tftp_name.h"
#include "tftpd/packet.h"

/* The error for the client; no text contains a path of the server. */
enum tftp_code tftp_name_code(enum tftp_name_reason);
const char *tftp_name_text(enum tftp_name_reason);
enum tftp_code tftp_file_code(enum file_status);
const char *tftp_file_text(enum file_status);

#endif
