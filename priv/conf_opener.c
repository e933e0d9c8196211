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

#include "daemon/chan_io.h"
#include "daemon/clock.h"
#include "daemon/msg.h"
#include "daemon/open_error.h"
#include "daemon/record.h"
#include "priv/conf_open.h"
#include "priv/helper.h"
#include "priv/hung.h"
#include "priv/watch_walk.h"

#define REQUEST_MAX (1 + 2 + RECORD_PATH_MAX) /* directory or not, path */

static struct {
	pid_t pid; /* 0: there is none */
	int fd;
	bool failed; /* a file did not answer */
} opener;

/* ------------------------------------------------------- in the process */

/*
 * The next message, whose length is returned; ends with the parent.  *inotify:
 * the instance that came with it, or -1.
 */
static size_t
opener_request(int fd, uint8_t *buf, int *inotify)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t nfds;
	ssize_t n;

	while ((n = chan_io_recv(fd, 0, buf, inotify, &nfds)) == -1 &&
	       errno == EAGAIN)
		(void)poll(&p, 1, -1);
	if (n <= 0)
		_exit(0);
	return (size_t)n;
}

/* The two errors that an answer begins with. */
static void
opener_errors(uint8_t *buf, int error, int watch_error)
{
	struct writer w;

	writer_init(&w, buf, 8);
	writer_u32(&w, (uint32_t)error);
	writer_u32(&w, (uint32_t)watch_error);
}

__attribute__((noreturn)) static void
opener_serve(int fd)
{
	static uint8_t buf[MSG_SIZE_MAX];
	char path[RECORD_PATH_MAX];
	int opened, error, watch_error, inotify;
	struct reader r;
	struct writer w;
	bool directory;

	for (;;) {
		reader_init(&r, buf, opener_request(fd, buf, &inotify));
		directory = reader_bool(&r);
		(void)reader_str(&r, path, sizeof(path));
		writer_init(&w, buf, sizeof(buf));
		writer_zero(&w, 8);
		error = watch_error = 0;
		if (inotify != -1)
			watch_error = watch_way(inotify, path, &w);
		opened = conf_open(path, directory, &error);
		if (inotify != -1 && opened != -1 && watch_error == 0)
			watch_error = watch_files(inotify, opened, &w);
		chan_io_close(inotify);
		opener_errors(buf, error, watch_error);
		if (chan_io_send(fd, buf, w.len, opened) == -1)
			_exit(1);
		chan_io_close(opened);
	}
}

/* -------------------------------------------------------- in the parent */

static int
opener_start(void)
{
	int fd;
	pid_t pid = helper_fork(&fd);

	if (pid == 0)
		opener_serve(fd);
	if (pid == -1)
		return -1;
	opener.pid = pid;
	opener.fd = fd;
	return 0;
}

static int
opener_ask(const char *path, bool directory, int inotify)
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
	return chan_io_send(opener.fd, buf, w.len, inotify);
}

/* The descriptor that it sent, or -1. */
static int
opener_result(struct conf_opener_watch *watch, int *error)
{
	static uint8_t buf[MSG_SIZE_MAX];
	size_t nfds;
	ssize_t n;
	int fd;

	if ((n = chan_io_recv(opener.fd, MSG_DONTWAIT, buf, &fd, &nfds)) <= 0) {
		*error = n == 0 ? EIO : errno;
		chan_io_close(fd);
		conf_opener_end();
		return -1;
	}
	reader_init(&watch->pairs, buf, (size_t)n);
	*error = (int)reader_u32(&watch->pairs);
	watch->error = (int)reader_u32(&watch->pairs);
	watch->done = true;
	return fd;
}

static int
opener_open(const char *path, bool directory, int inotify, int limit_ms,
    struct conf_opener_watch *watch, int *error)
{
	uint64_t end_ms = clock_mono_ms() + (uint64_t)limit_ms;

	watch->done = false;
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
	    opener_ask(path, directory, inotify) == -1) {
		*error = errno;
		conf_opener_end();
		return -1;
	}
	if (helper_wait(opener.fd, POLLIN, end_ms))
		return opener_result(watch, error);
	hung_leave(path, opener.pid, opener.fd);
	opener.pid = 0;
	opener.failed = true;
	*error = OPEN_ERROR_AWAY;
	return -1;
}

int
conf_opener_open(const char *path, bool directory, int limit_ms, int *error)
{
	struct conf_opener_watch none;

	return opener_open(path, directory, -1, limit_ms, &none, error);
}

int
conf_opener_watch(const char *path, int inotify, int limit_ms,
    struct conf_opener_watch *watch, int *error)
{
	return opener_open(path, true, inotify, limit_ms, watch, error);
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
