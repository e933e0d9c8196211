/* SPDX-License-Identifier: ISC */
/* The processor architecture of a client that boots from the network.  Pure. */
#ifndef DHCPD_ARCH_H
#define DHCPD_ARCH_H

#include "daemon/arch.h"
#include "dhcpd/packet.h"

/*
 * The first architecture in option 93 (RFC 4578 2.1), else the one in the text
 * of option 60, as in "PXEClient:Arch:00007", which some firmware sends alone.
 * ARCH_NONE if the client does not boot from the network.
 */
uint32_t arch_of(const struct packet *);

#endif
