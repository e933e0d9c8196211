/* SPDX-License-Identifier: ISC */
/* Errors for clients whose file is not served. */
#include "tftpd/name.h"

const struct tftp_error tftp_name_errors[TFTP_NAME_REASON_MAX] = {
	[TFTP_NAME_OK] = { TFTP_EUNDEF, "fine" },
	[TFTP_NAME_EMPTY] = { TFTP_ENOTFOUND, "empty file name" },
	[TFTP_NAME_LONG] = { TFTP_ENOTFOUND, "file name too long" },
	[TFTP_NAME_PARENT] = { TFTP_EACCESS, "\"..\" in file name" },
	[TFTP_NAME_CONTROL] = { TFTP_ENOTFOUND,
	    "control character in file name" },
	[TFTP_NAME_DIRECTORY] = { TFTP_EACCESS, "not a regular file" },
};

const struct tftp_error tftp_file_errors[FILE_STATUS_MAX] = {
	[FILE_OK] = { TFTP_EUNDEF, "fine" },
	[FILE_MISSING] = { TFTP_ENOTFOUND, "file not found" },
	[FILE_DENIED] = { TFTP_EACCESS, "access denied" },
	[FILE_KIND] = { TFTP_EACCESS, "not a regular file" },
	[FILE_NAME] = { TFTP_ENOTFOUND, "not a file name" },
	[FILE_ERROR] = { TFTP_EUNDEF, "server cannot read the file" },
	[FILE_UNSIGNED] = { TFTP_EACCESS, "refused by the server" },
	[FILE_BUSY] = { TFTP_EUNDEF, "server is busy" },
};
