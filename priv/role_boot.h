/* SPDX-License-Identifier: ISC */
/* How a role starts: user, root, limits. */
#ifndef PRIV_ROLE_BOOT_H
#define PRIV_ROLE_BOOT_H

#include "priv/child.h"
#include "priv/conf.h"

/* The BOOT message of a role that is to serve this configuration. */
void role_boot_fill(struct boot *, enum role, const struct conf *);

/* Whether a running role must be replaced to serve this configuration. */
bool role_boot_differs(const struct child *, const struct conf *);

#endif
