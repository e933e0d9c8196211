/* SPDX-License-Identifier: ISC */
/* Collects the networks of ranges, to find that of an address. */
#include "confd/networks.h"

#include "confd/builder.h"

static bool
networks_add(struct networks *n, const struct record_range *g)
{
	uint32_t key[2] = { g->start & g->mask, g->mask };
	size_t i;

	if (g->mask == 0) {
		n->unknown = true;
		return true;
	}
	for (i = 0; i < n->nmasks && n->mask[i] != g->mask; i++)
		continue;
	if (i == n->nmasks)
		n->mask[n->nmasks++] = g->mask;
	return keys_put(&n->nets, key, sizeof(key), 0);
}

bool
networks_load(const struct config *c, struct networks *n)
{
	struct record rec;
	size_t i;

	for (i = 0; config_next(c, RECORD_RANGE, &i, &rec); i++)
		if (!networks_add(n, &rec.u.range))
			return false;
	return true;
}

void
networks_free(struct networks *n)
{
	keys_free(&n->nets);
}

uint32_t
networks_mask(const struct networks *n, uint32_t addr)
{
	size_t i;

	for (i = 0; i < n->nmasks; i++) {
		uint32_t key[2] = { addr & n->mask[i], n->mask[i] };

		if (keys_find(&n->nets, key, sizeof(key)) != KEYS_NONE)
			return n->mask[i];
	}
	return 0;
}

bool
networks_may_have(const struct networks *n, uint32_t addr)
{
	return n->unknown || n->nmasks == 0 || networks_mask(n, addr) != 0;
}
