/* SPDX-License-Identifier: ISC */
/* Checks of boot files and their servers, in dhcp-boot and in options. */
#ifndef CONFD_CHECK_BOOT_H
#define CONFD_CHECK_BOOT_H

struct config;

void check_boot(struct config *);

#endif
