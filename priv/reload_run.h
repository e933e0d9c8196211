/* SPDX-License-Identifier: ISC */
/* Carries out the actions of the reload state machine. */
#ifndef PRIV_RELOAD_RUN_H
#define PRIV_RELOAD_RUN_H

#include "priv/child.h"
#include "priv/reload.h"

/* Once, before any other: timer and children. */
void reload_run_init(void);

/*
 * Feeds the state machine and does what it asks for.  From within an action
 * the input waits until that is done.
 */
void reload_run(const struct reload_input *);

/* The same for inputs without and with a process. */
void reload_run_event(enum reload_input_kind);
void reload_run_child(
    enum reload_input_kind, const struct child *, uint32_t generation);

/* Stops all roles and then the event loop. */
void reload_run_quit(int exit_status);

#endif
