/* SPDX-License-Identifier: ISC */
/* Sorting without system calls. */
#include "daemon/sort.h"

#include <stdint.h>
#include <string.h>

#define SORT_CHUNK 64 /* bytes exchanged at a time */

/* The heap: element 0 is the greatest, i is above 2i + 1 and 2i + 2. */
struct heap {
	uint8_t *base;
	size_t size; /* of an element */
	int (*compare)(const void *, const void *);
};

static uint8_t *
heap_at(const struct heap *h, size_t i)
{
	return h->base + i * h->size;
}

static void
heap_swap(const struct heap *h, size_t i, size_t k)
{
	uint8_t buf[SORT_CHUNK];
	uint8_t *a = heap_at(h, i);
	uint8_t *b = heap_at(h, k);
	size_t left, n;

	for (left = h->size; left > 0; left -= n, a += n, b += n) {
		n = left < sizeof(buf) ? left : sizeof(buf);
		memcpy(buf, a, n);
		memcpy(a, b, n);
		memcpy(b, buf, n);
	}
}

/*
 * Restores the order of the heap of n elements below i, whose element may be
 * too small.  It goes down to a leaf along the greater children, without
 * looking at the element, and from there up to the element's place: what is
 * moved from the end of a heap nearly always belongs near the bottom, so that
 * this takes about half the comparisons of looking at each step.
 */
static void
heap_sift(const struct heap *h, size_t i, size_t n)
{
	size_t k = i;

	while (k < n / 2) {
		size_t child = 2 * k + 1;

		if (child + 1 < n &&
		    h->compare(heap_at(h, child), heap_at(h, child + 1)) < 0)
			child++;
		k = child;
	}
	while (k != i && h->compare(heap_at(h, i), heap_at(h, k)) > 0)
		k = (k - 1) / 2;
	/* What lies between moves up by one, and the element takes k. */
	for (; k != i; k = (k - 1) / 2)
		heap_swap(h, i, k);
}

void
sort_array(void *base, size_t n, size_t size,
    int (*compare)(const void *, const void *))
{
	const struct heap h = { base, size, compare };
	size_t i;

	if (n < 2)
		return;
	for (i = n / 2; i-- > 0;)
		heap_sift(&h, i, n);
	for (i = n - 1; i > 0; i--) {
		heap_swap(&h, 0, i);
		heap_sift(&h, 0, i);
	}
}
