/* SPDX-License-Identifier: ISC */
/* pxeguard --confinement: what confines each process of a running daemon. */
#ifndef PRIV_CONFINEMENT_H
#define PRIV_CONFINEMENT_H

#include "priv/conf.h"
#include "priv/options.h"

#define CONFINEMENT_ERROR 2 /* exit status: it could not be found out */

/*
 * Finds the daemon of a configuration, compares its processes with their
 * specification and prints the result on standard output.  Returns the exit
 * status: 0, 1 with a difference, or CONFINEMENT_ERROR after logging why.  The
 * process loses its other rights.  A signal ends it.
 */
int confinement_run(struct conf *, const struct options *);

/* The exit status of the program: an error, unless the above has run. */
int confinement_end(int status);

#endif
