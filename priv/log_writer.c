/* SPDX-License-Identifier: ISC */
/* Writes that do not block when the reader is slow or gone. */
#include "priv/log_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/clock.h"

/* A second open file of the same pipe or terminal; -1 where there is none. */
static int
open_again(int fd)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void
log_writer_open(struct log_writer *w, int fd)
{
	struct stat st;
	int again = -1;

	log_writer_close(w);
	w->fd = fd;
	if (fstat(fd, &st) == -1)
		return;
	w->socket = S_ISSOCK(st.st_mode);
	/* Regular files have a position, which must stay shared. */
	if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode))
		again = open_again(fd);
	if (again != -1) {
		w->fd = again;
		w->own = true;
	}
}

void
log_writer_take(struct log_writer *w, int sock)
{
	log_writer_close(w);
	w->fd = sock;
	w->own = true;
	w->socket = true;
}

/* What was lost stays counted. */
void
log_writer_close(struct log_writer *w)
{
	if (w->own)
		(void)close(w->fd);
	w->fd = -1;
	w->own = w->socket = w->partial = false;
}

/* Waits until the descriptor takes something; false when time is up. */
static bool
wait_writable(struct log_writer *w)
{
	struct pollfd p = { .fd = w->fd, .events = POLLOUT };
	uint64_t begin_ms = clock_mono_ms(), left_ms = 0, ms = 0;
	int n;

	if (begin_ms - w->since_ms >= 1000) {
		w->since_ms = begin_ms;
		w->waited_ms = 0;
	}
	if (w->waited_ms < LOG_WRITER_WAIT_MS)
		left_ms = LOG_WRITER_WAIT_MS - w->waited_ms;
	do {
		n = poll(&p, 1, (int)(left_ms - ms));
		ms = clock_mono_ms() - begin_ms;
	} while (n == -1 && errno == EINTR && ms < left_ms);
	w->waited_ms += ms;
	return n == 1;
}

static ssize_t
write_once(const struct log_writer *w, const char *line, size_t len)
{
	if (w->socket)
		return send(w->fd, line, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	return write(w->fd, line, len);
}

/* All of it, waiting while there is time for that; how much was taken. */
static size_t
write_all(struct log_writer *w, const char *line, size_t len)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = write_once(w, line + done, len - done);
		if (n >= 0) {
			done += (size_t)n;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			break;
		if (!wait_writable(w)) {
			errno = EAGAIN;
			break;
		}
	}
	return done;
}

int
log_writer_put(struct log_writer *w, const char *line, size_t len)
{
	size_t done;

	errno = EBADF;
	if (w->fd == -1)
		return -1;
	/* A shared descriptor may be in blocking mode: poll(2) first. */
	if (!w->own && !w->socket && !wait_writable(w)) {
		errno = EAGAIN;
		return -1;
	}
	if (w->partial && write_all(w, "\n", 1) != 1)
		return -1;
	w->partial = false;
	done = write_all(w, line, len);
	w->partial = done > 0 && done < len;
	return done == len ? 0 : -1;
}
