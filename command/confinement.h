/* SPDX-License-Identifier: ISC */
/* pxeguard --confinement: what confines each process of a running daemon. */
#ifndef COMMAND_CONFINEMENT_H
#define COMMAND_CONFINEMENT_H

#include "priv/command.h"

#define CONFINEMENT_ERROR 2 /* exit status: it could not be found out */

/*
 * Finds the daemon of a configuration, compares its processes with their
 * specification and prints the result on standard output.  The exit status is
 * 0, 1 with a difference, or CONFINEMENT_ERROR after logging why.  The process
 * loses its other rights.  A signal ends it.
 */
extern const struct command confinement_command;

#endif
