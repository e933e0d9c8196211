/* SPDX-License-Identifier: ISC */
/* Checks of boot files and their servers, in dhcp-boot and in options. */
#ifndef CONFD_CHECK_BOOT_H
#define CONFD_CHECK_BOOT_H

#include <stdbool.h>

struct config;

void check_boot(struct config *);

/*
 * Whether text has a URL whose server no client can reach, such as
 * http://0.0.0.0/.  Pure.
 */
bool check_boot_unreachable(const char *);

#endif
