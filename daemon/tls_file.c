/* SPDX-License-Identifier: ISC */
/* Reads a certificate or a key. */
#include "daemon/tls_file.h"

#include <unistd.h>

ssize_t
tls_file_read(int fd, char dst[TLS_FILE_BYTES_MAX])
{
	size_t len = 0;
	ssize_t n;
	char more;

	while (len < TLS_FILE_BYTES_MAX) {
		n = pread(fd, dst + len, TLS_FILE_BYTES_MAX - len, (off_t)len);
		if (n <= 0)
			return n == 0 ? (ssize_t)len : -1;
		len += (size_t)n;
	}
	return pread(fd, &more, 1, (off_t)len) == 0 ? (ssize_t)len : -1;
}
