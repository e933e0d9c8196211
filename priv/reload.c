/* SPDX-License-Identifier: ISC */
/* Reload and supervision as a pure state machine: inputs, exits and timer. */
#include "priv/reload.h"

#include <string.h>

#include "priv/reload_change.h"
#include "priv/reload_proc.h"
#include "priv/role_spec.h"

void
reload_init(struct reload *r)
{
	memset(r, 0, sizeof(*r));
}

/* ------------------------------------------------------ roles' answers */

static void
step_booted(struct reload *r, struct reload_proc *p, uint64_t now_ms)
{
	if (p->role != ROLE_CONFD && p->state == RELOAD_PROC_BOOT)
		reload_proc_configure(r, p, p->offered, now_ms);
}

static void
step_ready(struct reload *r, struct reload_proc *p, uint32_t generation,
    uint64_t now_ms)
{
	if ((p->state != RELOAD_PROC_CONF && p->state != RELOAD_PROC_RUN) ||
	    generation == 0 || p->offered != generation || p->ready)
		return;
	p->state = RELOAD_PROC_RUN;
	p->answered_ms = now_ms;
	if (generation != r->current) {
		p->ready = true;
		p->deadline_ms = 0;
		reload_change_check(r, now_ms);
		return;
	}
	/* The role was restarted with the configuration in force. */
	reload_proc_commit(r, p, generation);
	reload_connect(r);
	reload_say(r, RELOAD_SAY_BACK, p->role, p->id, 0);
	if (r->phase == RELOAD_PREPARING &&
	    reload_has(r->next_needed, p->role)) {
		reload_change_role(r, p->role, now_ms);
		reload_change_check(r, now_ms);
	}
}

/* A serving process rejected; a new process of its role must confirm that. */
static void
reject_served(struct reload *r, struct reload_proc *p, uint64_t now_ms)
{
	struct reload_role *o = &r->role[p->role];

	reload_say(r, RELOAD_SAY_REJECTED, p->role, p->id, 0);
	if (!reload_has(r->next_changed, p->role) ||
	    role_spec(p->role)->exclusive) {
		reload_proc_kill(r, p, RELOAD_SAY_KILL_REJECTED, false, now_ms);
		return;
	}
	reload_proc_abort(r, p, r->next);
	if (o->next == 0)
		o->next = reload_proc_start(r, p->role, r->next, now_ms);
}

static void
step_reject(struct reload *r, struct reload_proc *p, uint32_t generation,
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
		if (r->current == 0 || reload_has(r->next_changed, p->role)) {
			/* The reason was logged with the rejection. */
			reload_change_abort(r, now_ms);
			return;
		}
	}
	reload_proc_kill(r, p, RELOAD_SAY_KILL_REJECTED, false, now_ms);
}

/* --------------------------------------------------------- processes end */

/* A role has lost a process, which has exited or is LOST. */
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
	if (r->phase == RELOAD_PREPARING &&
	    reload_has(r->next_needed, was->role) && !was->expected &&
	    !o->excluded && (was_next || o->next == 0))
		reload_change_lost(r, was->role, was_next, now_ms);
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

/* Handles a process that has exited or is LOST. */
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
			reload_change_abort(r, now_ms);
	}
}

static void
step_exit(struct reload *r, struct reload_proc *p, uint64_t now_ms)
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
		/* The cause of the hang may be gone: start a process now. */
		r->role[was.role].restart_ms = now_ms;
}

static void
step_start_failed(struct reload *r, struct reload_proc *p, uint64_t now_ms)
{
	struct reload_proc was = *p;

	memset(p, 0, sizeof(*p));
	proc_ended(r, &was, false, now_ms);
}

/* ------------------------------------------------------------------ time */

/*
 * The parent itself did not run, because it was stopped or starved.  The roles
 * are not to blame for the silence of that time, so their deadlines move.
 */
static void
stall_extend_deadlines(struct reload *r, uint64_t now_ms)
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
		r->proc[i].answered_ms += gap_ms;
		if (r->proc[i].deadline_ms != 0)
			r->proc[i].deadline_ms += gap_ms;
	}
}

static enum reload_say
late_text(const struct reload_proc *p)
{
	if (p->role == ROLE_CONFD)
		return RELOAD_SAY_PARSE_LATE;
	return p->state == RELOAD_PROC_RUN ? RELOAD_SAY_ANSWER_LATE
					   : RELOAD_SAY_START_LATE;
}

/* A process that should be alive. */
static void
deadline_alive(struct reload *r, struct reload_proc *p, uint64_t now_ms)
{
	bool late = p->deadline_ms != 0 && now_ms >= p->deadline_ms;

	if (now_ms >= p->heard_ms + RELOAD_SILENCE_MS) {
		reload_proc_kill(r, p, RELOAD_SAY_SILENT, false, now_ms);
	} else if (p->state == RELOAD_PROC_RUN &&
		   now_ms >= p->answered_ms + RELOAD_BUSY_MS) {
		reload_proc_kill(r, p, RELOAD_SAY_BUSY, false, now_ms);
	} else if (late) {
		reload_proc_kill(r, p, late_text(p), false, now_ms);
	} else if (p->state != RELOAD_PROC_BOOT &&
		   now_ms >= p->pinged_ms + RELOAD_PING_MS) {
		(void)reload_emit_proc(r, RELOAD_DO_PING, p, 0);
		p->pinged_ms = now_ms;
	}
}

static void
check_deadlines(struct reload *r, uint64_t now_ms)
{
	size_t i;

	for (i = 0; i < RELOAD_PROCS_MAX; i++) {
		struct reload_proc *p = &r->proc[i];

		if (p->id == 0)
			continue;
		if (reload_proc_usable(p)) {
			deadline_alive(r, p, now_ms);
		} else if (p->deadline_ms == 0 || now_ms < p->deadline_ms) {
			continue;
		} else if (p->state == RELOAD_PROC_STOP) {
			reload_proc_kill(
			    r, p, RELOAD_SAY_STOP_LATE, true, now_ms);
		} else if (p->state == RELOAD_PROC_KILLED) {
			reload_say(r, RELOAD_SAY_UNKILLABLE, p->role, p->id, 0);
			p->state = RELOAD_PROC_LOST;
			p->deadline_ms = 0;
			proc_ended(r, p, true, now_ms);
		}
	}
}

static void
step_timer(struct reload *r, uint64_t now_ms)
{
	r->tick_ms = now_ms;
	check_deadlines(r, now_ms);
	reload_change_unanswerable(r, now_ms);
	if (r->hup && !r->delay_said && !r->stopping &&
	    now_ms - r->hup_ms >= RELOAD_DELAY_MS) {
		r->delay_said = true;
		reload_say(
		    r, RELOAD_SAY_DELAYED, reload_change_waits_for(r), 0, 0);
	}
	if (r->ifaces_ms != 0 && now_ms >= r->ifaces_ms) {
		r->ifaces_ms = 0;
		r->ifaces = true;
	}
	reload_change_pending(r, now_ms);
}

/* Overdue starts need no timer: they wait for a process to exit. */
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
	case RELOAD_PONG:
		p->answered_ms = now_ms;
		break;
	case RELOAD_BOOTED:
		step_booted(r, p, now_ms);
		break;
	case RELOAD_READY:
		step_ready(r, p, in->generation, now_ms);
		break;
	case RELOAD_REJECT:
		step_reject(r, p, in->generation, now_ms);
		break;
	case RELOAD_EXIT:
		step_exit(r, p, now_ms);
		break;
	case RELOAD_START_FAILED:
		step_start_failed(r, p, now_ms);
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
	stall_extend_deadlines(r, now_ms);
	switch (in->kind) {
	case RELOAD_HUP:
		reload_change_hup(r, now_ms);
		break;
	case RELOAD_CHANGED:
		reload_change_watched(r, now_ms);
		break;
	case RELOAD_IFACES:
		reload_change_ifaces(r, now_ms);
		break;
	case RELOAD_PARSED:
	case RELOAD_UNCHANGED:
	case RELOAD_PARSE_FAILED:
		reload_change_read(r, in, now_ms);
		break;
	case RELOAD_TIMER:
		step_timer(r, now_ms);
		break;
	case RELOAD_QUIT:
		reload_stop_all(r, in->status, now_ms);
		break;
	default:
		step_proc(r, in, now_ms);
		break;
	}
	if (in->kind == RELOAD_HEARD || in->kind == RELOAD_PONG)
		return &r->out;
	reload_start_due(r, now_ms);
	stop_check(r);
	arm(r, now_ms);
	return &r->out;
}
