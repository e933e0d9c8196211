/* SPDX-License-Identifier: ISC */
/* The networks of all dhcp-range lines. */
#ifndef CONFD_NETWORKS_H
#define CONFD_NETWORKS_H

#include "confd/keys.h"

struct config;

/* All zero is empty. */
struct networks {
	bool unknown; /* a mask is that of an interface, not known here */
	uint32_t mask[33]; /* those that occur */
	size_t nmasks;
	struct keys nets; /* address and mask */
};

/* False without memory. */
bool networks_load(const struct config *, struct networks *);
void networks_free(struct networks *);

/* The netmask of a network that has the address; 0: none is known. */
uint32_t networks_mask(const struct networks *, uint32_t addr);

/* Whether an address is, or may be, in one of them; true if there are none. */
bool networks_may_have(const struct networks *, uint32_t addr);

#endif
