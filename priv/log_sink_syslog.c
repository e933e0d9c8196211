/* SPDX-License-Identifier: ISC */
/* Sending lines to syslog without waiting for it. */
#include "priv/log_sink_syslog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "daemon/log.h"

static bool stream; /* the daemon listens for connections */

static int
connect_as(int type)
{
	const struct sockaddr_un un = { .sun_family = AF_UNIX,
		.sun_path = _PATH_LOG };
	int s, saved;

	s = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s == -1)
		return -1;
	if (connect(s, (const struct sockaddr *)&un, sizeof(un)) == 0)
		return s;
	saved = errno;
	(void)close(s);
	errno = saved;
	return -1;
}

static int
connect_anew(struct log_writer *w)
{
	int s;

	log_writer_close(w);
	stream = false;
	s = connect_as(SOCK_DGRAM);
	if (s == -1 && errno == EPROTOTYPE) {
		s = connect_as(SOCK_STREAM);
		stream = true;
	}
	if (s == -1)
		return -1;
	log_writer_take(w, s);
	return 0;
}

/* As syslog(3) writes it; the local time, in the C locale. */
static size_t
format(char *dst, size_t dstsz, int priority, const char *line)
{
	time_t now = time(NULL);
	char stamp[24];
	struct tm tm;
	int n;

	(void)localtime_r(&now, &tm);
	(void)strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &tm);
	n = snprintf(dst, dstsz, "<%d>%s pxeguard[%d]: %s",
	    LOG_DAEMON | priority, stamp, getpid(), line);
	return n < 0 || (size_t)n >= dstsz ? dstsz - 1 : (size_t)n;
}

int
log_sink_syslog(struct log_writer *w, int priority, const char *line)
{
	char buf[LOG_LINE_MAX + 128];
	size_t len = format(buf, sizeof(buf), priority, line);

	if (w->fd != -1) {
		/* A stream's lines end in a NUL. */
		if (log_writer_put(w, buf, len + (stream ? 1 : 0)) == 0)
			return 0;
		if (errno == EAGAIN)
			return -1;
	}
	if (connect_anew(w) == -1)
		return -1;
	return log_writer_put(w, buf, len + (stream ? 1 : 0));
}
