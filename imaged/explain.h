/* SPDX-License-Identifier: ISC */
/* Tells people why a boot file cannot be given, down to the component. */
#ifndef IMAGED_EXPLAIN_H
#define IMAGED_EXPLAIN_H

#include <stdbool.h>

#include "imaged/open.h"

#define EXPLAIN_MAX 512

/*
 * Writes a sentence on why opening that name below root failed with err, and
 * what to do; the name is a path of find_open().  dst has EXPLAIN_MAX bytes;
 * what it holds is fit for a log line.
 */
void image_explain(
    int root, const char *name, const struct image_rule *, int err, char *dst);

/*
 * The same for a name that was not found, where a symbolic link on the way is
 * the reason; else false.  Worth a call where image_meets_link().
 */
bool image_explain_missing(int root, const char *name, char *dst);

#endif
