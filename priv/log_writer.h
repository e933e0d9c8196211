/* SPDX-License-Identifier: ISC */
/*
 * Writes log lines to a descriptor whose reader may be blocked: a pipe, a
 * stopped terminal, a log daemon that hangs.  A line that cannot be written
 * soon is dropped and counted, so that the parent is never blocked for long.
 */
#ifndef PRIV_LOG_WRITER_H
#define PRIV_LOG_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long the writer waits for a reader in any second, in total. */
#define LOG_WRITER_WAIT_MS 100

struct log_writer {
	int fd; /* -1: none */
	bool own; /* fd was opened by the writer, which closes it */
	bool socket; /* fd is a socket: send(2) is used */
	bool partial; /* the last line was written in part */
	uint64_t lost; /* lines dropped since the last line that was written */
	uint64_t since_ms; /* start of the present second */
	uint64_t waited_ms; /* time waited in that second */
};

/*
 * Sets the writer up for `fd`.  Pipes and terminals are opened a second time,
 * because O_NONBLOCK affects every process that shares the open file.  If that
 * fails, poll(2) is used before each write.
 */
void log_writer_open(struct log_writer *, int fd);

/* Sets the writer up for a non-blocking socket, which it closes. */
void log_writer_take(struct log_writer *, int sock);
void log_writer_close(struct log_writer *);

/* Writes a line.  0, or -1 with errno; the caller counts the line as lost. */
int log_writer_put(struct log_writer *, const char *line, size_t len);

#endif
