/* SPDX-License-Identifier: ISC */
/* How a role starts: user, root, limits. */
#ifndef PRIV_ROLE_BOOT_H
#define PRIV_ROLE_BOOT_H

#include "priv/child.h"
#include "priv/conf.h"

/* Fills in the BOOT message of a role for this configuration. */
void role_boot_fill(struct boot *, enum role, const struct conf *);

/* Notes which folders the roots of a new process are. */
void role_boot_note_roots(struct child *, const struct conf *);

/* Whether a running role must be replaced to serve this configuration. */
bool role_boot_differs(const struct child *, const struct conf *);

#endif
