/* SPDX-License-Identifier: ISC */
/* Counting the lines and bytes that a role logs. */
#include "priv/log_quota.h"

#include <string.h>

void
log_quota_init(struct log_quota *q, uint32_t lines_max, size_t bytes_max,
    uint32_t window_ms)
{
	memset(q, 0, sizeof(*q));
	q->lines_max = lines_max;
	q->bytes_max = bytes_max;
	q->window_ms = window_ms;
}

bool
log_quota_take(
    struct log_quota *q, uint64_t now_ms, size_t len, uint64_t *suppressed)
{
	if (q->window_ms != 0 && now_ms - q->since_ms >= q->window_ms) {
		q->since_ms = now_ms;
		q->lines = 0;
		q->bytes = 0;
	}
	if (q->lines >= q->lines_max || len > q->bytes_max - q->bytes) {
		q->suppressed++;
		return false;
	}
	q->lines++;
	q->bytes += len;
	*suppressed = q->suppressed;
	q->suppressed = 0;
	return true;
}
