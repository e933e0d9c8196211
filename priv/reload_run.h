/* SPDX-License-Identifier: ISC */
/* Carries out the actions of the reload state machine. */
#ifndef PRIV_RELOAD_RUN_H
#define PRIV_RELOAD_RUN_H

#include "priv/child.h"
#include "priv/reload.h"

/* Sets up the timer and the callbacks of children.  Called once, first. */
void reload_run_init(void);

/*
 * Passes an input to the state machine and carries out its actions.  An input
 * that an action causes is queued until all actions are done.
 */
void reload_run(const struct reload_input *);

/* The same for an input without a process, and for one with a process. */
void reload_run_event(enum reload_input_kind);
void reload_run_child(
    enum reload_input_kind, const struct child *, uint32_t generation);

/* A process violated the protocol or cannot be reached: it is killed. */
void reload_run_broken(struct child *, const char *why);

/* Stops all roles and then the event loop. */
void reload_run_quit(int exit_status);

#endif
