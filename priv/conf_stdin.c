/* SPDX-License-Identifier: ISC */
/* Keeps a configuration from standard input in a file in memory. */
#include "priv/conf_stdin.h"

#include <sys/mman.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* As CONFIG_TEXT_MAX of confd/config.h, which refuses a longer one. */
#define STDIN_MAX (64U << 20)

/* Each confd gets the same file, and none may change it for the next one. */
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static int kept = -1;

static int
stdin_copy(int fd)
{
	static char buf[65536];
	size_t total = 0;
	ssize_t n;

	while (total <= STDIN_MAX) {
		n = read(STDIN_FILENO, buf, sizeof(buf));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		total += (size_t)n;
		errno = ENOSPC;
		if (write(fd, buf, (size_t)n) != n)
			return -1;
	}
	return 0;
}

int
conf_stdin_read(void)
{
	int fd, saved;

	if (kept != -1)
		return 0;
	fd = memfd_create("pxeguard-stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd == -1)
		return -1;
	if (stdin_copy(fd) == -1 || fcntl(fd, F_ADD_SEALS, SEALS) == -1) {
		saved = errno;
		(void)close(fd);
		errno = saved;
		return -1;
	}
	kept = fd;
	return 0;
}

int
conf_stdin_open(void)
{
	if (kept == -1) {
		errno = ENODATA;
		return -1;
	}
	if (lseek(kept, 0, SEEK_SET) == -1)
		return -1;
	return fcntl(kept, F_DUPFD_CLOEXEC, 0);
}
