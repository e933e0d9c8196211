/* SPDX-License-Identifier: ISC */
/* The checksums of a tree's files. */
#ifndef CTL_TREE_HASH_H
#define CTL_TREE_HASH_H

#include "ctl/tree.h"

/*
 * Makes the wanted checksums, with a progress bar; once for paths that lead to
 * the same file.  For a file that cannot be read, `error` is set to the errno.
 * -1 after a message: out of memory.
 */
int tree_hash(struct tree *);

#endif
