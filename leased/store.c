/* SPDX-License-Identifier: ISC */
/* What is common to every lease store. */
#include "leased/store.h"

#include <stdio.h>
#include <string.h>

#include "daemon/log.h"

/*
 * The same client identifier, or the same hardware address: a boot ROM and
 * the system that it starts often have only the hardware address in common.
 */
static bool
store_same_client(const struct lease *a, const struct lease *b)
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
	       old->expiry_s > new->start_s && !store_same_client(old, new);
}

void
store_abandon(struct store *s, const char *shown)
{
	char why[STORE_WHY_MAX];

	(void)snprintf(why, sizeof(why), "%s", s->why);
	s->ops->close(s);
	fatalx(
	    "%s: cannot be used any more: %s; restarting leased", shown, why);
}

int
store_key_compare(const struct store_key *a, const struct store_key *b)
{
	int order;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	order = memcmp(a->addr, b->addr, a->len < b->len ? a->len : b->len);
	if (order != 0 || a->len == b->len)
		return order;
	return a->len < b->len ? -1 : 1;
}
