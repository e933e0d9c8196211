/* SPDX-License-Identifier: ISC */
/*
 * The boot files that dhcp-boot and pxe-service lines offer.  A client that
 * asks for one that is missing does not boot, while loaders also ask for many
 * names that need not exist.
 */
#ifndef DAEMON_OFFERS_H
#define DAEMON_OFFERS_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/arena.h"
#include "daemon/record.h"

struct offer {
	const char *name; /* in the arena */
	size_t len;
};

/* All zero is an empty set. */
struct offers {
	struct arena arena;
	struct offer *asked; /* as the configuration names them */
	size_t nasked, asked_cap;
	struct offer *below; /* names below a root, in order */
	size_t nbelow, below_cap;
};

/*
 * Adds the file of a line, or its URL if that has the scheme ("tftp://"); -1 if
 * out of memory.
 */
int offers_add(struct offers *, const char *scheme, const char *file);

/*
 * Maps the files to names below the n roots, as tftp_name_map() does; to be
 * called once, after the last offers_add().  -1 if out of memory.
 */
int offers_map(struct offers *, const char (*root)[RECORD_PATH_MAX], size_t n,
    bool lowercase);

/* Whether a name below a root is that of an offered file. */
bool offers_has(const struct offers *, const char *name, size_t len);

void offers_free(struct offers *);

#endif
