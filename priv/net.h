/* SPDX-License-Identifier: ISC */
/* The host's interfaces: which there are, and which are served. */
#ifndef PRIV_NET_H
#define PRIV_NET_H

#include "priv/conf.h"

struct event_base;

/*
 * Looks at all interfaces of the host and puts them into c->ifaces, those that
 * the configuration serves first.  -1 after a log line; else it logs nothing,
 * since it may be called as often as others like (see priv/tell.h).
 */
int net_find(struct conf *c);

/* Whether two configurations serve the same interfaces and addresses. */
bool net_same(const struct conf *, const struct conf *);

/*
 * Pure: sets whether an interface is served, for DHCP and for TFTP, and with
 * which tftp-root.  One that has nothing but link-local addresses of IPv6, as
 * each port of a bridge has, is served only where a directive names it.
 * false: TFTP would be, but there is no tftp-root for it.
 */
bool net_select(const struct conf *, struct iface *);

/* Pure: whether a directive names this interface, or an address that it has. */
bool net_matches(const struct record_interface *, const struct iface *);

/* Whether a listen-address is one of IPv6. */
bool net_address6(const struct record_interface *);

/*
 * Calls changed() when interfaces or addresses may have changed: soon, and
 * where that does not end every few seconds.  -1 with errno.
 */
int net_watch(struct event_base *, void (*changed)(void *), void *arg);

#endif
