/* SPDX-License-Identifier: ISC */
/* Explains for the log why a boot file cannot be opened. */
#ifndef IMAGED_DIAGNOSE_H
#define IMAGED_DIAGNOSE_H

#include <stdbool.h>

#include "daemon/image.h"

#define DIAGNOSE_MAX 512

/*
 * Writes why opening that name below root failed with err, and what to do.  The
 * name is a path of lookup_open().  dst has DIAGNOSE_MAX bytes; the text is
 * escaped for the log.
 */
void image_diagnose(
    int root, const char *name, const struct image_rule *, int err, char *dst);

/*
 * The same for a name that was not found.  Returns false unless a symbolic link
 * in its path is the reason.  Must be called only if image_meets_link().
 */
bool image_diagnose_missing(int root, const char *name, char *dst);

#endif
