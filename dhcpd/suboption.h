/* SPDX-License-Identifier: ISC */
/* The parts of options that encap:, vi-encap: and vendor: lines set.  Pure. */
#ifndef DHCPD_SUBOPTION_H
#define DHCPD_SUBOPTION_H

#include "dhcpd/classify.h"
#include "dhcpd/reply.h"

#define SUBOPTION_VALUE_MAX REPLY_OPTIONS_MAX

/* Whether a line is for this client: by its tags and option 60. */
bool suboption_applies(const struct dhcp_conf *, const struct request *,
    const struct conf_suboption *);

/* The option that a line is a part of. */
uint8_t suboption_outer(const struct conf_suboption *);

/*
 * The value of an option from all lines that are a part of it, the last one
 * first; 0: it is not sent.  A client that does not ask for it gets all parts
 * if one is forced; of enterprises only the forced ones.  lost: more than a
 * message has room for, so that the option is not sent; or parts of an
 * enterprise are missing, which can have no more than 255 bytes.
 */
size_t suboption_value(const struct dhcp_conf *, const struct request *,
    bool pxe, uint8_t outer, uint8_t dst[SUBOPTION_VALUE_MAX], bool *lost);

#endif
