/* SPDX-License-Identifier: ISC */
/*
 * Sorting without system calls.
 *
 * The C library's qsort(3) allocates memory once its buffer exceeds 1,024
 * bytes, and calls sysinfo(2) to find out how much there is.  A role has no
 * right to that call, and is killed for it.
 */
#ifndef DAEMON_SORT_H
#define DAEMON_SORT_H

#include <stddef.h>

/*
 * Sorts n elements of `size` bytes in place: bottom-up heapsort.  It takes
 * O(n log n) comparisons whatever the order of the input, no memory beyond a
 * small buffer on the stack, and no system call.  It is not stable: elements
 * that compare equal end up in any order, so a comparison that cares must
 * name a second key.  base may be NULL where n is 0.
 */
void sort_array(void *base, size_t n, size_t size,
    int (*compare)(const void *, const void *));

#endif
