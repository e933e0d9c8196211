/* SPDX-License-Identifier: ISC */
/* The log messages of the reload state machine. */
#ifndef PRIV_RELOAD_SAY_H
#define PRIV_RELOAD_SAY_H

#include "priv/child.h"
#include "priv/reload.h"

/* Why a process was killed; NULL for what is no reason of KILL. */
const char *reload_say_reason(enum reload_say);

/* Logs a SAY action; child: its process, or NULL. */
void reload_say_log(const struct reload_action *, const struct child *);

#endif
