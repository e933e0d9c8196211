/* SPDX-License-Identifier: ISC */
/* pxeguard --leases: prints the leases, whether the daemon runs or not. */
#ifndef PRIV_LEASES_H
#define PRIV_LEASES_H

#include "priv/conf.h"
#include "priv/options.h"

/*
 * Prints the leases of the database that a configuration names, on standard
 * output.  Returns the exit status, after logging what went wrong.  Blocks; a
 * signal ends the process.
 */
int leases_print(struct conf *, const struct options *);

#endif
