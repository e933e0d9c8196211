/* SPDX-License-Identifier: ISC */
/*
 * The memory of the bindings.  It is reserved while the configuration or the
 * leases are loaded, with room for the longest identifier and name in every
 * binding.  So there is never room for a binding and none for its text.
 * Memory that was never used is not touched, and the kernel does not provide
 * it.  A binding with short texts touches sizeof(struct binding), and a large
 * dhcp-lease-max costs memory only for existing leases.
 */
#ifndef DHCPD_SLAB_H
#define DHCPD_SLAB_H

#include "dhcpd/binding.h"

#define SLAB_CHUNKS_MAX 64

struct slab_chunk {
	struct binding *v; /* n of them */
	struct binding_part *part; /* n * BINDING_PARTS_MAX */
	size_t n;
	size_t used; /* bindings before this one were in use once */
	size_t parts_used;
};

struct slab {
	struct slab_chunk chunk[SLAB_CHUNKS_MAX];
	size_t nchunks;
	size_t capacity; /* bindings in all chunks */
	struct binding_queue unused; /* bindings that were freed */
	struct binding_part *parts; /* a list of parts that were freed */
};

/* A position among the bindings; all zero is the first. */
struct slab_place {
	size_t chunk;
	size_t i;
};

void slab_init(struct slab *);
void slab_free(struct slab *);

/*
 * slab_size(): how many bindings slab_reserve(n) would have room for, at least
 * n; 0 when there can be no more chunks.  slab_reserve(): makes room for n
 * bindings; -1 without memory.
 */
size_t slab_size(const struct slab *, size_t n);
int slab_reserve(struct slab *, size_t n);

/* A binding that is not in use, zeroed; NULL: all are. */
struct binding *slab_get(struct slab *);
void slab_put(struct slab *, struct binding *);
bool slab_is_full(const struct slab *);

/* Writes the identifier and the name (without its NUL) of a binding. */
void slab_set_text(struct slab *, struct binding *, const void *id,
    size_t idlen, const void *name, size_t namelen);

/*
 * Returns the binding at a place and moves the place on.  At the end returns
 * NULL and starts again at the first.  Some bindings are BINDING_UNUSED.
 */
struct binding *slab_next(const struct slab *, struct slab_place *);

#endif
