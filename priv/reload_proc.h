/* SPDX-License-Identifier: ISC */
/*
 * The processes of the reload state machine, for priv/reload.c: start, stop,
 * kill, deadlines, and how often a role is restarted.  Pure, as all of it.
 */
#ifndef PRIV_RELOAD_PROC_H
#define PRIV_RELOAD_PROC_H

#include "priv/reload.h"

/* Roles of which one process runs: leased has its database to itself. */
#define RELOAD_EXCLUSIVE ROLE_BIT(ROLE_LEASED)

static inline bool
reload_has(uint16_t roles, enum role role)
{
	return (roles & ROLE_BIT(role)) != 0;
}

/* Appends an action; never NULL. */
struct reload_action *reload_emit(struct reload *, enum reload_action_kind);
void reload_say(
    struct reload *, enum reload_say, enum role, uint32_t proc, uint32_t n);

/* The process by its number, NULL for 0 and for one that has ended. */
struct reload_proc *reload_proc_get(struct reload *, uint32_t id);

/* An entry for a new process; NULL when all are in use. */
struct reload_proc *
reload_proc_new(struct reload *, enum role, uint32_t generation, uint64_t);

/* Starts a process of a role; 0 when that is impossible for now. */
uint32_t reload_proc_start(
    struct reload *, enum role, uint32_t generation, uint64_t now_ms);

void reload_proc_configure(
    struct reload *, struct reload_proc *, uint32_t generation, uint64_t);
void reload_proc_commit(struct reload *, struct reload_proc *, uint32_t);
void reload_proc_abort(struct reload *, struct reload_proc *, uint32_t);
void reload_proc_stop(struct reload *, struct reload_proc *, uint64_t now_ms);

/* expected: its end will be no failure of its role. */
void reload_proc_kill(struct reload *, struct reload_proc *, enum reload_say,
    bool expected, uint64_t now_ms);

/* Asks every process to stop; the end has this exit status. */
void reload_stop_all(struct reload *, int status, uint64_t now_ms);

/* Whether it can be given work: neither ended nor about to. */
bool reload_proc_usable(const struct reload_proc *);

/* Gives channels to the peers of which one is new. */
void reload_connect(struct reload *);

/*
 * Counts a failure of a role, and sets when it is started again.  started:
 * it had been started; false: not even that was possible.
 */
void
reload_role_failed(struct reload *, enum role, bool started, uint64_t now_ms);

/*
 * The configuration that a new process of a role would get: the one that is
 * being prepared if it needs the role, else the one in force; 0: none.
 */
uint32_t reload_role_generation(const struct reload *, enum role);

/* Starts the roles whose time has come. */
void reload_start_due(struct reload *, uint64_t now_ms);

/* Looks at all deadlines; calls lost() for a process that cannot be ended. */
void reload_deadlines(struct reload *, uint64_t now_ms,
    void (*lost)(struct reload *, struct reload_proc *, uint64_t now_ms));

#endif
