/* SPDX-License-Identifier: ISC */
/* Limits the log lines and diagnostics of one process. */
#ifndef PRIV_LOG_QUOTA_H
#define PRIV_LOG_QUOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* At most lines_max and bytes_max in a window; window_ms 0: it never ends. */
struct log_quota {
	uint32_t lines_max;
	size_t bytes_max;
	uint32_t window_ms;
	uint64_t since_ms;
	uint32_t lines;
	size_t bytes;
	uint64_t suppressed;
};

void log_quota_init(struct log_quota *, uint32_t lines_max, size_t bytes_max,
    uint32_t window_ms);

/*
 * Whether a line of len bytes may be logged.  If so, *suppressed is the number
 * of lines that were suppressed before it.
 */
bool log_quota_take(
    struct log_quota *, uint64_t now_ms, size_t len, uint64_t *suppressed);

#endif
