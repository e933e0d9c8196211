/* SPDX-License-Identifier: ISC */
/* Looks at a folder in a process that may hang in place of the parent. */
#include "priv/folder_look.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/chan.h"
#include "daemon/clock.h"

/* Leads to the process that has not come back; -1: none. */
static int pending = -1;

/* Ends with the errno as its status; holds nothing of the parent meanwhile. */
__attribute__((noreturn)) static void
look(const char *path, int fd)
{
	struct stat st;

	if (fd > 0)
		(void)close_range(0, (unsigned int)fd - 1, 0);
	(void)close_range((unsigned int)fd + 1, ~0U, 0);
	if (stat(path, &st) == -1)
		_exit(errno);
	_exit(S_ISDIR(st.st_mode) ? 0 : ENOTDIR);
}

/* Whether the process at the other end has ended, within so many ms. */
static bool
ended(int fd, int limit_ms)
{
	struct pollfd p = { .fd = fd };
	uint64_t now_ms, end_ms = clock_mono_ms() + (uint64_t)limit_ms;
	int n;

	do {
		now_ms = clock_mono_ms();
		n = poll(&p, 1, now_ms < end_ms ? (int)(end_ms - now_ms) : 0);
	} while (n == -1 && errno == EINTR);
	return n == 1;
}

static int
result(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}

int
folder_look(const char *path, int limit_ms)
{
	int fds[2], error;
	pid_t pid;

	if (pending != -1 && !ended(pending, 0))
		return ETIMEDOUT;
	if (pending != -1)
		(void)close(pending);
	pending = -1;
	if (chan_pair(fds) == -1)
		return errno;
	if ((pid = fork()) == 0)
		look(path, fds[1]);
	error = errno;
	(void)close(fds[1]);
	if (pid == -1 || ended(fds[0], limit_ms)) {
		(void)close(fds[0]);
		return pid == -1 ? error : result(pid);
	}
	/* When it ends, it is collected with the roles. */
	(void)kill(pid, SIGKILL);
	pending = fds[0];
	return ETIMEDOUT;
}
