/* SPDX-License-Identifier: ISC */
/* The processes of the reload state machine. */
#include "priv/reload_proc.h"

#include "daemon/log.h"
#include "priv/role_spec.h"

struct reload_action *
reload_emit(struct reload *r, enum reload_action_kind kind)
{
	struct reload_action *a;

	if (r->out.n == RELOAD_ACTIONS_MAX)
		fatalx("reload: more than %d actions", RELOAD_ACTIONS_MAX);
	a = &r->out.v[r->out.n++];
	*a = (struct reload_action){ .kind = kind };
	return a;
}

struct reload_action *
reload_emit_proc(struct reload *r, enum reload_action_kind kind,
    const struct reload_proc *p, uint32_t generation)
{
	struct reload_action *a = reload_emit(r, kind);

	a->role = p->role;
	a->proc = p->id;
	a->generation = generation;
	return a;
}

void
reload_say(struct reload *r, enum reload_say say, enum role role, uint32_t proc,
    uint32_t n)
{
	struct reload_action *a = reload_emit(r, RELOAD_DO_SAY);

	a->say = say;
	a->role = role;
	a->proc = proc;
	a->n = n;
}

const struct reload_proc *
reload_proc_find(const struct reload *r, uint32_t id)
{
	size_t i;

	for (i = 0; id != 0 && i < RELOAD_PROCS_MAX; i++)
		if (r->proc[i].id == id)
			return &r->proc[i];
	return NULL;
}

struct reload_proc *
reload_proc_get(struct reload *r, uint32_t id)
{
	const struct reload_proc *p = reload_proc_find(r, id);

	return p == NULL ? NULL : &r->proc[p - r->proc];
}

/* A free entry; NULL if all are in use or too many of the role are LOST. */
static struct reload_proc *
proc_free(struct reload *r, enum role role)
{
	struct reload_proc *found = NULL;
	uint32_t lost = 0;
	size_t i;

	for (i = 0; i < RELOAD_PROCS_MAX; i++)
		if (r->proc[i].id == 0)
			found = &r->proc[i];
		else if (r->proc[i].state == RELOAD_PROC_LOST &&
			 r->proc[i].role == role)
			lost++;
	if (lost >= RELOAD_LOST_MAX) {
		reload_say(r, RELOAD_SAY_TOO_MANY_UNKILLABLE, role, 0, lost);
		return NULL;
	}
	if (found == NULL)
		reload_say(r, RELOAD_SAY_NO_PLACE, role, 0, RELOAD_PROCS_MAX);
	return found;
}

struct reload_proc *
reload_proc_new(
    struct reload *r, enum role role, uint32_t generation, uint64_t now_ms)
{
	struct reload_proc *p = proc_free(r, role);

	if (p == NULL)
		return NULL;
	*p = (struct reload_proc){ .id = ++r->ids,
		.role = role,
		.state = RELOAD_PROC_BOOT,
		.offered = generation,
		.unconnected = true,
		.heard_ms = now_ms,
		.pinged_ms = now_ms,
		.deadline_ms =
		    now_ms +
		    (role == ROLE_CONFD ? RELOAD_PARSE_MS : RELOAD_START_MS) };
	return p;
}

uint32_t
reload_proc_start(
    struct reload *r, enum role role, uint32_t generation, uint64_t now_ms)
{
	const struct reload_proc *p =
	    reload_proc_new(r, role, generation, now_ms);

	if (p == NULL)
		return 0;
	(void)reload_emit_proc(r, RELOAD_DO_START, p, generation);
	return p->id;
}

void
reload_proc_configure(struct reload *r, struct reload_proc *p,
    uint32_t generation, uint64_t now_ms)
{
	(void)reload_emit_proc(r, RELOAD_DO_CONFIGURE, p, generation);
	p->offered = generation;
	p->ready = false;
	if (p->state == RELOAD_PROC_RUN)
		p->deadline_ms = now_ms + RELOAD_ANSWER_MS;
	else
		p->state = RELOAD_PROC_CONF;
}

void
reload_proc_commit(struct reload *r, struct reload_proc *p, uint32_t generation)
{
	(void)reload_emit_proc(r, RELOAD_DO_COMMIT, p, generation);
	p->offered = 0;
	p->ready = false;
	p->served = true;
	p->deadline_ms = 0;
}

void
reload_proc_abort(struct reload *r, struct reload_proc *p, uint32_t generation)
{
	(void)reload_emit_proc(r, RELOAD_DO_ABORT, p, generation);
	p->offered = 0;
	p->ready = false;
	p->deadline_ms = 0;
}

bool
reload_proc_usable(const struct reload_proc *p)
{
	return p != NULL && p->state >= RELOAD_PROC_BOOT &&
	       p->state <= RELOAD_PROC_RUN;
}

void
reload_proc_stop(struct reload *r, struct reload_proc *p, uint64_t now_ms)
{
	p->expected = true;
	if (!reload_proc_usable(p))
		return;
	(void)reload_emit_proc(r, RELOAD_DO_STOP, p, 0);
	p->state = RELOAD_PROC_STOP;
	p->offered = 0;
	p->deadline_ms = now_ms + RELOAD_STOP_MS;
}

void
reload_proc_kill(struct reload *r, struct reload_proc *p, enum reload_say why,
    bool expected, uint64_t now_ms)
{
	if (expected)
		p->expected = true;
	if (p->state == RELOAD_PROC_KILLED || p->state == RELOAD_PROC_LOST)
		return;
	reload_emit_proc(r, RELOAD_DO_KILL, p, 0)->say = why;
	p->state = RELOAD_PROC_KILLED;
	p->deadline_ms = now_ms + RELOAD_KILL_MS;
}

/* ------------------------------------------------------------- channels */

static struct reload_proc *
serving(struct reload *r, enum role role)
{
	struct reload_proc *p = reload_proc_get(r, r->role[role].proc);

	return p != NULL && p->state == RELOAD_PROC_RUN && p->served ? p : NULL;
}

/* Connects two roles if at least one of the processes has no channels yet. */
static void
connect_pair(struct reload *r, enum role role, enum role peer)
{
	struct reload_proc *a = serving(r, role), *b = serving(r, peer);

	if (!reload_has(role_spec(role)->peers, peer) || a == NULL ||
	    b == NULL || (!a->unconnected && !b->unconnected))
		return;
	reload_emit_proc(r, RELOAD_DO_CONNECT, a, 0)->other = b->id;
}

void
reload_connect(struct reload *r)
{
	struct reload_proc *p;
	enum role role, peer;

	for (role = ROLE_DHCPD; role < ROLE_MAX; role++)
		for (peer = role + 1; peer < ROLE_MAX; peer++)
			connect_pair(r, role, peer);
	for (role = ROLE_DHCPD; role < ROLE_MAX; role++)
		if ((p = serving(r, role)) != NULL)
			p->unconnected = false;
}

/* ---------------------------------------------------------- supervision */

void
reload_role_failed(
    struct reload *r, enum role role, bool started, uint64_t now_ms)
{
	struct reload_role *o = &r->role[role];
	uint32_t wait_ms = 0;

	if (now_ms - o->window_ms > RELOAD_WINDOW_MS) {
		o->window_ms = now_ms;
		o->failures = 0;
	}
	if (!started) {
		/* A resource is exhausted, perhaps only for a short time. */
		wait_ms = RELOAD_BACKOFF_MS << o->failures;
		if (o->failures < RELOAD_FAILURES_MAX)
			o->failures++;
		reload_say(r, RELOAD_SAY_RESTART, role, 0, wait_ms);
	} else if (++o->failures > RELOAD_FAILURES_MAX) {
		wait_ms = RELOAD_PAUSE_MS;
		reload_say(r, RELOAD_SAY_PAUSE, role, 0, o->failures);
	} else if (o->failures > 1) {
		wait_ms = RELOAD_BACKOFF_MS << (o->failures - 2);
	}
	o->restart_ms = now_ms + wait_ms;
}

/*
 * The configuration for a new process of a role: that of the change in progress
 * if it needs the role, otherwise the one in force; 0: none.
 */
static uint32_t
role_generation(const struct reload *r, enum role role)
{
	if (r->phase == RELOAD_PREPARING && reload_has(r->next_needed, role))
		return r->role[role].excluded ? 0 : r->next;
	return reload_has(r->needed, role) ? r->current : 0;
}

/* Whether an exclusive role still has a process that must exit first. */
static bool
occupied(const struct reload *r, enum role role)
{
	size_t i;

	if (!role_spec(role)->exclusive)
		return false;
	for (i = 0; i < RELOAD_PROCS_MAX; i++)
		if (r->proc[i].id != 0 && r->proc[i].role == role &&
		    r->proc[i].state != RELOAD_PROC_LOST)
			return true;
	return false;
}

void
reload_start_due(struct reload *r, uint64_t now_ms)
{
	enum role role;

	for (role = ROLE_DHCPD; !r->stopping && role < ROLE_MAX; role++) {
		struct reload_role *o = &r->role[role];
		uint32_t generation = role_generation(r, role);

		if (o->proc != 0 || o->next != 0 || o->restart_ms > now_ms ||
		    generation == 0 || occupied(r, role))
			continue;
		o->proc = reload_proc_start(r, role, generation, now_ms);
		if (o->proc != 0)
			continue;
		o->restart_ms = now_ms + RELOAD_PAUSE_MS;
		reload_say(r, RELOAD_SAY_RESTART, role, 0, RELOAD_PAUSE_MS);
	}
}

void
reload_stop_all(struct reload *r, int status, uint64_t now_ms)
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
