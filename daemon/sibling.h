/* SPDX-License-Identifier: ISC */
/*
 * The other name of a file that does not exist under the name in a request.
 *
 * It is in the folder of the last UEFI program that the client has fetched, if
 * the name has no folder: shim requests its second stage so, and iPXE its
 * script autoexec.ipxe, if the firmware has not told them where they were
 * loaded from.  Else it is the name without the folder of a disk or of a web
 * server, which some loaders put before it: EFI/BOOT, EFI, httpboot.
 */
#ifndef DAEMON_SIBLING_H
#define DAEMON_SIBLING_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/file.h"

#define SIBLING_FOLDER_MAX 192 /* bytes; a longer folder is not remembered */
#define SIBLING_MS 120000 /* how long a folder is remembered */

/* All zero: no folder. */
struct sibling {
	uint64_t until_ms;
	uint16_t len; /* 0: none */
	char folder[SIBLING_FOLDER_MAX];
};

/* The client has fetched this file: remembers the folder of an .efi program. */
void sibling_fetched(
    struct sibling *, const char *name, size_t len, uint64_t now_ms);

/*
 * The name to try if the file does not exist.  Writes it to dst without a NUL;
 * returns its length, 0 for none.
 */
size_t sibling_name(const struct sibling *, const char *name, size_t len,
    char dst[FILE_NAME_MAX], uint64_t now_ms);

/* How a name becomes its sibling; all zero: it has none. */
struct sibling_change {
	uint16_t folder; /* bytes of the folder, kept behind the name */
	uint16_t drop; /* bytes to remove from its start */
};

/*
 * Keeps what sibling_name() gave for this name, as the folder of the client may
 * change before it is known which of the two exists.
 */
void sibling_keep(struct sibling_change *, char name[FILE_NAME_MAX], size_t len,
    const char *sibling, size_t siblinglen);

/* The sibling exists: changes the name to it, once; returns its length. */
size_t
sibling_apply(struct sibling_change *, char name[FILE_NAME_MAX], size_t len);

#endif
