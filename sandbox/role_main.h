/* SPDX-License-Identifier: ISC */
/* Starts a role: the body of main() in each role's program. */
#ifndef SANDBOX_ROLE_MAIN_H
#define SANDBOX_ROLE_MAIN_H

#include "daemon/role.h"

/*
 * Reads the BOOT message, enters the sandbox, sends LAYERS to the parent, and
 * serves until STOP.  Returns the exit status.  If the start fails, the process
 * exits.
 */
int role_main(const struct role_ops *);

#endif
