/* SPDX-License-Identifier: ISC */
/* Reads a certificate or a key. */
#ifndef DAEMON_TLS_FILE_H
#define DAEMON_TLS_FILE_H

#include <sys/types.h>

#include "daemon/handshake.h"

/*
 * Reads a file from its start, whatever the offset of fd is.  Its length, or -1
 * if it cannot be read or has more than TLS_FILE_BYTES_MAX bytes.
 */
ssize_t tls_file_read(int fd, char dst[TLS_FILE_BYTES_MAX]);

#endif
