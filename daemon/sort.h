/* SPDX-License-Identifier: ISC */
/*
 * Sorting without system calls.
 *
 * The C library's qsort(3) allocates memory if its buffer exceeds 1,024 bytes,
 * and calls sysinfo(2) to find the size of the memory.  The filters of roles
 * forbid that call, so qsort() would kill a role.
 */
#ifndef DAEMON_SORT_H
#define DAEMON_SORT_H

#include <stddef.h>

/*
 * Sorts n elements of `size` bytes in place by bottom-up heapsort: always with
 * O(n log n) comparisons, without memory except a small buffer on the stack,
 * and without system calls.  The sort is not stable: the order of elements that
 * compare equal is undefined, so the comparison must use a second key if that
 * matters.  base may be NULL if n is 0.
 */
void sort_array(void *base, size_t n, size_t size,
    int (*compare)(const void *, const void *));

#endif
