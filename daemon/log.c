/* SPDX-License-Identifier: ISC */
/* Log lines: formatting, escaping, rate limits, and where they go. */
#include "daemon/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/printable.h"

static const char *log_name = "pxeguard";
static int log_max = LOG_INFO;
static log_sink_fn *log_sink;
static void *log_sink_arg;

void
log_init(const char *name, int level)
{
	log_name = name;
	log_max = level;
}

void
log_set_sink(log_sink_fn *sink, void *arg)
{
	log_sink = sink;
	log_sink_arg = arg;
}

int
log_level(void)
{
	return log_max;
}

void
log_line(int priority, const char *line)
{
	int saved = errno;

	if (priority > log_max)
		return;
	if (log_sink != NULL)
		log_sink(priority, line, log_sink_arg);
	else
		(void)dprintf(STDERR_FILENO, "%s: %s\n", log_name, line);
	errno = saved;
}

/* Formats into one bounded line and appends the text of err, unless 0. */
__attribute__((format(printf, 3, 0))) static void
log_vline(int priority, int err, const char *fmt, va_list ap)
{
	char line[LOG_LINE_MAX];
	int n;

	if (priority > log_max)
		return;
	n = vsnprintf(line, sizeof(line), fmt, ap);
	if (n < 0)
		return;
	if (err != 0 && (size_t)n < sizeof(line))
		(void)snprintf(
		    line + n, sizeof(line) - (size_t)n, ": %s", strerror(err));
	log_line(priority, line);
}

void
log_warn(const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	log_vline(LOG_WARNING, saved, fmt, ap);
	va_end(ap);
	errno = saved;
}

void
log_print(int priority, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_vline(priority, 0, fmt, ap);
	va_end(ap);
}

void
log_at(int priority, struct log_place at, const char *fmt, ...)
{
	char line[LOG_LINE_MAX], file[LOG_PLACE_MAX - 16];
	va_list ap;
	int n;

	va_start(ap, fmt);
	if (at.file == NULL) {
		log_vline(priority, 0, fmt, ap);
	} else {
		log_escape(file, sizeof(file), at.file, strlen(at.file));
		n = snprintf(line, sizeof(line), "%s:%u%c", file, at.line,
		    LOG_PLACE_END);
		(void)vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
		log_line(priority, line);
	}
	va_end(ap);
}

const char *
log_split_place(const char *line, char file[LOG_PLACE_MAX], uint32_t *number)
{
	const char *end = strchr(line, LOG_PLACE_END), *p;
	uint64_t n = 0, unit = 1;

	file[0] = '\0';
	*number = 0;
	if (end == NULL || end - line >= LOG_PLACE_MAX)
		return line;
	for (p = end; p > line && p[-1] >= '0' && p[-1] <= '9'; p--) {
		n += (uint64_t)(p[-1] - '0') * unit;
		unit *= 10;
	}
	if (p == end || end - p > 9 || p < line + 2 || p[-1] != ':')
		return line;
	memcpy(file, line, (size_t)(p - 1 - line));
	file[p - 1 - line] = '\0';
	*number = (uint32_t)n;
	return end + 1;
}

void
fatal(const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	log_vline(LOG_CRIT, saved, fmt, ap);
	va_end(ap);
	_exit(1);
}

void
fatalx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_vline(LOG_CRIT, 0, fmt, ap);
	va_end(ap);
	_exit(1);
}

/* ASCII without what could end a quoted word. */
static size_t
shown_quoted(const uint8_t *s, size_t n)
{
	(void)n;
	return *s >= 0x20 && *s < 0x7f && *s != '\\' && *s != '"' ? 1 : 0;
}

char *
log_escape(char *dst, size_t dstsz, const void *src, size_t n)
{
	return printable_escape(dst, dstsz, src, n, shown_quoted);
}

bool
log_limit_ok(struct log_limit *l, uint64_t now_ms, uint64_t *suppressed)
{
	if (l->count == 0 || now_ms - l->since_ms >= l->window_ms) {
		l->since_ms = now_ms;
		l->count = 0;
	}
	if (l->count >= l->burst) {
		l->suppressed++;
		return false;
	}
	l->count++;
	if (suppressed != NULL)
		*suppressed = l->suppressed;
	l->suppressed = 0;
	return true;
}
