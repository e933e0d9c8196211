/* SPDX-License-Identifier: ISC */
/* Opening a boot file by the name that a client asked for. */
#ifndef IMAGED_OPEN_H
#define IMAGED_OPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "daemon/file.h"

#define IMAGE_USER "pxeguard-imaged" /* as texts name it */

/* Which files are meant to be given away. */
struct image_rule {
	bool secure; /* those of user uid; else those that others may read */
	uid_t uid; /* of this process */
	gid_t gid;
};

struct image {
	int fd; /* for reading; -1 unless the status is FILE_OK */
	struct stat st; /* of the file that is open */
	/* What the system said where the status is DENIED or ERROR, or 0. */
	int err;
};

/*
 * Whether the bytes are a name that can be looked up: not empty, not too
 * long, no NUL, no component "..".  tftpd has checked that; whoever took it
 * over would not.
 */
bool image_name_ok(const char *name, size_t n);

/*
 * Opens the file of that name in the tree whose root is the directory
 * `root`.  Nothing outside of that tree is reached, whatever the name and the
 * symbolic links in the tree are; absolute ones mean the root of the tree.
 * Only regular files that the rule allows are given; nothing blocks here but
 * a file system that hangs.
 */
enum file_status image_open(
    int root, const char *name, const struct image_rule *, struct image *);

/* FILE_OK, or why a file may not be given away; *err as in struct image. */
enum file_status
image_judge(const struct stat *, const struct image_rule *, int *err);

/*
 * The object of that name below root, as a descriptor that can be looked at
 * only (O_PATH); -1 with errno.  flags: O_NOFOLLOW, O_DIRECTORY or 0.
 */
int image_look(int root, const char *name, int flags);

/* Whether looking up the name meets a symbolic link on its way. */
bool image_meets_link(int root, const char *name);

#endif
