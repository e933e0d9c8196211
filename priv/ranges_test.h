/* SPDX-License-Identifier: ISC */
/* What --test says of ranges and reservations on this host. */
#ifndef PRIV_RANGES_TEST_H
#define PRIV_RANGES_TEST_H

#include "priv/conf.h"

/*
 * Logs ranges that no interface of this host serves, and reserved addresses
 * that are in no network of a range, as dhcpd would treat them.  The interfaces
 * must have been found.  Returns the number of warnings.
 */
uint32_t ranges_test(const struct conf *);

#endif
