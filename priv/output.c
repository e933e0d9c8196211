/* SPDX-License-Identifier: ISC */
/* Writing log lines to standard error, the journal or syslog. */
#include "priv/output.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "daemon/log.h"

static enum output_kind kind = OUTPUT_STDERR;

enum output_kind
output_foreground(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	/* systemd names the socket; an inherited variable is not enough. */
	if (stream != NULL && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 &&
	    fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev &&
	    st.st_ino == ino)
		return OUTPUT_JOURNAL;
	return OUTPUT_STDERR;
}

void
output_open(enum output_kind k)
{
	kind = k;
	if (k == OUTPUT_SYSLOG)
		openlog("pxeguard", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	else
		tzset();
}

static const char *
priority_word(int priority)
{
	if (priority <= LOG_ERR)
		return "error: ";
	return priority == LOG_WARNING ? "warning: " : "";
}

/*
 * A role's line is as hostile as the role may be: what could move a
 * terminal's cursor does not pass.  UTF-8 is left alone.
 */
static void
line_clean(char *dst, size_t dstsz, const char *src)
{
	size_t i;

	for (i = 0; i + 1 < dstsz && src[i] != '\0'; i++)
		dst[i] = (unsigned char)src[i] < 0x20 || src[i] == 0x7f
			     ? '?'
			     : src[i];
	dst[i] = '\0';
}

/* One call for a line: dprintf() makes three. */
static __attribute__((format(printf, 1, 2))) void
stderr_write(const char *fmt, ...)
{
	char line[LOG_LINE_MAX + 128];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(line))
		(void)!write(STDERR_FILENO, line, (size_t)n);
}

void
output_line(const char *role, int priority, const char *line)
{
	char text[LOG_LINE_MAX], stamp[16];
	struct timeval tv;
	struct tm tm;

	line_clean(text, sizeof(text), line);
	switch (kind) {
	case OUTPUT_SYSLOG:
		syslog(
		    priority, "%s: %s%s", role, priority_word(priority), text);
		break;
	case OUTPUT_JOURNAL:
		stderr_write("<%d>%s: %s\n", priority, role, text);
		break;
	case OUTPUT_PLAIN:
		stderr_write("%s%s\n", priority_word(priority), text);
		break;
	case OUTPUT_STDERR:
		(void)gettimeofday(&tv, NULL);
		(void)localtime_r(&tv.tv_sec, &tm);
		(void)strftime(stamp, sizeof(stamp), "%H:%M:%S", &tm);
		stderr_write("%s.%03ld %s: %s%s\n", stamp,
		    (long)tv.tv_usec / 1000, role, priority_word(priority),
		    text);
		break;
	}
}
