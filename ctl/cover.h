/* SPDX-License-Identifier: ISC */
/*
 * Which signature decides about a file: a detached one beside it, otherwise the
 * signed manifest of the nearest folder up the tree.
 */
#ifndef CTL_COVER_H
#define CTL_COVER_H

#include <stdbool.h>
#include <stddef.h>

#include "ctl/tree.h"

/* What the name of a signature adds to that of its file. */
#define COVER_ENDINGS 2
extern const char *const cover_endings[COVER_ENDINGS];

/* Whether a file is the signature of another one beside it. */
bool cover_is_signature(const struct tree *, const char *path);

/* The signature file of a path, P.minisig or P.sig, or NULL. */
const struct tree_file *cover_detached(const struct tree *, const char *path);

/*
 * Finds the nearest folder above a path that has a signed manifest, and sets *n
 * to how many bytes of the path are its name.  False if there is none.
 */
bool cover_folder(const struct tree *, const char *path, size_t *n);

/* The path below a folder of that length. */
const char *cover_below(const char *path, size_t folder);

#endif
