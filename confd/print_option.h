/* SPDX-License-Identifier: ISC */
/* Prints values of DHCP options.  No I/O. */
#ifndef CONFD_PRINT_OPTION_H
#define CONFD_PRINT_OPTION_H

#include "confd/print_out.h"

/*
 * These print the value in the most readable form that option_value_encode()
 * parses to the same value.  If there is none, they set `failed` of the buffer.
 */

/* The value of dhcp-option; nothing if it is empty. */
void print_suboption_value(struct out *, const struct record_suboption *);
void print_option_value(struct out *, const struct record_option *);

/* The value of dhcp-match; nothing if only the presence is tested. */
void print_option_match(struct out *, const struct record_match *);

#endif
