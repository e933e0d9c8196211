/* SPDX-License-Identifier: ISC */
/* The boot files that clients will ask this server for. */
#ifndef PRIV_BOOT_FILES_H
#define PRIV_BOOT_FILES_H

#include "daemon/arch.h"
#include "daemon/image.h"
#include "priv/conf.h"

/* The search ends after this many names, and logs that. */
#define BOOT_FILES_MAX 8192
#define BOOT_FILES_ROOTS (RECORD_TFTP_ROOTS_MAX + 1)

/* Opens the roots by number, -1 for none.  Only imaged's root counts for it. */
void boot_files_open(const struct conf *, int roots[BOOT_FILES_ROOTS]);

/*
 * The file of a record, if clients ask this server for it by TFTP.  The
 * interfaces must have been found.
 */
bool boot_files_offers(
    const struct conf *, const struct record *, char file[RECORD_FILE_MAX]);

/* Opens a file as imaged would below roots[n]; -1 if it would not be served. */
int boot_files_get(const struct conf *, const int roots[], size_t n,
    const char *file, const struct image_rule *);

/*
 * Logs each file of dhcp-boot and pxe-service on this server that no tftp-root
 * holds, or that imaged, whose user the rule names, could not serve.  Folders
 * that do not exist, or that imaged may not search, are skipped, as they were
 * reported.  The interfaces must have been found.  It may hang with a file
 * system.
 */
void boot_files_check(
    const struct conf *, const int roots[], const struct image_rule *);

/* What an open file is a program for, by its header (PE or ELF). */
enum arch_kind boot_files_kind(int fd);

/* error: 0 if imaged would serve the file, or an errno. */
typedef void boot_files_found(
    void *arg, size_t root, int error, enum arch_kind kind, const char *name);

/* Calls `found` for each of these files, and those of option 67, by root. */
void boot_files_list(const struct conf *, const int roots[],
    const struct image_rule *, boot_files_found *, void *arg);

#endif
