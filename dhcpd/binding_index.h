/* SPDX-License-Identifier: ISC */
/* Hash tables that find bindings by address, identifier, hardware address. */
#ifndef DHCPD_BINDING_INDEX_H
#define DHCPD_BINDING_INDEX_H

#include "dhcpd/slab.h"

/* Before the first index_resize() all fields but the seed are zero. */
struct binding_index {
	uint64_t seed; /* a number that clients do not know */
	struct binding_list *by_addr; /* mask + 1 heads each */
	struct binding_list *by_id;
	struct binding_list *by_hw;
	size_t mask;
};

/*
 * Makes the tables large enough for `capacity` bindings, and enters all
 * bindings of the slab that are in use.  -1 without memory; then nothing has
 * changed.
 */
int index_resize(struct binding_index *, const struct slab *, size_t capacity);
void index_free(struct binding_index *);

void index_add_addr(struct binding_index *, struct binding *);
void index_remove_addr(struct binding *);

/* Enters it under its identifier and hardware address, if it has them. */
void index_add_client(struct binding_index *, struct binding *);
void index_remove_client(struct binding *);

/* The binding of an address, or NULL. */
struct binding *index_at(const struct binding_index *, uint32_t addr);

/*
 * The binding of a client, or NULL.  One with a pending proposal is preferred,
 * then a bound, an offered and an idle one.
 */
struct binding *index_of(const struct binding_index *, const struct client *);

/* A bound and decided binding of this client at another address, or NULL. */
struct binding *index_bound_of(
    const struct binding_index *, const struct client *, uint32_t but_addr);

#endif
