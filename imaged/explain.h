/* SPDX-License-Identifier: ISC */
/* Tells people why a boot file cannot be given, down to the component. */
#ifndef IMAGED_EXPLAIN_H
#define IMAGED_EXPLAIN_H

#include <stddef.h>

#define EXPLAIN_MAX 512

/*
 * Writes a sentence on why opening that name below root failed with err, and
 * what to do; the name is one that image_open() found no fault with.  dst has
 * EXPLAIN_MAX bytes; what it holds is fit for a log line.
 */
void image_explain(int root, const void *name, size_t n, int err, char *dst);

#endif
