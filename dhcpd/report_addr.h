/* SPDX-License-Identifier: ISC */
/*
 * Log lines about requests without an address: from a network without a range,
 * from a client whose reserved address cannot be given, and from one that has
 * chosen another server.
 */
#ifndef DHCPD_REPORT_ADDR_H
#define DHCPD_REPORT_ADDR_H

#include "dhcpd/state.h"

/* A note NOTE_NO_RANGE; the interface is the one that it came from. */
void report_no_range(const struct iface *, const struct note *);

/* A note NOTE_RESERVED of the step that the engine has just made. */
void report_reserved(const struct engine *, const struct note *);

/* A note NOTE_OTHER_SERVER. */
void report_other_server(const struct note *);

#endif
