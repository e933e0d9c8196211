/* SPDX-License-Identifier: ISC */
/*
 * Buffers to read files ahead into: a few, so that memory does not grow with
 * the number of transfers.  Who gets none does without.
 */
#ifndef TFTPD_SLAB_H
#define TFTPD_SLAB_H

#include <stdint.h>

#define SLAB_COUNT 64
#define SLAB_BYTES 131072 /* the largest window, headers included */
#define SLAB_IDLE 16384 /* uses of others: then it may be taken away */

struct slab {
	struct slab **holder; /* NULL: free */
	uint64_t used; /* when, in uses of all slabs */
	uint8_t *bytes; /* SLAB_BYTES */
};

/*
 * Gives *holder a slab, or leaves it NULL.  A slab that was not used for long
 * is taken from its holder, whose pointer then becomes NULL.
 */
void slab_take(struct slab **holder);

/* Tells that a slab is in use still. */
void slab_touch(struct slab *);

/* Gives it back; *holder may be NULL, and is afterwards. */
void slab_give(struct slab **holder);

#endif
