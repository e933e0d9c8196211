/* SPDX-License-Identifier: ISC */
/* Which interfaces a configuration serves.  Pure. */
#ifndef PRIV_NET_SELECT_H
#define PRIV_NET_SELECT_H

#include "priv/conf.h"

/* Whether two configurations serve the same interfaces and addresses. */
bool net_same(const struct conf *, const struct conf *);

/*
 * Gives a configuration the interfaces of another one that serves the same
 * ones, because addresses of unserved interfaces may have changed.
 */
void net_take_found(struct conf *, struct conf *from);

/*
 * Sets which services an interface has, and its tftp-root.  An interface that
 * has only IPv6 link-local addresses, such as a bridge port, is served only if
 * a directive names it.  Returns false if TFTP or
 * HTTP lacks only a tftp-root.
 */
bool net_select(const struct conf *, struct iface *);

/* Whether a directive names this interface, or an address that it has. */
bool net_matches(const struct record_interface *, const struct iface *);

#endif
