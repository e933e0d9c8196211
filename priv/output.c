/* SPDX-License-Identifier: ISC */
/* Checks and writes what a role sends for standard output. */
#include "priv/output.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"

bool
output_is_plain(const uint8_t *text, size_t len, bool cr)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((text[i] < ' ' || text[i] > '~') && text[i] != '\n' &&
		    !(text[i] == '\r' && cr))
			return false;
	return true;
}

int
output_all(int fd, const char *text, size_t len)
{
	struct pollfd out = { .fd = fd, .events = POLLOUT };
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = write(fd, text + done, len - done);
		if (n == -1 && errno == EAGAIN)
			(void)poll(&out, 1, -1);
		else if (n == -1 && errno != EINTR)
			return -1;
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* A reader that has seen enough, as head(1), is no error. */
int
output_write(const char *text, size_t len)
{
	if (output_all(STDOUT_FILENO, text, len) == 0 || errno == EPIPE)
		return 0;
	log_err("standard output: %s", strerror(errno));
	return 1;
}
