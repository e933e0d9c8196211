/* SPDX-License-Identifier: ISC */
/* Files of a boot tree, resolved inside it as imaged does. */
#ifndef CTL_INSIDE_H
#define CTL_INSIDE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "ctl/store.h"

/*
 * As image_open_inside() and image_stat(), "" standing for the root.  While
 * other programs rename files, the kernel refuses links with ".."; these try
 * for longer than a server could.
 */
int inside_open(int root, const char *path, uint64_t flags);
int inside_stat(int root, const char *path, int flags, struct stat *);

/* Reads a file of at most max bytes. */
int inside_load(int root, const char *path, size_t max, struct store_bytes *);

#endif
