/* SPDX-License-Identifier: ISC */
/* The answer to one request, as JSON. */
#ifndef DHCPD_EXPLAIN_MEMBERS_H
#define DHCPD_EXPLAIN_MEMBERS_H

#include "dhcpd/explain_json.h"

/*
 * Adds what is known of the last answer, to a packet that came on this
 * interface, to an object.  All members are there, also without an answer.
 */
void explain_members(
    const struct explain *, const struct conf_iface *, struct json *);

/* For people and JSON: by which rule the address was chosen. */
const char *explain_address_rule(const struct explain *);

/* The range that an address belongs to; NULL: none. */
const struct conf_range *explain_range_of(const struct explain *, uint32_t);

/* The line that set the value of an option; of kind 0: the server. */
struct trace_line explain_option_line(const struct explain *, uint8_t code);

#endif
