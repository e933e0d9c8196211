/* SPDX-License-Identifier: ISC */
/* The boot files that records offer to clients.  Pure. */
#ifndef DAEMON_RECORD_BOOT_H
#define DAEMON_RECORD_BOOT_H

#include "daemon/record.h"

/*
 * The file of a pxe-service: a name without a dot gets the layer as its ending
 * (PXE 2.1), usually ".0".
 */
void record_service_file(
    const char *name, uint16_t layer, char file[RECORD_FILE_MAX]);

/*
 * The file, or its URL, that a record offers, with the address of its server
 * (0: this one).  False: it offers none.
 */
bool record_boot_file(
    const struct record *, char file[RECORD_FILE_MAX], uint32_t *addr);

#endif
