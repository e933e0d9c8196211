/* SPDX-License-Identifier: ISC */
/*
 * Log lines about requests without an address: from a network without a range,
 * and from a client whose reserved address cannot be given.
 */
#ifndef DHCPD_REPORT_ADDR_H
#define DHCPD_REPORT_ADDR_H

#include "dhcpd/state.h"

/* A note NOTE_NO_RANGE; the interface is the one that it came from. */
void report_no_range(const struct iface *, const struct note *);

/* A note NOTE_RESERVED of the step that the engine has just made. */
void report_reserved(const struct engine *, const struct note *);

#endif
