/* SPDX-License-Identifier: ISC */
/* Log messages and counters of the server. */
#ifndef TFTPD_REPORT_H
#define TFTPD_REPORT_H

#include "tftpd/server.h"

/* detail: the text of the client's ERROR or of an errno; or NULL. */
void report_end(struct server *, const struct session *, enum transfer_end,
    const struct tftp_text *detail, uint64_t now_ms);
/* Packets to the client are dropped by the packet filter of this host. */
void report_filtered(const struct session *, uint64_t now_ms);

/* The client has answered nothing so far; the transfer goes on. */
void report_waiting(const struct session *, uint64_t now_ms);
void report_unopened(const struct session *, const char *why, uint64_t now_ms);
void
report_file(const struct server *, const struct session *, uint64_t now_ms);

/* A client that was given a boot file has asked for none. */
void report_silent(const struct host *, uint64_t now_ms);
void report_rejected(const struct server_from *, const struct tftp_text *name,
    const char *why, uint64_t now_ms);

/* Counts a request without an answer; why: below SERVER_DROP_LOGGED. */
void report_dropped(struct server *, const struct server_from *,
    enum server_counter why, uint64_t now_ms);

/* Logs all counters that are not 0. */
void report_stats(const struct server *, int priority);

#endif
