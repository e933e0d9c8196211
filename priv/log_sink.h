/* SPDX-License-Identifier: ISC */
/* Writes the log lines of all processes. */
#ifndef PRIV_LOG_SINK_H
#define PRIV_LOG_SINK_H

#include <stdint.h>

enum log_sink_kind {
	/* Standard error, text only, no line twice; for --test. */
	LOG_SINK_PLAIN,
	LOG_SINK_STDERR, /* standard error: time, role, text */
	LOG_SINK_JOURNAL, /* standard error for systemd: <priority>role: text */
	LOG_SINK_SYSLOG,
};

/* JOURNAL if standard error is the journal, otherwise STDERR. */
enum log_sink_kind log_sink_foreground(void);

void log_sink_open(enum log_sink_kind);

/* Escapes and writes one line. */
void log_sink_line(const char *role, int priority, const char *line);

/* The number of warnings that were written or lost so far. */
uint64_t log_sink_warnings(void);

#endif
