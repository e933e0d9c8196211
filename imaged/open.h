/* SPDX-License-Identifier: ISC */
/* Opening a boot file by the name that a client asked for. */
#ifndef IMAGED_OPEN_H
#define IMAGED_OPEN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "daemon/file.h"

struct image {
	int fd; /* for reading; -1 unless the status is FILE_OK */
	uint64_t size;
	/* What the system said where the status is DENIED or ERROR, or 0. */
	int err;
};

/*
 * Opens the file of that name in the tree whose root is the directory
 * `root`.  Nothing outside of that tree is reached, whatever the name and the
 * symbolic links in the tree are; absolute ones mean the root of the tree.
 * Only regular files that others may read are given; nothing blocks here but
 * a file system that hangs.  The name need not end in a NUL.
 */
enum file_status
image_open(int root, const void *name, size_t n, struct image *);

/*
 * The object of that name below root, as a descriptor that can be looked at
 * only (O_PATH); -1 with errno.  flags: O_NOFOLLOW, O_DIRECTORY or 0.
 */
int image_look(int root, const char *name, int flags);

#endif
