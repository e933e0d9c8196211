/* SPDX-License-Identifier: ISC */
/*
 * Forms of dhcp-range that people write and that are none: a network with a
 * prefix length, two addresses with a dash, a netmask as a number of bits.
 */
#ifndef CONFD_RANGE_FORM_H
#define CONFD_RANGE_FORM_H

#include "confd/builder.h"

/*
 * Whether the first part of a token is an address, as in 10.0.0.0/24, fd00::/64
 * and 10.0.0.1-10.0.0.9.
 */
bool range_form_is_address(const char *);

/*
 * Reports such a form in the n parts that follow the tags of g, with the line
 * to write instead; false if they have none.
 */
bool range_form_complain(
    struct config *, const struct record_range *g, char **part, size_t n);

/*
 * Reports a netmask that is a prefix length: /24, or a number with something
 * behind it (more).  A number alone is a lease time.
 */
bool range_form_complain_mask(struct config *, const char *, bool more);

#endif
