/* SPDX-License-Identifier: ISC */
/* Fills in a reply: addresses, boot file, options.  Pure. */
#ifndef DHCPD_REPLY_BUILD_H
#define DHCPD_REPLY_BUILD_H

#include "dhcpd/reply_work.h"

/* The caller has called classify_range() for the range of the net. */
void reply_build(const struct dhcp_conf *, const struct request *,
    const struct reply_spec *, struct reply *);

/* The dhcp-option-pxe lines, for the reply of a proxy. */
void reply_build_pxe(const struct dhcp_conf *, const struct request *,
    uint32_t local, struct reply *);

void reply_build_nak(
    const struct request *, uint32_t server, const char *why, struct reply *);

/*
 * The lease time for a request: from the dhcp-host line, else from the range;
 * or what the client asks for, if that is less, but at least two minutes.
 */
uint32_t reply_build_lease_s(const struct request *, const struct conf_range *);

#endif
