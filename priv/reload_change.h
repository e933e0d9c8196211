/* SPDX-License-Identifier: ISC */
/*
 * Changes of the configuration, for priv/reload.c: a transaction over all
 * roles.  Pure; the rules are in priv/reload.h.
 */
#ifndef PRIV_RELOAD_CHANGE_H
#define PRIV_RELOAD_CHANGE_H

#include "priv/reload.h"

/* The inputs HUP, CHANGED and IFACES. */
void reload_change_hup(struct reload *r, uint64_t now_ms);
void reload_change_watched(struct reload *r, uint64_t now_ms);
void reload_change_ifaces(struct reload *r, uint64_t now_ms);

/* PARSED, UNCHANGED and PARSE_FAILED. */
void reload_change_read(
    struct reload *r, const struct reload_input *in, uint64_t now_ms);

/* Commits if every role that the change waits for has answered. */
void reload_change_check(struct reload *r, uint64_t now_ms);

/* Aborts the change; at the start, stops the daemon. */
void reload_change_abort(struct reload *r, uint64_t now_ms);

/* Begins a change that was requested during the previous one. */
void reload_change_pending(struct reload *r, uint64_t now_ms);

/* Sends the new configuration to a role, or starts a new process with it. */
void reload_change_role(struct reload *r, enum role role, uint64_t now_ms);

/* A process that the change needs has exited, or could not be started. */
void reload_change_lost(
    struct reload *r, enum role role, bool was_next, uint64_t now_ms);

/* Retries or excludes a role that has no process to answer, or aborts. */
void reload_change_unanswerable(struct reload *r, uint64_t now_ms);

/* The role that a change waits for; ROLE_PRIV where there is none. */
enum role reload_change_waits_for(const struct reload *r);

#endif
