/* SPDX-License-Identifier: ISC */
/* A change of the configuration: begin, prepare, commit or abort. */
#include "priv/reload_change.h"

#include "priv/reload_proc.h"

/* ---------------------------------------------------------------- begin */

static void
change_parse(struct reload *r, uint64_t now_ms)
{
	struct reload_proc *p;

	r->watched = !r->hup;
	r->hup = r->changed = false;
	r->copied = false;
	r->phase = RELOAD_PARSING;
	r->next = ++r->generations;
	if ((p = reload_proc_new(r, ROLE_CONFD, r->next, now_ms)) == NULL) {
		reload_change_abort(r, now_ms);
		return;
	}
	r->confd = p->id;
	(void)reload_emit_proc(r, RELOAD_DO_PARSE, p, r->next);
}

static void
change_copy(struct reload *r)
{
	r->ifaces = false;
	r->ifaces_ms = 0;
	r->copied = true;
	r->phase = RELOAD_PARSING;
	r->next = ++r->generations;
	reload_emit(r, RELOAD_DO_COPY)->generation = r->next;
}

/* What was asked for during the change that has just ended. */
void
reload_change_pending(struct reload *r, uint64_t now_ms)
{
	if (r->phase != RELOAD_IDLE || r->stopping || r->current == 0)
		return;
	if (r->hup || r->changed)
		change_parse(r, now_ms);
	else if (r->ifaces)
		change_copy(r);
}

void
reload_change_hup(struct reload *r, uint64_t now_ms)
{
	if (r->stopping)
		return;
	if (!r->hup) {
		r->hup_ms = now_ms;
		r->delay_said = false;
	}
	r->hup = true;
	if (r->phase == RELOAD_IDLE)
		change_parse(r, now_ms);
}

void
reload_change_watched(struct reload *r, uint64_t now_ms)
{
	r->changed = true;
	reload_change_pending(r, now_ms);
}

void
reload_change_ifaces(struct reload *r, uint64_t now_ms)
{
	r->ifaces = true;
	r->ifaces_wait_ms = 0;
	reload_change_pending(r, now_ms);
}

/* -------------------------------------------------------------- prepare */

/* Whether the restarts of a role are paused after too many failures. */
static bool
paused(const struct reload *r, enum role role, uint64_t now_ms)
{
	return r->role[role].restart_ms > now_ms + RELOAD_WINDOW_MS;
}

/* Excludes a failing role from the change, so that the others can commit. */
static void
role_exclude(struct reload *r, enum role role)
{
	r->role[role].excluded = true;
	reload_say(r, RELOAD_SAY_EXCLUDED, role, 0, 0);
}

/* Gives the coming configuration to a role, or to a new process of it. */
void
reload_change_role(struct reload *r, enum role role, uint64_t now_ms)
{
	struct reload_role *o = &r->role[role];
	struct reload_proc *p = reload_proc_get(r, o->proc);

	if (!reload_proc_usable(p)) {
		/* If one was killed, its exit starts the next. */
		if (p == NULL && paused(r, role, now_ms))
			role_exclude(r, role);
		else if (p == NULL)
			o->restart_ms = now_ms;
		return;
	}
	if (reload_has(r->next_replace, role)) {
		if (!p->served)
			reload_proc_kill(
			    r, p, RELOAD_SAY_NOT_USED, true, now_ms);
		else if (o->next == 0)
			o->next = reload_proc_start(r, role, r->next, now_ms);
		return;
	}
	if (p->state == RELOAD_PROC_BOOT)
		p->offered = r->next;
	else if (p->state == RELOAD_PROC_RUN)
		reload_proc_configure(r, p, r->next, now_ms);
	/* A process in CONF gets it after READY for the current one. */
}

static void
change_prepare(struct reload *r, const struct reload_input *in, uint64_t now_ms)
{
	struct reload_proc *confd = reload_proc_get(r, r->confd);
	enum role role;

	if (confd != NULL)
		reload_proc_stop(r, confd, now_ms);
	r->confd = 0;
	r->phase = RELOAD_PREPARING;
	r->next_needed = in->needed;
	r->next_changed = in->changed;
	r->next_replace = in->replace;
	for (role = ROLE_DHCPD; role < ROLE_MAX; role++) {
		r->role[role].tries = 0;
		r->role[role].excluded = false;
		/* Its restart stays scheduled if it is not needed. */
		if (!reload_has(r->next_needed, role))
			continue;
		/* SIGHUP, unlike other changes, ends a pause. */
		if (!r->copied && !r->watched)
			r->role[role].failures = r->role[role].restart_ms = 0;
		reload_change_role(r, role, now_ms);
	}
	reload_change_check(r, now_ms);
}

void
reload_change_read(
    struct reload *r, const struct reload_input *in, uint64_t now_ms)
{
	if (r->phase != RELOAD_PARSING || in->generation != r->next)
		return;
	if (in->kind == RELOAD_PARSED) {
		change_prepare(r, in, now_ms);
	} else if (in->kind == RELOAD_PARSE_FAILED) {
		reload_change_abort(r, now_ms);
	} else {
		r->phase = RELOAD_IDLE;
		r->next = 0;
		r->generations--; /* nobody has seen it */
		reload_change_pending(r, now_ms);
	}
}

/* ------------------------------------------------------------ the end */

/* One role's part of a commit. */
static void
role_commit(struct reload *r, enum role role, uint64_t now_ms)
{
	struct reload_role *o = &r->role[role];
	struct reload_proc *p = reload_proc_get(r, o->proc);

	if (o->next != 0) {
		if (p != NULL)
			reload_proc_stop(r, p, now_ms);
		o->proc = o->next;
		o->next = 0;
		o->restart_ms = 0;
	} else if (!reload_has(r->next_needed, role)) {
		if (p != NULL)
			reload_proc_stop(r, p, now_ms);
		o->proc = 0;
		o->restart_ms = 0;
		return;
	}
	p = reload_proc_get(r, o->proc);
	if (reload_proc_usable(p) && p->offered == r->next && p->ready)
		reload_proc_commit(r, p, r->next);
	else if (reload_proc_usable(p))
		/* The role was excluded; its process has the old one. */
		reload_proc_kill(r, p, RELOAD_SAY_NOT_USED, true, now_ms);
}

static void
change_commit(struct reload *r, uint64_t now_ms)
{
	enum role role;

	for (role = ROLE_DHCPD; role < ROLE_MAX; role++)
		role_commit(r, role, now_ms);
	r->phase = RELOAD_IDLE;
	r->current = r->next;
	r->needed = r->next_needed;
	r->next = 0;
	r->ifaces_wait_ms = 0;
	reload_connect(r);
	reload_emit(r, RELOAD_DO_ENFORCE)->generation = r->current;
	reload_change_pending(r, now_ms);
}

/* Whether the change waits for a role to answer. */
static bool
waits_for(const struct reload *r, enum role role)
{
	const struct reload_role *o = &r->role[role];
	const struct reload_proc *p =
	    reload_proc_find(r, o->next != 0 ? o->next : o->proc);

	return reload_has(r->next_needed, role) && !o->excluded &&
	       (!reload_proc_usable(p) || p->offered != r->next || !p->ready);
}

enum role
reload_change_waits_for(const struct reload *r)
{
	enum role role;

	if (r->phase == RELOAD_PARSING)
		return ROLE_CONFD;
	for (role = ROLE_DHCPD; role < ROLE_MAX; role++)
		if (waits_for(r, role))
			return role;
	return ROLE_PRIV;
}

void
reload_change_check(struct reload *r, uint64_t now_ms)
{
	if (r->phase == RELOAD_PREPARING &&
	    reload_change_waits_for(r) == ROLE_PRIV)
		change_commit(r, now_ms);
}

/* One role's part of an abort: it serves as before. */
static void
role_abort(struct reload *r, enum role role, uint32_t generation, uint64_t now)
{
	struct reload_role *o = &r->role[role];
	struct reload_proc *p = reload_proc_get(r, o->next);

	if (p != NULL)
		reload_proc_kill(r, p, RELOAD_SAY_NOT_USED, true, now);
	o->next = 0;
	p = reload_proc_get(r, o->proc);
	if (reload_proc_usable(p) && p->offered == generation) {
		if (p->served)
			reload_proc_abort(r, p, generation);
		else
			reload_proc_kill(r, p, RELOAD_SAY_NOT_USED, true, now);
	}
}

/* A change of interfaces that failed is tried again, at growing intervals. */
static void
ifaces_retry(struct reload *r, uint64_t now_ms)
{
	uint32_t wait_ms = r->ifaces_wait_ms;

	wait_ms = wait_ms == 0 ? RELOAD_IFACES_MS : 2 * wait_ms;
	if (wait_ms > RELOAD_IFACES_MAX_MS)
		wait_ms = RELOAD_IFACES_MAX_MS;
	r->ifaces_wait_ms = wait_ms;
	r->ifaces_ms = now_ms + wait_ms;
	reload_say(r, RELOAD_SAY_IFACES_KEPT, ROLE_PRIV, 0, wait_ms);
}

/* Keeps the configuration in force; at the start, stops the daemon. */
void
reload_change_abort(struct reload *r, uint64_t now_ms)
{
	uint32_t generation = r->next;
	struct reload_proc *confd = reload_proc_get(r, r->confd);
	enum role role;

	r->phase = RELOAD_IDLE;
	r->next = 0;
	r->confd = 0;
	if (confd != NULL)
		reload_proc_stop(r, confd, now_ms);
	for (role = ROLE_DHCPD; role < ROLE_MAX; role++)
		role_abort(r, role, generation, now_ms);
	reload_emit(r, RELOAD_DO_DROP)->generation = generation;
	if (r->current == 0) {
		reload_stop_all(r, 1, now_ms);
		return;
	}
	if (r->copied)
		ifaces_retry(r, now_ms);
	else
		reload_say(r, RELOAD_SAY_KEPT, ROLE_PRIV, 0, 0);
	reload_change_pending(r, now_ms);
}

/* --------------------------------------------------- processes it needs */

/* A process that the change needs has ended, or could not be started. */
void
reload_change_lost(
    struct reload *r, enum role role, bool was_next, uint64_t now_ms)
{
	struct reload_role *o = &r->role[role];

	if (r->current != 0 && ++o->tries < RELOAD_TRIES &&
	    (was_next || !paused(r, role, now_ms))) {
		if (was_next)
			o->next = reload_proc_start(r, role, r->next, now_ms);
		if (o->next != 0 || !was_next)
			return;
	}
	if (r->current == 0 || reload_has(r->next_changed, role)) {
		reload_say(r, RELOAD_SAY_VETO, role, 0, 0);
		reload_change_abort(r, now_ms);
		return;
	}
	role_exclude(r, role);
	reload_change_check(r, now_ms);
}

/*
 * No process of the role was sent the new configuration, and none will be
 * soon: restarts are paused, or a second process could not be started.
 */
static bool
unanswerable(const struct reload *r, enum role role, uint64_t now_ms)
{
	const struct reload_role *o = &r->role[role];
	const struct reload_proc *p = reload_proc_find(r, o->proc);

	if (!reload_has(r->next_needed, role) || o->excluded || o->next != 0)
		return false;
	if (p == NULL)
		return paused(r, role, now_ms);
	return p->state == RELOAD_PROC_RUN && p->offered != r->next;
}

/* Retries or excludes a role that has no process to answer, or aborts. */
void
reload_change_unanswerable(struct reload *r, uint64_t now_ms)
{
	enum role role;

	for (role = ROLE_DHCPD; role < ROLE_MAX; role++)
		if (r->phase == RELOAD_PREPARING &&
		    unanswerable(r, role, now_ms))
			reload_change_lost(
			    r, role, r->role[role].proc != 0, now_ms);
}
