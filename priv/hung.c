/* SPDX-License-Identifier: ISC */
/* The paths at which a process of the parent hangs. */
#include "priv/hung.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/record.h"

#define HUNG_MAX (2 * (RECORD_TFTP_ROOTS_MAX + 1))

static struct {
	int fd;
	char path[RECORD_PATH_MAX];
} hung[HUNG_MAX];
static size_t nhung;

static bool
has_ended(int fd)
{
	struct pollfd p = { .fd = fd };

	return poll(&p, 1, 0) == 1;
}

static void
forget_ended(void)
{
	size_t n = 0;

	while (n < nhung) {
		if (!has_ended(hung[n].fd)) {
			n++;
			continue;
		}
		(void)close(hung[n].fd);
		hung[n] = hung[--nhung];
	}
}

bool
hung_at(const char *path)
{
	size_t n;

	forget_ended();
	for (n = 0; n < nhung; n++)
		if (strcmp(hung[n].path, path) == 0)
			return true;
	return false;
}

size_t
hung_room(void)
{
	forget_ended();
	return HUNG_MAX - nhung;
}

void
hung_leave(const char *path, int pid, int fd)
{
	(void)kill(pid, SIGKILL);
	if (nhung == HUNG_MAX) {
		(void)close(fd);
		return;
	}
	hung[nhung].fd = fd;
	(void)snprintf(hung[nhung].path, sizeof(hung[nhung].path), "%s", path);
	nhung++;
}
