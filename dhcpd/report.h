/* SPDX-License-Identifier: ISC */
/* The notes of the engine as log lines, in the words of dnsmasq. */
#ifndef DHCPD_REPORT_H
#define DHCPD_REPORT_H

#include "dhcpd/engine.h"

void report_note(const struct engine *, const struct note *, uint64_t now_ms);

/* What is served from now on, and what in it cannot work as written. */
void report_conf(const struct dhcp_conf *);

/* The counters that are not zero, as debug lines. */
void report_counters(const struct engine *);

#endif
