/* SPDX-License-Identifier: ISC */
/* Changes of the configuration, as a pure state machine. */
#include "priv/reload.h"

#include <string.h>

#include "priv/reload_proc.h"

#define EXCLUSIVE ROLE_BIT(ROLE_LEASED) /* two of it cannot run at once */

static void change_check(struct reload *, uint64_t now_ms);
static void change_abort(struct reload *, uint64_t now_ms);

void
reload_init(struct reload *r)
{
	memset(r, 0, sizeof(*r));
}

static bool
bit(uint16_t set, enum role role)
{
	return (set & ROLE_BIT(role)) != 0;
}

/* ---------------------------------------------------------------- begin */

static void
emit_generation(
    struct reload *r, enum reload_action_kind kind, uint32_t generation)
{
	reload_emit(r, kind)->generation = generation;
}

static void
change_parse(struct reload *r, uint64_t now_ms)
{
	struct reload_proc *p;
	struct reload_action *a;

	r->hup = false;
	r->copied = false;
	r->phase = RELOAD_PARSING;
	r->next = ++r->generations;
	if ((p = reload_proc_new(r, ROLE_CONFD, r->next, now_ms)) == NULL) {
		change_abort(r, now_ms);
		return;
	}
	r->confd = p->id;
	a = reload_emit(r, RELOAD_DO_PARSE);
	a->role = ROLE_CONFD;
	a->proc = p->id;
	a->generation = r->next;
}

static void
change_copy(struct reload *r)
{
	r->ifaces = false;
	r->ifaces_ms = 0;
	r->copied = true;
	r->phase = RELOAD_PARSING;
	r->next = ++r->generations;
	emit_generation(r, RELOAD_DO_COPY, r->next);
}

/* What was asked for during the change that has just ended. */
static void
change_again(struct reload *r, uint64_t now_ms)
{
	if (r->phase != RELOAD_IDLE || r->stopping || r->current == 0)
		return;
	if (r->hup)
		change_parse(r, now_ms);
	else if (r->ifaces)
		change_copy(r);
}

static void
on_hup(struct reload *r, uint64_t now_ms)
{
	if (r->stopping)
		return;
	if (r->phase == RELOAD_IDLE) {
		change_parse(r, now_ms);
		return;
	}
	if (!r->hup) {
		r->hup_ms = now_ms;
		r->delay_said = false;
	}
	r->hup = true;
}

static void
on_ifaces(struct reload *r, uint64_t now_ms)
{
	r->ifaces = true;
	r->ifaces_wait_ms = 0;
	change_again(r, now_ms);
}

/* -------------------------------------------------------------- prepare */

/* Whether a role that failed too often is left alone for a while. */
static bool
paused(const struct reload *r, enum role role, uint64_t now_ms)
{
	return r->role[role].restart_ms > now_ms + RELOAD_WINDOW_MS;
}

/* Lets the others change without a role that does not come up. */
static void
role_leave_out(struct reload *r, enum role role)
{
	r->role[role].without = true;
	reload_say(r, RELOAD_SAY_WITHOUT, role, 0, 0);
}

/* Gives the coming configuration to a role, or to a new process of it. */
static void
role_prepare(struct reload *r, enum role role, uint64_t now_ms)
{
	struct reload_role *o = &r->role[role];
	struct reload_proc *p = reload_proc_get(r, o->proc);

	if (!reload_proc_usable(p)) {
		/* One that was killed is followed by another when it ended. */
		if (p == NULL && paused(r, role, now_ms))
			role_leave_out(r, role);
		else if (p == NULL)
			o->restart_ms = now_ms;
		return;
	}
	if (bit(r->next_replace, role)) {
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
	/* One that reads the old configuration gets this one after it. */
}

static void
on_parsed(struct reload *r, const struct reload_input *in, uint64_t now_ms)
{
	struct reload_proc *confd = reload_proc_get(r, r->confd);
	enum role role;

	if (r->phase != RELOAD_PARSING || in->generation != r->next)
		return;
	if (confd != NULL)
		reload_proc_stop(r, confd, now_ms);
	r->confd = 0;
	r->phase = RELOAD_PREPARING;
	r->next_needed = in->needed;
	r->next_changed = in->changed;
	r->next_replace = in->replace;
	for (role = ROLE_DHCPD; role < ROLE_MAX; role++) {
		r->role[role].tries = 0;
		r->role[role].without = false;
		/* If the change fails, what was planned goes on. */
		if (!bit(r->next_needed, role))
			continue;
		/* An administrator's reload tries again what has paused. */
		if (!r->copied)
			r->role[role].failures = r->role[role].restart_ms = 0;
		role_prepare(r, role, now_ms);
	}
	change_check(r, now_ms);
}

static void
on_unchanged(struct reload *r, const struct reload_input *in, uint64_t now_ms)
{
	if (r->phase != RELOAD_PARSING || in->generation != r->next)
		return;
	r->phase = RELOAD_IDLE;
	r->next = 0;
	r->generations--; /* nobody has seen it */
	change_again(r, now_ms);
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
	} else if (!bit(r->next_needed, role)) {
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
		/* It goes without this role, whose process knows the old one.
		 */
		reload_proc_kill(r, p, RELOAD_SAY_NOT_USED, true, now_ms);
	o->without = false;
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
	emit_generation(r, RELOAD_DO_ENFORCE, r->current);
	change_again(r, now_ms);
}

/* Commits when every role has answered. */
static void
change_check(struct reload *r, uint64_t now_ms)
{
	enum role role;

	if (r->phase != RELOAD_PREPARING)
		return;
	for (role = ROLE_DHCPD; role < ROLE_MAX; role++) {
		const struct reload_role *o = &r->role[role];
		const struct reload_proc *p =
		    reload_proc_find(r, o->next != 0 ? o->next : o->proc);

		if (bit(r->next_needed, role) && !o->without &&
		    (!reload_proc_usable(p) || p->offered != r->next ||
			!p->ready))
			return;
	}
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
	o->without = false;
	p = reload_proc_get(r, o->proc);
	if (reload_proc_usable(p) && p->offered == generation) {
		if (p->served)
			reload_proc_abort(r, p, generation);
		else
			reload_proc_kill(r, p, RELOAD_SAY_NOT_USED, true, now);
	}
}

static void
stop_all(struct reload *r, int status, uint64_t now_ms)
{
	size_t i;

	if (r->stopping)
		return;
	r->stopping = true;
	r->status = status;
	for (i = 0; i < RELOAD_PROCS_MAX; i++)
		if (r->proc[i].id != 0)
			reload_proc_stop(r, &r->proc[i], now_ms);
}

/* Nothing changes; at the start, nothing begins. */
static void
change_abort(struct reload *r, uint64_t now_ms)
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
	emit_generation(r, RELOAD_DO_DROP, generation);
	if (r->current == 0) {
		stop_all(r, 1, now_ms);
		return;
	}
	reload_say(r, RELOAD_SAY_KEPT, ROLE_PRIV, 0, 0);
	if (r->copied) {
		if (r->ifaces_wait_ms == 0)
			r->ifaces_wait_ms = RELOAD_IFACES_MS;
		else if (r->ifaces_wait_ms < RELOAD_IFACES_MAX_MS)
			r->ifaces_wait_ms *= 2;
		r->ifaces_ms = now_ms + r->ifaces_wait_ms;
	}
	change_again(r, now_ms);
}

static void
on_parse_failed(
    struct reload *r, const struct reload_input *in, uint64_t now_ms)
{
	if (r->phase == RELOAD_PARSING && in->generation == r->next)
		change_abort(r, now_ms);
}

/* ------------------------------------------------------ roles' answers */

static void
on_booted(struct reload *r, struct reload_proc *p, uint64_t now_ms)
{
	if (p->role != ROLE_CONFD && p->state == RELOAD_PROC_BOOT)
		reload_proc_configure(r, p, p->offered, now_ms);
}

static void
on_ready(struct reload *r, struct reload_proc *p, uint32_t generation,
    uint64_t now_ms)
{
	if ((p->state != RELOAD_PROC_CONF && p->state != RELOAD_PROC_RUN) ||
	    generation == 0 || p->offered != generation || p->ready)
		return;
	p->state = RELOAD_PROC_RUN;
	if (generation != r->current) {
		p->ready = true;
		p->deadline_ms = 0;
		change_check(r, now_ms);
		return;
	}
	/* It is back after an end, with what is in force. */
	reload_proc_commit(r, p, generation);
	reload_connect(r);
	reload_say(r, RELOAD_SAY_BACK, p->role, p->id, 0);
	if (r->phase == RELOAD_PREPARING && bit(r->next_needed, p->role)) {
		role_prepare(r, p->role, now_ms);
		change_check(r, now_ms);
	}
}

/* A process that has served refuses: another one of its role is asked. */
static void
reject_served(struct reload *r, struct reload_proc *p, uint64_t now_ms)
{
	struct reload_role *o = &r->role[p->role];

	reload_say(r, RELOAD_SAY_REFUSED, p->role, p->id, 0);
	if (!bit(r->next_changed, p->role) || bit(EXCLUSIVE, p->role)) {
		reload_proc_kill(r, p, RELOAD_SAY_REJECTS, false, now_ms);
		return;
	}
	reload_proc_abort(r, p, r->next);
	if (o->next == 0)
		o->next = reload_proc_start(r, p->role, r->next, now_ms);
}

static void
on_reject(struct reload *r, struct reload_proc *p, uint32_t generation,
    uint64_t now_ms)
{
	if ((p->state != RELOAD_PROC_CONF && p->state != RELOAD_PROC_RUN) ||
	    generation == 0 || p->offered != generation)
		return;
	if (generation == r->next && r->phase == RELOAD_PREPARING) {
		if (p->served) {
			reject_served(r, p, now_ms);
			return;
		}
		if (r->current == 0 || bit(r->next_changed, p->role)) {
			reload_say(r, RELOAD_SAY_VETO, p->role, p->id, 0);
			change_abort(r, now_ms);
			return;
		}
	}
	reload_proc_kill(r, p, RELOAD_SAY_REJECTS, false, now_ms);
}

/* --------------------------------------------------------- processes end */

/* A process that the change needs has ended, or could not be started. */
static void
change_lost(struct reload *r, enum role role, bool was_next, uint64_t now_ms)
{
	struct reload_role *o = &r->role[role];

	if (r->current != 0 && ++o->tries < RELOAD_TRIES &&
	    (was_next || !paused(r, role, now_ms))) {
		if (was_next)
			o->next = reload_proc_start(r, role, r->next, now_ms);
		if (o->next != 0 || !was_next)
			return;
	}
	if (r->current == 0 || bit(r->next_changed, role)) {
		reload_say(r, RELOAD_SAY_VETO, role, 0, 0);
		change_abort(r, now_ms);
		return;
	}
	role_leave_out(r, role);
	change_check(r, now_ms);
}

/* The role has lost a process, which is in the table no more, or LOST. */
static void
role_lost(struct reload *r, const struct reload_proc *was, bool started,
    uint64_t now_ms)
{
	struct reload_role *o = &r->role[was->role];
	bool was_next = o->next == was->id;

	if (!was_next && o->proc != was->id)
		return;
	if (was_next) {
		o->next = 0;
	} else {
		o->proc = 0;
		if (was->expected)
			o->restart_ms = now_ms;
		else
			reload_role_failed(r, was->role, started, now_ms);
	}
	if (r->phase == RELOAD_PREPARING && bit(r->next_needed, was->role) &&
	    !was->expected && !o->without && (was_next || o->next == 0))
		change_lost(r, was->role, was_next, now_ms);
}

/*
 * No process of a role is asked, and none will be soon: it pauses, or another
 * one could not be started beside the one that serves.
 */
static bool
unasked(const struct reload *r, enum role role, uint64_t now_ms)
{
	const struct reload_role *o = &r->role[role];
	const struct reload_proc *p = reload_proc_find(r, o->proc);

	if (!bit(r->next_needed, role) || o->without || o->next != 0)
		return false;
	if (p == NULL)
		return paused(r, role, now_ms);
	return p->state == RELOAD_PROC_RUN && p->offered != r->next;
}

/* A change does not wait for an answer that nobody can give. */
static void
change_unasked(struct reload *r, uint64_t now_ms)
{
	enum role role;

	for (role = ROLE_DHCPD; role < ROLE_MAX; role++)
		if (r->phase == RELOAD_PREPARING && unasked(r, role, now_ms))
			change_lost(r, role, r->role[role].proc != 0, now_ms);
}

static void
stop_check(struct reload *r)
{
	size_t i;

	if (!r->stopping)
		return;
	for (i = 0; i < RELOAD_PROCS_MAX; i++)
		if (r->proc[i].id != 0 && r->proc[i].state != RELOAD_PROC_LOST)
			return;
	reload_emit(r, RELOAD_DO_EXIT)->status = r->status;
}

/* What the end of a process means; its entry is free, or it is LOST. */
static void
proc_ended(struct reload *r, const struct reload_proc *was, bool started,
    uint64_t now_ms)
{
	if (r->stopping)
		return;
	if (was->role != ROLE_CONFD) {
		role_lost(r, was, started, now_ms);
	} else if (r->confd == was->id) {
		r->confd = 0;
		if (r->phase == RELOAD_PARSING)
			change_abort(r, now_ms);
	}
}

static void
on_exit(struct reload *r, struct reload_proc *p, uint64_t now_ms)
{
	struct reload_proc was = *p;

	memset(p, 0, sizeof(*p));
	reload_say(r,
	    was.expected || r->stopping ? RELOAD_SAY_STOPPED
					: RELOAD_SAY_EXITED,
	    was.role, was.id, 0);
	if (was.state != RELOAD_PROC_LOST)
		proc_ended(r, &was, true, now_ms);
	else if (r->role[was.role].restart_ms > now_ms)
		/* What made it hang may be over. */
		r->role[was.role].restart_ms = now_ms;
}

static void
on_start_failed(struct reload *r, struct reload_proc *p, uint64_t now_ms)
{
	struct reload_proc was = *p;

	memset(p, 0, sizeof(*p));
	proc_ended(r, &was, false, now_ms);
}

static void
on_lost(struct reload *r, struct reload_proc *p, uint64_t now_ms)
{
	proc_ended(r, p, true, now_ms);
}

/* ------------------------------------------------------------------ time */

/*
 * The parent itself did not run: suspended, stopped, or the machine slept.
 * Nobody else can be blamed for the silence of that time.
 */
static void
stall_excuse(struct reload *r, uint64_t now_ms)
{
	uint64_t gap_ms = now_ms - r->tick_ms;
	size_t i;

	if (gap_ms < RELOAD_TICK_MS + RELOAD_STALL_MS)
		return;
	gap_ms -= RELOAD_TICK_MS;
	reload_say(r, RELOAD_SAY_STALLED, ROLE_PRIV, 0, (uint32_t)gap_ms);
	r->tick_ms = now_ms;
	r->hup_ms += gap_ms;
	for (i = 0; i < RELOAD_PROCS_MAX; i++) {
		r->proc[i].heard_ms += gap_ms;
		if (r->proc[i].deadline_ms != 0)
			r->proc[i].deadline_ms += gap_ms;
	}
}

/* The role that a change waits for; ROLE_PRIV where there is none. */
static enum role
change_waits_for(const struct reload *r)
{
	enum role role;

	if (r->phase == RELOAD_PARSING)
		return ROLE_CONFD;
	for (role = ROLE_DHCPD; role < ROLE_MAX; role++) {
		const struct reload_role *o = &r->role[role];
		const struct reload_proc *p =
		    reload_proc_find(r, o->next != 0 ? o->next : o->proc);

		if (bit(r->next_needed, role) && !o->without &&
		    (p == NULL || !p->ready))
			return role;
	}
	return ROLE_PRIV;
}

static void
on_timer(struct reload *r, uint64_t now_ms)
{
	r->tick_ms = now_ms;
	reload_deadlines(r, now_ms, on_lost);
	change_unasked(r, now_ms);
	if (r->hup && !r->delay_said && now_ms - r->hup_ms >= RELOAD_DELAY_MS) {
		r->delay_said = true;
		reload_say(r, RELOAD_SAY_DELAYED, change_waits_for(r), 0, 0);
	}
	if (r->ifaces_ms != 0 && now_ms >= r->ifaces_ms) {
		r->ifaces_ms = 0;
		r->ifaces = true;
	}
	change_again(r, now_ms);
}

/* Starts that are due already wait for a process to end. */
static void
arm(struct reload *r, uint64_t now_ms)
{
	uint64_t at_ms = r->tick_ms + RELOAD_TICK_MS;
	enum role role;
	size_t i;

	for (role = ROLE_DHCPD; role < ROLE_MAX; role++) {
		const struct reload_role *o = &r->role[role];

		if (o->restart_ms > now_ms && o->restart_ms < at_ms)
			at_ms = o->restart_ms;
	}
	for (i = 0; i < RELOAD_PROCS_MAX; i++) {
		const struct reload_proc *p = &r->proc[i];

		if (p->id != 0 && p->deadline_ms != 0 && p->deadline_ms < at_ms)
			at_ms = p->deadline_ms;
	}
	reload_emit(r, RELOAD_DO_ARM)->at_ms = at_ms;
}

/* ------------------------------------------------------------------ step */

/* An input that is about one process. */
static void
step_proc(struct reload *r, const struct reload_input *in, uint64_t now_ms)
{
	struct reload_proc *p = reload_proc_get(r, in->proc);

	if (p == NULL)
		return;
	p->heard_ms = now_ms;
	switch (in->kind) {
	case RELOAD_BOOTED:
		on_booted(r, p, now_ms);
		break;
	case RELOAD_READY:
		on_ready(r, p, in->generation, now_ms);
		break;
	case RELOAD_REJECT:
		on_reject(r, p, in->generation, now_ms);
		break;
	case RELOAD_EXIT:
		on_exit(r, p, now_ms);
		break;
	case RELOAD_START_FAILED:
		on_start_failed(r, p, now_ms);
		break;
	case RELOAD_BROKEN:
		reload_proc_kill(r, p, RELOAD_SAY_BROKEN, false, now_ms);
		break;
	default:
		break;
	}
}

const struct reload_actions *
reload_step(struct reload *r, const struct reload_input *in, uint64_t now_ms)
{
	r->out.n = 0;
	if (r->tick_ms == 0)
		r->tick_ms = now_ms;
	stall_excuse(r, now_ms);
	switch (in->kind) {
	case RELOAD_HUP:
		on_hup(r, now_ms);
		break;
	case RELOAD_IFACES:
		on_ifaces(r, now_ms);
		break;
	case RELOAD_PARSED:
		on_parsed(r, in, now_ms);
		break;
	case RELOAD_UNCHANGED:
		on_unchanged(r, in, now_ms);
		break;
	case RELOAD_PARSE_FAILED:
		on_parse_failed(r, in, now_ms);
		break;
	case RELOAD_TIMER:
		on_timer(r, now_ms);
		break;
	case RELOAD_QUIT:
		stop_all(r, in->status, now_ms);
		break;
	default:
		step_proc(r, in, now_ms);
		break;
	}
	if (in->kind == RELOAD_PONG)
		return &r->out;
	reload_start_due(r, now_ms);
	stop_check(r);
	arm(r, now_ms);
	return &r->out;
}
