/* SPDX-License-Identifier: ISC */
/* Arrays that grow with their content. */
#ifndef DAEMON_GROW_H
#define DAEMON_GROW_H

#include <stddef.h>

/*
 * Makes room for `need` elements of `size` bytes in an array with room for
 * *cap.  It doubles, or grows by 16 MiB if that is less.  array: the address of
 * the pointer.  -1 without memory; the array is then as before.
 */
int grow_array(void *array, size_t *cap, size_t need, size_t size);

#endif
