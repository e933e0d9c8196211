/* SPDX-License-Identifier: ISC */
/* The namespaces and the root directory of a role. */
#ifndef SANDBOX_ROOT_H
#define SANDBOX_ROOT_H

#include "sandbox/boot.h"
#include "sandbox/layers.h"

/* Enters new network, mount, IPC and UTS namespaces. */
int sandbox_namespaces(struct layer_error *);

/* Makes the folders of the BOOT message the root, or an empty folder. */
int sandbox_root_enter(const struct boot *, struct layer_error *);

/* The same by chroot(2), if namespaces are disabled. */
int sandbox_root_plain(const struct boot *, struct layer_error *);

#endif
