/* SPDX-License-Identifier: ISC */
/* Log lines for the notes of the engine, as dnsmasq words them. */
#ifndef DHCPD_REPORT_H
#define DHCPD_REPORT_H

#include "dhcpd/state.h"

void report_note(const struct engine *, const struct note *, uint64_t now_ms);

/* Logs the ranges of a new configuration, and lines that have no effect. */
void report_conf(const struct dhcp_conf *);

/* Logs the counters that are not zero, as debug messages. */
void report_counters(const struct engine *);

#endif
