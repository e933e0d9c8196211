/* SPDX-License-Identifier: ISC */
/* pxeguard --leases: prints the leases, whether the daemon runs or not. */
#ifndef COMMAND_LEASES_H
#define COMMAND_LEASES_H

#include "priv/command.h"

/* It blocks; a signal ends the process. */
extern const struct command leases_command;

#endif
