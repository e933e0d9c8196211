/* SPDX-License-Identifier: ISC */
/* The rules that every lease store keeps. */
#include "leased/store.h"

#include <string.h>

/*
 * The same client identifier, or the same hardware address: a boot ROM and
 * the system that it starts often agree in the latter alone.
 */
static bool
same_client(const struct lease *a, const struct lease *b)
{
	if (a->idlen > 0 && a->idlen == b->idlen &&
	    memcmp(a->id, b->id, a->idlen) == 0)
		return true;
	return a->hwtype == b->hwtype && a->hwlen == b->hwlen &&
	       (a->hwlen > 0 ? memcmp(a->hw, b->hw, a->hwlen) == 0
			     : a->idlen == 0 && b->idlen == 0);
}

bool
store_taken(const struct lease *old, const struct lease *new)
{
	return old->state == LEASE_BOUND && new->state == LEASE_BOUND &&
	       old->expiry_s > new->start_s && !same_client(old, new);
}
