/* SPDX-License-Identifier: ISC */
/* Log messages and counters of the server. */
#ifndef HTTPD_LOG_HTTP_H
#define HTTPD_LOG_HTTP_H

#include "daemon/event.h"
#include "httpd/state.h"
#include "httpd/tcp.h"

/*
 * A request was answered.  why: NULL if the whole answer was sent, otherwise
 * the reason why not.
 */
void log_http_end(struct server *, const struct request *,
    const struct tcp_facts *, const char *why, uint64_t now_ms);

/* A request that names no file; what: its target, or "". */
void log_http_rejected(const struct endpoint *client, const char *what,
    const char *why, uint64_t now_ms);

/* A spare connection; why: CONN_FULL or CONN_SHARE. */
void log_http_spare(
    struct server *, const struct conn *, enum conn_why, uint64_t now_ms);

/* A connection that was closed at once; why: CONN_SPARES and what follows. */
void log_http_closed(
    struct server *, const struct conn *, enum conn_why, uint64_t now_ms);

/* A client that was given a boot file has asked for none. */
void
log_http_silent(const struct server *, const struct host *, uint64_t now_ms);

/* Logs all counters that are not 0. */
void log_http_stats(const struct server *, int priority);

#endif
