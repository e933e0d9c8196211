/* SPDX-License-Identifier: ISC */
/*
 * Counts how often a client asks for the size of a file without loading it.
 * Firmware does that once, and then loads the file; if it asks again and again,
 * the file does not suit it.  Pure.
 */
#ifndef TFTPD_QUERIES_H
#define TFTPD_QUERIES_H

#include "daemon/addr.h"

#define QUERIES_SLOTS 1024 /* a power of two */
#define QUERIES_WARN 3 /* so many in a row are worth a warning */

/* Client and file share a slot with others that have the same hash. */
struct queries {
	uint64_t seed;
	struct {
		uint32_t key; /* of client and file */
		uint32_t count; /* in a row */
	} slot[QUERIES_SLOTS];
};

void queries_init(struct queries *, uint64_t seed);

/* A transfer ended as a query; how many in a row there were. */
uint32_t queries_add(struct queries *, const struct addr *client,
    const char *name, size_t namelen);

/* The client has loaded the file. */
void queries_clear(struct queries *, const struct addr *client,
    const char *name, size_t namelen);

#endif
