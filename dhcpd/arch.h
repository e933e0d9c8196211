/* SPDX-License-Identifier: ISC */
/* The processor architecture of a client that boots from the network.  Pure. */
#ifndef DHCPD_ARCH_H
#define DHCPD_ARCH_H

#include "dhcpd/packet.h"

#define ARCH_NONE UINT32_MAX

/*
 * The first architecture in option 93 (RFC 4578 2.1), else the one in the text
 * of option 60, as in "PXEClient:Arch:00007", which some firmware sends alone.
 * ARCH_NONE if the client does not boot from the network.
 */
uint32_t arch_of(const struct packet *);

/* "UEFI x64", or NULL for a number that IANA has not assigned. */
const char *arch_name(uint32_t arch);

/*
 * The kind of machine that a boot file is for by the end of its name, "BIOS" or
 * "UEFI ARM64", if a client of this architecture cannot boot from it.  NULL if
 * it can, or if the name does not say.
 */
const char *arch_file_misfit(uint32_t arch, const char *file);

#endif
