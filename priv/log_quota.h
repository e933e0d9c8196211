/* SPDX-License-Identifier: ISC */
/* How much of the log one role may have. */
#ifndef PRIV_LOG_QUOTA_H
#define PRIV_LOG_QUOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* At most so many lines and bytes in a window; window_ms 0: for ever. */
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
 * Whether a line of so many bytes passes.  When one does, *suppressed is the
 * number of those before it that did not.
 */
bool log_quota_take(
    struct log_quota *, uint64_t now_ms, size_t len, uint64_t *suppressed);

#endif
