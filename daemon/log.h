/* SPDX-License-Identifier: ISC */
/*
 * Logging for every process.  A role has no access to syslog.  At its start it
 * installs a sink that sends its lines to the parent, which writes them.
 */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <syslog.h> /* LOG_ERR ... LOG_DEBUG */

#define LOG_LINE_MAX 1024

/*
 * A line that is about a line of the configuration begins with FILE:LINE and
 * this byte, which the parent replaces; see log_split_place().
 */
#define LOG_PLACE_END '\001'
#define LOG_PLACE_MAX 320 /* bytes of the two, with a NUL */

/* A line of the configuration. */
struct log_place {
	const char *file; /* not escaped; NULL: unknown */
	uint32_t line;
};

typedef void log_sink_fn(int priority, const char *line, void *arg);

/*
 * name: the process name, "dhcpd".  level: the least urgent priority that is
 * logged, LOG_INFO or LOG_DEBUG.  Until log_set_sink() is called, lines go to
 * standard error.
 */
void log_init(const char *name, int level);
void log_set_sink(log_sink_fn *sink, void *arg);
int log_level(void);

/* log_warn() appends the text of errno; the others do not. errno is kept. */
void log_warn(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_print(int priority, const char *, ...)
    __attribute__((format(printf, 2, 3)));
#define log_warnx(...) log_print(LOG_WARNING, __VA_ARGS__)
#define log_err(...) log_print(LOG_ERR, __VA_ARGS__)
#define log_notice(...) log_print(LOG_NOTICE, __VA_ARGS__)
#define log_info(...) log_print(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_print(LOG_DEBUG, __VA_ARGS__)
void log_line(int priority, const char *line);

/* About a line of the configuration, unless that is unknown. */
void log_at(int priority, struct log_place, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The text of a line that may begin with a place.  Copies the escaped name of
 * its file, or "", to file, and sets *number, or 0.
 */
const char *
log_split_place(const char *line, char file[LOG_PLACE_MAX], uint32_t *number);

/*
 * Only for the start and for broken invariants: no packet, file or client may
 * cause these calls.  fatal() appends the text of errno.  The process exits
 * with status 1.
 */
void fatal(const char *, ...) __attribute__((format(printf, 1, 2), noreturn));
void fatalx(const char *, ...) __attribute__((format(printf, 1, 2), noreturn));

/*
 * Escapes untrusted bytes for a log line: everything except printable ASCII,
 * and the backslash and double quote, becomes \xNN.  A text that does not fit
 * ends with "...".  Returns dst, always with a NUL.
 */
char *log_escape(char *dst, size_t dstsz, const void *src, size_t n);

/*
 * A rate limit for one kind of message: at most `burst` in `window_ms`.
 * `suppressed` counts the messages suppressed since the last one that passed.
 */
struct log_limit {
	uint32_t burst;
	uint32_t window_ms;
	uint64_t since_ms;
	uint32_t count;
	uint64_t suppressed;
};

#define LOG_LIMIT(burst, window_ms)           \
	{                                     \
		(burst), (window_ms), 0, 0, 0 \
	}

/*
 * Whether a message may be logged now.  If so, sets *suppressed, unless it is
 * NULL, to the number of messages suppressed since the last one that passed.
 */
bool log_limit_ok(struct log_limit *, uint64_t now_ms, uint64_t *suppressed);

#endif
