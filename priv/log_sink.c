/* SPDX-License-Identifier: ISC */
/* Log lines in the form of standard error, the journal or syslog. */
#include "priv/log_sink.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/printable.h"
#include "daemon/record.h"
#include "priv/log_sink_syslog.h"
#include "priv/output.h"

#define SAID_MAX 1000 /* lines of LOG_SINK_PLAIN that are not repeated */

static enum log_sink_kind kind = LOG_SINK_STDERR;
static struct log_writer writer = { .fd = -1 };
static void (*divert)(int, const char *, uint32_t, uint32_t, const char *);
static char *collected; /* see log_sink_collect() */
static size_t collected_size;

enum log_sink_kind
log_sink_foreground(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	/* systemd names the socket; an inherited variable is not enough. */
	if (stream != NULL && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 &&
	    fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev &&
	    st.st_ino == ino)
		return LOG_SINK_JOURNAL;
	return LOG_SINK_STDERR;
}

void
log_sink_open(enum log_sink_kind k)
{
	kind = k;
	tzset();
	log_writer_close(&writer);
	if (k != LOG_SINK_SYSLOG)
		log_writer_open(&writer, STDERR_FILENO);
}

static const char *
priority_word(int priority)
{
	if (priority <= LOG_ERR)
		return "error: ";
	return priority == LOG_WARNING ? "warning: " : "";
}

/* Waits, because no client is served and a pager may be slow. */
int
log_sink_text(const char *line)
{
	return output_all(STDERR_FILENO, line, strlen(line));
}

static int
stderr_write(const char *line)
{
	if (kind == LOG_SINK_PLAIN)
		return log_sink_text(line);
	if (writer.fd == -1)
		log_writer_open(&writer, STDERR_FILENO);
	return log_writer_put(&writer, line, strlen(line));
}

/*
 * Whether this line was written: each role says which of its layers is
 * disabled, for example.
 */
static bool
said_before(const char *text)
{
	static uint64_t said[SAID_MAX];
	static size_t n;
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
	size_t i;

	for (; *text != '\0'; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	for (i = 0; i < n; i++)
		if (said[i] == hash)
			return true;
	if (n < SAID_MAX)
		said[n++] = hash;
	return false;
}

/* One line in the form of its kind; -1 where it was not taken. */
static int
line_put(const char *role, int priority, const char *text)
{
	char line[LOG_LINE_MAX + 128], stamp[16];
	struct timeval tv;
	struct tm tm;

	switch (kind) {
	case LOG_SINK_SYSLOG:
		(void)snprintf(line, sizeof(line), "%s: %s%s", role,
		    priority_word(priority), text);
		return log_sink_syslog(&writer, priority, line);
	case LOG_SINK_JOURNAL:
		(void)snprintf(
		    line, sizeof(line), "<%d>%s: %s\n", priority, role, text);
		break;
	case LOG_SINK_PLAIN:
		(void)snprintf(line, sizeof(line), "%s%s\n",
		    priority_word(priority), text);
		break;
	case LOG_SINK_STDERR:
		(void)gettimeofday(&tv, NULL);
		(void)localtime_r(&tv.tv_sec, &tm);
		(void)strftime(stamp, sizeof(stamp), "%H:%M:%S", &tm);
		(void)snprintf(line, sizeof(line), "%s.%03ld %s: %s%s\n", stamp,
		    (long)tv.tv_usec / 1000, role, priority_word(priority),
		    text);
		break;
	}
	return stderr_write(line);
}

/* Tells how many lines were lost before this one. */
static int
lost_put(void)
{
	char text[128];

	(void)snprintf(text, sizeof(text),
	    "%llu log lines lost: they were not read in time",
	    (unsigned long long)writer.lost);
	if (line_put("pxeguard", LOG_WARNING, text) == -1)
		return -1;
	writer.lost = 0;
	return 0;
}

void
log_sink_collect(char *dst, size_t size)
{
	collected = dst;
	collected_size = size;
	if (dst != NULL)
		dst[0] = '\0';
}

/* A line that does not fit is left out, as are all after it. */
static void
collect(const char *role, const char *text)
{
	size_t len = strlen(collected), room = collected_size - len;
	/* The parent speaks for itself and for the configuration. */
	bool named = strcmp(role, "pxeguard") != 0 && strcmp(role, "conf") != 0;
	int n = snprintf(collected + len, room, "%s%s%s\n", named ? role : "",
	    named ? ": " : "", text);

	if ((size_t)n >= room) {
		collected[len] = '\0';
		collected_size = len + 1;
	}
}

/* Joins file, line and text; file "": none. */
static void
line_write(const char *role, int priority, const char *file, uint32_t line,
    const char *rest)
{
	char whole[LOG_PLACE_MAX + RECORD_PATH_MAX + LOG_LINE_MAX];
	char text[LOG_LINE_MAX];

	if (file[0] == '\0')
		(void)snprintf(whole, sizeof(whole), "%s", rest);
	else if (line == 0)
		(void)snprintf(whole, sizeof(whole), "%s: %s", file, rest);
	else
		(void)snprintf(
		    whole, sizeof(whole), "%s:%u: %s", file, line, rest);
	printable(text, sizeof(text), whole);
	if (kind == LOG_SINK_PLAIN && said_before(text))
		return;
	if (priority <= LOG_ERR && collected != NULL)
		collect(role, text);
	if ((writer.lost > 0 && lost_put() == -1) ||
	    line_put(role, priority, text) == -1)
		writer.lost++;
}

static void
line_divert(int priority, const char *file, uint32_t line, uint32_t message,
    const char *rest)
{
	char text[LOG_LINE_MAX], name[RECORD_PATH_MAX];

	printable(text, sizeof(text), rest);
	printable(name, sizeof(name), file);
	divert(priority, name, line, message, text);
}

void
log_sink_line(const char *role, int priority, const char *line)
{
	char file[LOG_PLACE_MAX];
	uint32_t number;
	const char *text = log_split_place(line, file, &number);

	/* Many systems write more urgent ones to all terminals. */
	if (priority < LOG_CRIT)
		priority = LOG_CRIT;
	if (divert != NULL)
		line_divert(priority, file, number, 0, text);
	else
		line_write(role, priority, file, number, text);
}

void
log_sink_diag(int priority, const char *file, uint32_t line, uint32_t message,
    const char *text)
{
	if (priority < LOG_CRIT)
		priority = LOG_CRIT;
	if (divert != NULL)
		line_divert(priority, file, line, message, text);
	else
		line_write("conf", priority, file, line, text);
}

void
log_sink_divert(
    void (*keep)(int, const char *, uint32_t, uint32_t, const char *))
{
	divert = keep;
}
