/* SPDX-License-Identifier: ISC */
/* Opens files of the configuration in a process that may hang. */
#include "priv/conf_opener.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/chan.h"
#include "daemon/chan_io.h"
#include "daemon/clock.h"
#include "daemon/open_error.h"
#include "daemon/record.h"
#include "priv/conf_open.h"
#include "priv/hung.h"

#define REQUEST_MAX (1 + 2 + RECORD_PATH_MAX) /* directory or not, path */

static struct {
	pid_t pid; /* 0: there is none */
	int fd;
	bool failed; /* a file did not answer */
} opener;

/* ------------------------------------------------------- in the process */

/* The next message, whose length is returned; ends with the parent. */
static size_t
opener_request(int fd, uint8_t *buf)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t nfds;
	ssize_t n;
	int none;

	while ((n = chan_io_recv(fd, 0, buf, &none, &nfds)) == -1 &&
	       errno == EAGAIN)
		(void)poll(&p, 1, -1);
	if (n <= 0)
		_exit(0);
	return (size_t)n;
}

/* Has of the parent's descriptors only the one that leads to it. */
__attribute__((noreturn)) static void
opener_serve(int fd)
{
	static uint8_t buf[MSG_SIZE_MAX];
	char path[RECORD_PATH_MAX];
	struct reader r;
	struct writer w;
	bool directory;
	int opened, error;

	if (fd > 0)
		(void)close_range(0, (unsigned int)fd - 1, 0);
	(void)close_range((unsigned int)fd + 1, ~0U, 0);
	for (;;) {
		reader_init(&r, buf, opener_request(fd, buf));
		directory = reader_bool(&r);
		(void)reader_str(&r, path, sizeof(path));
		error = 0;
		opened = conf_open(path, directory, &error);
		writer_init(&w, buf, sizeof(buf));
		writer_u32(&w, (uint32_t)error);
		if (chan_io_send(fd, buf, w.len, opened) == -1)
			_exit(1);
		chan_io_close(opened);
	}
}

/* -------------------------------------------------------- in the parent */

static int
opener_start(void)
{
	int fds[2], saved;
	pid_t pid;

	if (chan_pair(fds) == -1)
		return -1;
	if ((pid = fork()) == 0)
		opener_serve(fds[1]);
	saved = errno;
	(void)close(fds[1]);
	if (pid == -1) {
		(void)close(fds[0]);
		errno = saved;
		return -1;
	}
	opener.pid = pid;
	opener.fd = fds[0];
	return 0;
}

static int
opener_ask(const char *path, bool directory)
{
	uint8_t buf[REQUEST_MAX];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_bool(&w, directory);
	writer_str(&w, path);
	if (!writer_ok(&w)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return chan_io_send(opener.fd, buf, w.len, -1);
}

static bool
opener_answers(int limit_ms)
{
	struct pollfd p = { .fd = opener.fd, .events = POLLIN };
	uint64_t now_ms, end_ms = clock_mono_ms() + (uint64_t)limit_ms;
	int n;

	do {
		now_ms = clock_mono_ms();
		n = poll(&p, 1, now_ms < end_ms ? (int)(end_ms - now_ms) : 0);
	} while (n == -1 && errno == EINTR);
	return n == 1;
}

/* The descriptor that it sent, or -1. */
static int
opener_result(int *error)
{
	static uint8_t buf[MSG_SIZE_MAX];
	struct reader r;
	size_t nfds;
	ssize_t n;
	int fd;

	if ((n = chan_io_recv(opener.fd, MSG_DONTWAIT, buf, &fd, &nfds)) <= 0) {
		*error = n == 0 ? EIO : errno;
		chan_io_close(fd);
		conf_opener_end();
		return -1;
	}
	reader_init(&r, buf, (size_t)n);
	*error = (int)reader_u32(&r);
	return fd;
}

int
conf_opener_open(const char *path, bool directory, int limit_ms, int *error)
{
	if (opener.failed || hung_room() == 0) {
		*error = OPEN_ERROR_SKIPPED;
		return -1;
	}
	if (hung_at(path)) {
		opener.failed = true;
		*error = OPEN_ERROR_AWAY;
		return -1;
	}
	if ((opener.pid == 0 && opener_start() == -1) ||
	    opener_ask(path, directory) == -1) {
		*error = errno;
		conf_opener_end();
		return -1;
	}
	if (opener_answers(limit_ms))
		return opener_result(error);
	hung_leave(path, opener.pid, opener.fd);
	opener.pid = 0;
	opener.failed = true;
	*error = OPEN_ERROR_AWAY;
	return -1;
}

void
conf_opener_end(void)
{
	opener.failed = false;
	if (opener.pid == 0)
		return;
	/* It waits for a request, and ends when there can be none. */
	(void)close(opener.fd);
	while (waitpid(opener.pid, NULL, 0) == -1 && errno == EINTR)
		continue;
	opener.pid = 0;
}
