/* SPDX-License-Identifier: ISC */
/* The folder of a single client below tftp-root (tftp-unique-root). */
#ifndef DAEMON_OWN_FOLDER_H
#define DAEMON_OWN_FOLDER_H

#include <stddef.h>

#include "daemon/file.h"
#include "daemon/host.h"

/*
 * Writes the name of the folder to dst; returns its length, 0 for none.
 * unique: enum record_tftp_unique.
 */
size_t own_folder_name(uint8_t unique, const struct addr *client,
    const struct host_id *, char dst[FILE_FOLDER_MAX]);

/*
 * Removes the client's own folder, which imaged adds, from the start of a name;
 * returns the length of the name then.
 */
size_t own_folder_strip(uint8_t unique, const struct addr *client,
    const struct host_id *, char *name, size_t len);

#endif
