/* SPDX-License-Identifier: ISC */
/* The pool of buffers for reading ahead. */
#include "tftpd/slab.h"

#include <stddef.h>

/* Pages of it exist once they are written to. */
static uint8_t memory[SLAB_COUNT][SLAB_BYTES] __attribute__((aligned(4096)));
static struct slab slabs[SLAB_COUNT];
static struct slab *unheld[SLAB_COUNT];
static unsigned int nunheld, nmade;
static unsigned int hand; /* looked at next, when none is free */
static uint64_t uses;

static struct slab *
slab_free_one(void)
{
	struct slab *s;

	if (nunheld > 0)
		return unheld[--nunheld];
	if (nmade < SLAB_COUNT) {
		s = &slabs[nmade];
		s->bytes = memory[nmade++];
		return s;
	}
	/* One look each time, so that this costs the same for all. */
	s = &slabs[hand];
	hand = (hand + 1) % SLAB_COUNT;
	if (uses - s->used < SLAB_IDLE)
		return NULL;
	*s->holder = NULL;
	return s;
}

void
slab_take(struct slab **holder)
{
	struct slab *s = slab_free_one();

	uses++;
	*holder = s;
	if (s == NULL)
		return;
	s->holder = holder;
	s->used = uses;
}

void
slab_touch(struct slab *s)
{
	s->used = ++uses;
}

void
slab_give(struct slab **holder)
{
	struct slab *s = *holder;

	if (s == NULL)
		return;
	s->holder = NULL;
	*holder = NULL;
	unheld[nunheld++] = s;
}
