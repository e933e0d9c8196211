/* SPDX-License-Identifier: ISC */
/* `pxeguard --reload`: has the running pxeguard reload, and waits for it. */
#ifndef COMMAND_RELOAD_ASK_H
#define COMMAND_RELOAD_ASK_H

#include "priv/options.h"

/* Returns the exit status, after printing why a reload failed. */
int reload_ask(const struct options *);

#endif
