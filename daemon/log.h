/* SPDX-License-Identifier: ISC */
/*
 * Logging for every process.  A role has no way to syslog of its own: its
 * lines go to the parent through the sink that role start-up installs, and
 * the parent writes them out.
 */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <syslog.h> /* LOG_ERR ... LOG_DEBUG */

#define LOG_LINE_MAX 1024

typedef void log_sink_fn(int priority, const char *line, void *arg);

/*
 * name: the process name, "dhcpd".  level: the least urgent priority that is
 * kept, LOG_INFO or LOG_DEBUG.  Until log_set_sink() lines go to standard
 * error.
 */
void log_init(const char *name, int level);
void log_set_sink(log_sink_fn *sink, void *arg);
int log_level(void);

/* log_warn() appends the text of errno; the others do not. errno is kept. */
void log_warn(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_warnx(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_err(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_line(int priority, const char *line);

/*
 * For start-up and broken invariants only: no packet, file or client may
 * lead here.  fatal() appends the text of errno.  The process exits with 1.
 */
void fatal(const char *, ...) __attribute__((format(printf, 1, 2), noreturn));
void fatalx(const char *, ...) __attribute__((format(printf, 1, 2), noreturn));

/*
 * Makes bytes from outside fit for a log line: everything but printable
 * ASCII, and the backslash and double quote, becomes \xNN.  What does not fit
 * ends in "...".  Returns dst, which is always ended with a NUL.
 */
char *log_escape(char *dst, size_t dstsz, const void *src, size_t n);

/*
 * A limit for one kind of line: at most `burst` lines in `window_ms`; the
 * first line after a pause tells in `suppressed` how many were left out.
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
 * Whether a line may be logged now.  Sets *suppressed, where not NULL, to
 * the number left out since the last one that passed.
 */
bool log_limit_ok(struct log_limit *, uint64_t now_ms, uint64_t *suppressed);

#endif
