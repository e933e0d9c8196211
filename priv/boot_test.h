/* SPDX-License-Identifier: ISC */
/* What --test says of the boot files that clients will ask this server for. */
#ifndef PRIV_BOOT_TEST_H
#define PRIV_BOOT_TEST_H

#include <sys/types.h>

#include "priv/conf.h"

/*
 * Logs each dhcp-boot file of this server that no tftp-root holds, or that the
 * given user, as whom imaged runs, could not serve.  The roots must be there,
 * and the interfaces found.  Returns the number of warnings.
 */
uint32_t boot_test(const struct conf *, uid_t, gid_t);

#endif
