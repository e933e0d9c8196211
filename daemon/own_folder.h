/* SPDX-License-Identifier: ISC */
/* The folder of a single client below tftp-root (tftp-unique-root). */
#ifndef DAEMON_OWN_FOLDER_H
#define DAEMON_OWN_FOLDER_H

#include <stddef.h>

#include "daemon/addr.h"
#include "daemon/file.h"

/*
 * Writes the name of the folder to dst; returns its length, 0 for none.
 * unique: enum record_tftp_unique.  hwlen 0: the hardware address is unknown.
 */
size_t own_folder_name(uint8_t unique, const struct addr *client,
    const uint8_t *hw, uint8_t hwlen, char dst[FILE_FOLDER_MAX]);

/*
 * How many bytes at the start of a name are the client's own folder and a
 * slash, which imaged adds; 0 if it does not begin with them.
 */
size_t own_folder_prefix(
    const char *own, size_t ownlen, const char *name, size_t namelen);

#endif
