/* SPDX-License-Identifier: ISC */
/* Prints the tables of system calls. */
#ifndef SANDBOX_POLICY_H
#define SANDBOX_POLICY_H

#include <stdio.h>

#include "daemon/msg.h"

/*
 * Prints what the filter of a process allows, a line for each row of the
 * table, sorted by the name of the call:
 *
 *	PROCESS when CALL [argument N TEST VALUE [and argument N TEST VALUE]]
 *
 * `when` is "start" for what is allowed only until the role serves, or
 * "always".  The TEST is "=", "only" or "without", the latter two for bits.
 * ROLE_MAX stands for all processes, and "pxeguard" is the parent.  Calls that
 * this architecture does not have are left out.
 */
void sandbox_policy_print(FILE *, enum role);

/* The process of a name that it prints; ROLE_MAX if there is none. */
enum role sandbox_policy_role(const char *name);

#endif
