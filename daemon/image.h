/* SPDX-License-Identifier: ISC */
/*
 * Boot files by their name below a root: for imaged, for the parent, which
 * warns of those that imaged would not serve, and for pxeguard-sign.
 */
#ifndef DAEMON_IMAGE_H
#define DAEMON_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "daemon/file.h"

#define IMAGE_USER "pxeguard-imaged" /* for log messages */

/* Which files may be served. */
struct image_rule {
	bool secure; /* only files owned by uid; otherwise readable by others */
	uid_t uid; /* of imaged */
	gid_t gid;
};

struct image {
	int fd; /* for reading; -1 unless the status is FILE_OK */
	struct stat st; /* of the file that is open */
	/* errno if the status is DENIED or ERROR, otherwise 0 */
	int err;
};

/*
 * Whether the bytes are a valid name: not empty, not too long, no NUL, no
 * component "..".  tftpd checks this too, but an attacker may control tftpd.
 */
bool image_name_ok(const char *name, size_t n);

/*
 * Opens the file of that name below the directory `root`.  Neither the name nor
 * symbolic links can lead outside it; absolute links start at the root.  Only
 * regular files that the rule allows are opened.  It blocks only if the file
 * system hangs.
 */
enum file_status image_open(
    int root, const char *name, const struct image_rule *, struct image *);

/* FILE_OK, or why a file may not be served; *err as in struct image. */
enum file_status
image_judge(const struct stat *, const struct image_rule *, int *err);

/*
 * As openat2(2) with O_CLOEXEC, where neither the name nor symbolic links can
 * lead outside root.  resolve: further RESOLVE_ flags.
 */
int
image_open_inside(int root, const char *name, uint64_t flags, uint64_t resolve);

/*
 * As stat(2), below root, without opening the file for reading; -1 with errno.
 * flags: O_NOFOLLOW, O_DIRECTORY or 0.
 */
int image_stat(int root, const char *name, int flags, struct stat *);

/*
 * Opens a folder below root for reading its names; -1 with errno.  A symbolic
 * link as its last part is not followed.
 */
int image_open_folder(int root, const char *name);

/* Whether the path of the name contains a symbolic link. */
bool image_meets_link(int root, const char *name);

#endif
