/* SPDX-License-Identifier: ISC */
/*
 * --test and --print-config: a start that ends before it serves.  The roles are
 * started, enter their sandboxes and check the configuration, so that they say
 * what they would at a start.  No port is kept, no file is written, and nothing
 * stops at the first error.
 */
#ifndef COMMAND_CHECK_RUN_H
#define COMMAND_CHECK_RUN_H

#include "priv/command.h"

/*
 * Roles that cannot be started here are left out.  The end, which may be called
 * again, prints the findings, the result, and the configuration if that was
 * asked for.
 */
extern const struct command check_run_command;

/* From now on all log lines are kept for the end. */
void check_run_init(void);

/* Notes that the daemon would not start: the parent lacks capabilities. */
void check_run_unable(void);

#endif
