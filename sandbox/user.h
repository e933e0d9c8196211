/* SPDX-License-Identifier: ISC */
/* The layers user, capabilities, resource limits and no new privileges. */
#ifndef SANDBOX_USER_H
#define SANDBOX_USER_H

#include <stdbool.h>
#include <sys/types.h>

#include "sandbox/boot.h"
#include "sandbox/layers.h"

int sandbox_user(uid_t, gid_t, struct layer_error *);
int sandbox_capabilities(struct layer_error *);
int sandbox_rlimits(const struct boot *, struct layer_error *);
int sandbox_no_new_privs(struct layer_error *);

/*
 * Whether the role creates no file of any kind, so that its RLIMIT_FSIZE can
 * be 0.
 */
bool sandbox_no_file(const struct boot *);

#endif
