/* SPDX-License-Identifier: ISC */
/*
 * --test and --print-config: a start that ends before it serves.  The roles are
 * started, enter their sandboxes and check the configuration, so that they say
 * what they would at a start.  No port is kept, no file is written, and nothing
 * stops at the first error.
 */
#ifndef PRIV_CHECK_RUN_H
#define PRIV_CHECK_RUN_H

#include "priv/conf.h"
#include "priv/reload.h"

/* Notes that the daemon would not start on this host; the reason was logged. */
void check_run_fail(void);

/* The same; the reason is that the parent lacks capabilities. */
void check_run_unable(void);

/*
 * The configuration has so many errors, which were reported.  Logs that, or
 * keeps it for the end of --test.
 */
void check_run_errors(uint32_t errors);

/*
 * As prepare_host() and prepare_roles(), for a configuration that is correct.
 * Roles that cannot be started here are left out.
 */
void check_run_prepare(struct conf *, struct reload_input *);

/*
 * Prints the findings, the result, and the configuration if that was asked
 * for; once.  status: that of a start.  Returns the exit status.
 */
int check_run_end(int status);

#endif
