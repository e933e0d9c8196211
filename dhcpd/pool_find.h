/* SPDX-License-Identifier: ISC */
/*
 * What the bindings of a pool are found by: the pool's own part of pool_at(),
 * pool_of() and pool_bound_of(), which others find in pool.h.
 */
#ifndef DHCPD_POOL_FIND_H
#define DHCPD_POOL_FIND_H

#include "dhcpd/pool.h"

/*
 * New hash tables for so many bindings, with all that are in use; -1 without
 * memory, all else unchanged.
 */
int pool_rehash(struct pool *, size_t capacity);

/* Enters a binding under its address. */
void pool_link_addr(struct pool *, struct binding *);

/* Enters a binding under its client, and takes it out again. */
void pool_link_client(struct pool *, struct binding *);
void pool_unlink_client(struct binding *);

#endif
