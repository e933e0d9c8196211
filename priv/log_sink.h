/* SPDX-License-Identifier: ISC */
/* Writes the log lines of all processes. */
#ifndef PRIV_LOG_SINK_H
#define PRIV_LOG_SINK_H

#include <stddef.h>
#include <stdint.h>

enum log_sink_kind {
	LOG_SINK_PLAIN, /* standard error, text only, no line twice */
	LOG_SINK_STDERR, /* standard error: time, role, text */
	LOG_SINK_JOURNAL, /* standard error for systemd: <priority>role: text */
	LOG_SINK_SYSLOG,
};

/* JOURNAL if standard error is the journal, otherwise STDERR. */
enum log_sink_kind log_sink_foreground(void);

void log_sink_open(enum log_sink_kind);

/* Escapes and writes one line. */
void log_sink_line(const char *role, int priority, const char *line);

/* A message of confd; kind: see config_diag_kind(). */
void log_sink_diag(int priority, const char *file, uint32_t line, uint32_t kind,
    const char *text);

/* Writes a text as it is to standard error, however long that takes. */
int log_sink_text(const char *text);

/*
 * From now on the text of errors is also appended to dst, a line each, as long
 * as there is room, with the role before it if a role reports it; dst is "" at
 * first.  NULL: no longer.
 */
void log_sink_collect(char *dst, size_t size);

/*
 * From now on lines are passed to `keep` and not written.  File and text are
 * printable.  File "": no file; line 0: no line; kind 0: unknown.
 */
void log_sink_divert(void (*keep)(int priority, const char *file, uint32_t line,
    uint32_t kind, const char *text));

#endif
