/* SPDX-License-Identifier: ISC */
/*
 * The processes of the reload state machine, for priv/reload.c: start, stop,
 * kill, channels, and back-off of restarts.  Pure.
 */
#ifndef PRIV_RELOAD_PROC_H
#define PRIV_RELOAD_PROC_H

#include "priv/reload.h"

static inline bool
reload_has(uint16_t roles, enum role role)
{
	return (roles & ROLE_BIT(role)) != 0;
}

/* Appends an action; never NULL. */
struct reload_action *reload_emit(struct reload *, enum reload_action_kind);
/* The same about a process. */
struct reload_action *reload_emit_proc(struct reload *, enum reload_action_kind,
    const struct reload_proc *, uint32_t generation);
void reload_say(
    struct reload *, enum reload_say, enum role, uint32_t proc, uint32_t n);

/* The process with this id; NULL for 0 and if it has exited. */
struct reload_proc *reload_proc_get(struct reload *, uint32_t id);

/*
 * An entry for a new process; NULL if all are in use, or if too many processes
 * of the role survived SIGKILL.
 */
struct reload_proc *
reload_proc_new(struct reload *, enum role, uint32_t generation, uint64_t);

/* Starts a process of a role and returns its id; 0 as for reload_proc_new(). */
uint32_t reload_proc_start(
    struct reload *, enum role, uint32_t generation, uint64_t now_ms);

void reload_proc_configure(
    struct reload *, struct reload_proc *, uint32_t generation, uint64_t);
void reload_proc_commit(struct reload *, struct reload_proc *, uint32_t);
void reload_proc_abort(struct reload *, struct reload_proc *, uint32_t);
void reload_proc_stop(struct reload *, struct reload_proc *, uint64_t now_ms);

/* expected: its exit does not count as a failure of its role. */
void reload_proc_kill(struct reload *, struct reload_proc *, enum reload_say,
    bool expected, uint64_t now_ms);

/* Sends STOP to every process; the daemon then exits with this status. */
void reload_stop_all(struct reload *, int status, uint64_t now_ms);

/* Whether a process is running and was neither stopped nor killed. */
bool reload_proc_usable(const struct reload_proc *);

/* Creates the channels between peers of which at least one is new. */
void reload_connect(struct reload *);

/*
 * Counts a failure of a role, and sets the time of its restart.  started: false
 * if the process could not be started.
 */
void
reload_role_failed(struct reload *, enum role, bool started, uint64_t now_ms);

/* Starts the roles whose restart is due. */
void reload_start_due(struct reload *, uint64_t now_ms);

#endif
