/* SPDX-License-Identifier: ISC */
/* The set of the addresses that are reserved. */
#include "priv/addrs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define SLOTS_MIN 64

/* Where an address belongs; nslots is a power of two. */
static size_t
addrs_slot(const struct addrs *a, uint32_t addr)
{
	return (size_t)((addr * a->multiplier) >> 32) & (a->nslots - 1);
}

static void
addrs_put(struct addrs *a, uint32_t addr)
{
	size_t i = addrs_slot(a, addr);

	while (a->slots[i] != 0 && a->slots[i] != addr)
		i = (i + 1) & (a->nslots - 1);
	if (a->slots[i] == 0)
		a->n++;
	a->slots[i] = addr;
}

static int
addrs_grow(struct addrs *a)
{
	struct addrs grown = { .multiplier = a->multiplier };
	size_t i;

	grown.nslots = a->nslots == 0 ? SLOTS_MIN : a->nslots * 2;
	grown.slots = calloc(grown.nslots, sizeof(*grown.slots));
	if (grown.slots == NULL)
		return -1;
	if (a->nslots == 0) {
		/* Without randomness it is slower at worst, never wrong. */
		if (getrandom(&grown.multiplier, sizeof(grown.multiplier),
			GRND_NONBLOCK) == -1)
			grown.multiplier = 0x9e3779b97f4a7c15;
		grown.multiplier |= 1;
	}
	for (i = 0; i < a->nslots; i++)
		if (a->slots[i] != 0)
			addrs_put(&grown, a->slots[i]);
	free(a->slots);
	*a = grown;
	return 0;
}

int
addrs_add(struct addrs *a, uint32_t addr)
{
	if (addr == 0)
		return 0;
	if (a->n >= a->nslots / 2 && addrs_grow(a) == -1)
		return -1;
	addrs_put(a, addr);
	return 0;
}

int
addrs_copy(struct addrs *dst, const struct addrs *src)
{
	if (src->nslots == 0)
		return 0;
	dst->slots = reallocarray(NULL, src->nslots, sizeof(*src->slots));
	if (dst->slots == NULL)
		return -1;
	memcpy(dst->slots, src->slots, src->nslots * sizeof(*src->slots));
	dst->nslots = src->nslots;
	dst->n = src->n;
	dst->multiplier = src->multiplier;
	return 0;
}

bool
addrs_has(const struct addrs *a, uint32_t addr)
{
	size_t i;

	if (a->nslots == 0 || addr == 0)
		return false;
	for (i = addrs_slot(a, addr); a->slots[i] != 0;
	     i = (i + 1) & (a->nslots - 1))
		if (a->slots[i] == addr)
			return true;
	return false;
}

void
addrs_free(struct addrs *a)
{
	free(a->slots);
	memset(a, 0, sizeof(*a));
}
