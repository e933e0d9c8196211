/* SPDX-License-Identifier: ISC */
/* Warns of reservations that cannot be used. */
#ifndef PRIV_LOG_RESERVED_H
#define PRIV_LOG_RESERVED_H

#include "priv/conf.h"

/*
 * Warns of reserved addresses that are in no network of a dhcp-range, of the
 * first ones by name, and of those that are the first or last address of a
 * network whose netmask only its interface says.  The interfaces must have been
 * found.  Cheap also with many reservations and ranges.
 */
void log_reserved(const struct conf *);

#endif
