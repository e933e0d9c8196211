/* SPDX-License-Identifier: ISC */
/* The boot files that clients will ask this server for. */
#ifndef PRIV_BOOT_FILES_H
#define PRIV_BOOT_FILES_H

#include "daemon/image.h"
#include "priv/conf.h"

/* More names are not looked for. */
#define BOOT_FILES_MAX 1024
#define BOOT_FILES_ROOTS (RECORD_TFTP_ROOTS_MAX + 1)

/* Opens the roots by number, -1 for none.  Only imaged's root counts for it. */
void boot_files_open(const struct conf *, int roots[BOOT_FILES_ROOTS]);

/*
 * Logs each file of dhcp-boot and pxe-service on this server that no tftp-root
 * holds, or that imaged, whose user the rule names, could not serve.  Folders
 * that do not exist, or that imaged may not search, are left out: that was
 * reported.  The interfaces must have been found.  It may hang with a file
 * system.
 */
void boot_files_check(
    const struct conf *, const int roots[], const struct image_rule *);

/* error: 0 if imaged would serve the file, or an errno. */
typedef void
boot_files_found(void *arg, size_t root, int error, const char *name);

/* Tells of each such file in each root, also of those of option 67. */
void boot_files_list(const struct conf *, const int roots[],
    const struct image_rule *, boot_files_found *, void *arg);

#endif
