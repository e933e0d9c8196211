/* SPDX-License-Identifier: ISC */
/* Parts of log lines about requests for boot files. */
#ifndef DAEMON_REPORT_TEXT_H
#define DAEMON_REPORT_TEXT_H

#include <stdint.h>

#include "daemon/host.h"
#include "daemon/log.h"

#define REPORT_SUPPRESSED_MAX 56
#define REPORT_KNOWN_MAX (HOST_TEXT_MAX * 4 + RECORD_HW_MAX * 3 + 8)
#define REPORT_NAME_MAX 320 /* an escaped name, truncated if it is longer */
#define REPORT_REQUEST_MAX \
	(REPORT_NAME_MAX + ENDPOINT_TEXT + REPORT_KNOWN_MAX + 32)

/* What log lines say of a request for a file. */
struct report_request {
	const char *name; /* below the root */
	size_t namelen;
	bool own; /* found in the client's own folder */
	const struct endpoint *client;
	const struct host_id *host;
};

/* " (n similar messages suppressed)", or "" if there were none; returns dst. */
const char *report_suppressed(uint64_t n, char dst[REPORT_SUPPRESSED_MAX]);

/*
 * " (52:54:00:12:34:56, node7)": what is known of a client, "" if nothing is;
 * returns dst.
 */
const char *report_known(const struct host_id *, char dst[REPORT_KNOWN_MAX]);

/* `"name" for 192.168.1.50:2070 (52:54:00:12:34:56, node7)`; returns dst. */
const char *report_request_text(
    const struct report_request *, char dst[REPORT_REQUEST_MAX]);

/*
 * Warns that a boot file that the configuration offers is missing below a root,
 * at most as often as the limit allows.
 */
void report_not_found(const struct report_request *, const char *root,
    struct log_limit *, uint64_t now_ms);

/*
 * Logs that a request was rejected for the name that it asked for, or before it
 * had one (namelen 0).  Only the first line of why is logged.
 */
void report_invalid(const struct endpoint *client, const char *name,
    size_t namelen, const char *why, struct log_limit *, uint64_t now_ms);

/* Logs "count GROUPNAME: n", unless n is 0. */
void
report_count(int priority, const char *group, const char *name, uint64_t count);

#endif
