/* SPDX-License-Identifier: ISC */
/* Boot files whose headers are those of programs for other machines. */
#ifndef PRIV_BOOT_ARCH_H
#define PRIV_BOOT_ARCH_H

#include "daemon/image.h"
#include "priv/conf.h"

/*
 * Logs each file of this server that a dhcp-boot or pxe-service line offers to
 * clients of other architectures than its header (PE or ELF) is for.  Lines for
 * iPXE are left out, as it loads kernels of all kinds.  The roots are those of
 * boot_files_open(); it may hang with a file system.
 */
void boot_arch_check(
    const struct conf *, const int roots[], const struct image_rule *);

#endif
