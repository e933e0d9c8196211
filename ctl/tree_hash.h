/* SPDX-License-Identifier: ISC */
/* The checksums of a tree's files. */
#ifndef CTL_TREE_HASH_H
#define CTL_TREE_HASH_H

#include "ctl/tree.h"

/*
 * Makes the checksums that are wanted, once for files that are links to the
 * same one, with a progress bar.  A file that cannot be read gets its errno as
 * `error`.  -1 after a message, without memory.
 */
int tree_hash(struct tree *);

#endif
