/* SPDX-License-Identifier: ISC */
/*
 * A change of the configuration, for priv/reload.c: a transaction over all
 * roles.  Pure; the rules are in priv/reload.h.
 */
#ifndef PRIV_RELOAD_CHANGE_H
#define PRIV_RELOAD_CHANGE_H

#include "priv/reload.h"

/* The inputs HUP, IFACES, PARSED, UNCHANGED and PARSE_FAILED. */
void reload_change_hup(struct reload *r, uint64_t now_ms);
void reload_change_ifaces(struct reload *r, uint64_t now_ms);
void reload_change_parsed(
    struct reload *r, const struct reload_input *in, uint64_t now_ms);
void reload_change_unchanged(
    struct reload *r, const struct reload_input *in, uint64_t now_ms);
void reload_change_failed(
    struct reload *r, const struct reload_input *in, uint64_t now_ms);

/* Commits when every role that is waited for has answered. */
void reload_change_check(struct reload *r, uint64_t now_ms);

/* Nothing changes; at the start, nothing begins. */
void reload_change_abort(struct reload *r, uint64_t now_ms);

/* Begins what was asked for during the change that has ended. */
void reload_change_again(struct reload *r, uint64_t now_ms);

/* Gives the coming configuration to a role, or to a new process of it. */
void reload_change_role(struct reload *r, enum role role, uint64_t now_ms);

/* A process that the change needs has ended, or could not be started. */
void reload_change_lost(
    struct reload *r, enum role role, bool was_next, uint64_t now_ms);

/* Ends a change that needs a process which cannot be started. */
void reload_change_unasked(struct reload *r, uint64_t now_ms);

/* The role that a change waits for; ROLE_PRIV where there is none. */
enum role reload_change_waits_for(const struct reload *r);

#endif
