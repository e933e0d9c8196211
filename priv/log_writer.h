/* SPDX-License-Identifier: ISC */
/*
 * Writing log lines to a descriptor whose other end may not read: a pipe, a
 * terminal that is stopped, a log daemon that hangs.  A line that is not taken
 * soon is dropped and counted, so that the parent is never held up for long.
 */
#ifndef PRIV_LOG_WRITER_H
#define PRIV_LOG_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long the writer waits for a reader, altogether, in any second. */
#define LOG_WRITER_WAIT_MS 100

struct log_writer {
	int fd; /* -1: none */
	bool own; /* fd was opened here */
	bool socket; /* written to with send(2) */
	bool torn; /* the last line was taken in part */
	uint64_t lost; /* lines since the last one that was taken */
	uint64_t since_ms; /* of the second in which ... */
	uint64_t waited_ms; /* ... it has waited so long */
};

/*
 * Writes to what `fd` refers to.  Pipes and terminals are opened once more,
 * since O_NONBLOCK belongs to all who share an open file; where that fails,
 * poll(2) has to do.
 */
void log_writer_open(struct log_writer *, int fd);

/* Takes a socket that does not block; the writer closes it. */
void log_writer_take(struct log_writer *, int sock);
void log_writer_close(struct log_writer *);

/* 0, or -1 with errno; the caller counts the line as lost. */
int log_writer_put(struct log_writer *, const char *line, size_t len);

#endif
