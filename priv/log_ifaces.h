/* SPDX-License-Identifier: ISC */
/*
 * Logs which interfaces are served.  For a new configuration it logs all of
 * them; when interfaces change, only the differences, because hosts on the
 * network can cause such changes at any rate.
 */
#ifndef PRIV_LOG_IFACES_H
#define PRIV_LOG_IFACES_H

#include "priv/conf.h"

/*
 * Warns about directives that match no interface or one without an IPv4
 * address, about interfaces on which TFTP lacks a tftp-root, and about
 * addresses above the limit.  before: a configuration whose warnings were
 * logged, or NULL.
 */
void log_unserved(const struct conf *, const struct conf *before);

/*
 * Logs which services each interface has, and warns if DHCP is to be served and
 * no interface serves it; `before` as above.
 */
void log_served(const struct conf *, const struct conf *before);

#endif
