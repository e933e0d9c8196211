/* SPDX-License-Identifier: ISC */
/* Where the log lines of all processes end up. */
#ifndef PRIV_OUTPUT_H
#define PRIV_OUTPUT_H

enum output_kind {
	OUTPUT_PLAIN, /* standard error: text alone, for --test */
	OUTPUT_STDERR, /* a person's terminal: time, role, text */
	OUTPUT_JOURNAL, /* standard error under systemd: <priority>role: text */
	OUTPUT_SYSLOG,
};

/* STDERR or JOURNAL, by what standard error is. */
enum output_kind output_foreground(void);

void output_open(enum output_kind);

/* One line, made printable here whoever wrote it. */
void output_line(const char *role, int priority, const char *line);

#endif
