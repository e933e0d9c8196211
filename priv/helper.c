/* SPDX-License-Identifier: ISC */
/* Forks processes for what may hang, and waits for them with a limit. */
#include "priv/helper.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "daemon/chan.h"
#include "daemon/clock.h"

pid_t
helper_fork(int *fd)
{
	int fds[2], saved;
	pid_t pid;

	if (chan_pair(fds) == -1)
		return -1;
	if ((pid = fork()) == 0) {
		*fd = fds[1];
		if (*fd > 0)
			(void)close_range(0, (unsigned int)*fd - 1, 0);
		(void)close_range((unsigned int)*fd + 1, ~0U, 0);
		return 0;
	}
	saved = errno;
	(void)close(fds[1]);
	if (pid == -1)
		(void)close(fds[0]);
	errno = saved;
	*fd = fds[0];
	return pid;
}

bool
helper_wait(int fd, short events, uint64_t end_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	uint64_t now_ms;
	int n;

	do {
		now_ms = clock_mono_ms();
		n = poll(&p, 1, now_ms < end_ms ? (int)(end_ms - now_ms) : 0);
	} while (n == -1 && errno == EINTR);
	return n == 1;
}
