/* SPDX-License-Identifier: ISC */
/* What log lines say of the boot of a client: architecture and boot file. */
#ifndef DHCPD_REPORT_BOOT_H
#define DHCPD_REPORT_BOOT_H

#include "dhcpd/state.h"

#define REPORT_BOOT_TEXT (4 * RECORD_FILE_MAX + 96)

/*
 * ", UEFI x64, boot file \"grubx64.efi\"" for the line of an OFFER or ACK, or
 * "" for a client that does not boot.
 */
const char *report_boot_text(const struct note *, char dst[REPORT_BOOT_TEXT]);

/* A note NOTE_ARCH. */
void report_misfit(const struct note *);

#endif
