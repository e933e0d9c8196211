/* SPDX-License-Identifier: ISC */
/*
 * The folder of the last UEFI program that a client has fetched.  shim requests
 * its second stage without a folder if the firmware has not told it where it
 * was loaded from, so an .efi without a folder is also searched there.
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

#endif
