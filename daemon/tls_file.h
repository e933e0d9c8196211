/* SPDX-License-Identifier: ISC */
/* The files of CONF_TLS: a certificate and its key. */
#ifndef DAEMON_TLS_FILE_H
#define DAEMON_TLS_FILE_H

#include <sys/types.h>

#define TLS_FILE_BYTES_MAX 65536

/* keyd gets both, httpd the certificate alone. */
enum tls_file { TLS_FILE_CERT, TLS_FILE_KEY, TLS_FILE_MAX };

/*
 * Reads a file from its start, whatever the offset of fd is.  Its length, or -1
 * if it cannot be read or has more than TLS_FILE_BYTES_MAX bytes.
 */
ssize_t tls_file_read(int fd, char dst[TLS_FILE_BYTES_MAX]);

#endif
