/* SPDX-License-Identifier: ISC */
/* Parts of log lines about requests for boot files. */
#ifndef DAEMON_REPORT_TEXT_H
#define DAEMON_REPORT_TEXT_H

#include <stdint.h>

#include "daemon/host.h"

#define REPORT_SUPPRESSED_MAX 56
#define REPORT_KNOWN_MAX (HOST_TEXT_MAX * 4 + RECORD_HW_MAX * 3 + 8)

/* " (n similar messages suppressed)", or "" if there were none; returns dst. */
const char *report_suppressed(uint64_t n, char dst[REPORT_SUPPRESSED_MAX]);

/*
 * " (52:54:00:12:34:56, node7)": what dhcpd has reported of a client, "" if
 * hwlen is 0; returns dst.
 */
const char *report_known(const uint8_t *hw, uint8_t hwlen, const char *host,
    char dst[REPORT_KNOWN_MAX]);

#endif
