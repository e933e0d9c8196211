/* SPDX-License-Identifier: ISC */
/*
 * A world for the state machine of reload and supervision.  It answers at once
 * and well, except where a test says how a role behaves.
 */
#ifndef TESTS_UNIT_RELOAD_CASE_H
#define TESTS_UNIT_RELOAD_CASE_H

#include <string.h>

#include "priv/reload.h"
#include "priv/role_spec.h"
#include "tests/unit/unit.h"

#define SEEN_MAX 4096

#define DHCP (ROLE_BIT(ROLE_DHCPD) | ROLE_BIT(ROLE_LEASED))
#define TFTP \
	(ROLE_BIT(ROLE_TFTPD) | ROLE_BIT(ROLE_IMAGED) | ROLE_BIT(ROLE_HASHD))
#define ALL ROLES_SERVERS
#define SERVERS __builtin_popcount(ROLES_SERVERS) /* how many */

enum will {
	WILL_SERVE, /* answers READY */
	WILL_REJECT,
	WILL_THINK, /* is alive, and does not answer */
	WILL_BUSY, /* says that it is alive, and reads nothing */
	WILL_HANG, /* says nothing at all */
	WILL_DIE, /* when it is started, or is given a configuration */
	WILL_NOT_START
};

static struct {
	struct reload r;
	uint64_t now_ms;
	uint64_t timer_ms;
	enum will fresh[ROLE_MAX]; /* what a new process does */
	enum will served[ROLE_MAX]; /* and one that has served */
	bool copy_fails; /* the host cannot serve the changed interfaces */
	bool stuck[ROLE_MAX]; /* SIGKILL does not end it */
	/* What the next reading of the configuration says. */
	uint16_t needed, changed, replace;
	struct reload_action seen[SEEN_MAX]; /* actions, in their order */
	size_t nseen;
} w;

static inline void give(const struct reload_input *);

static inline void
give_proc(enum reload_input_kind kind, uint32_t proc, uint32_t generation)
{
	const struct reload_input in = {
		.kind = kind, .proc = proc, .generation = generation
	};

	give(&in);
}

static inline void
give_event(enum reload_input_kind kind)
{
	give_proc(kind, 0, 0);
}

/* The process that serves for a role, or will. */
static inline uint32_t
proc(enum role role)
{
	return w.r.role[role].proc;
}

static inline enum will
will(const struct reload_action *a)
{
	const struct reload_proc *p = reload_proc_find(&w.r, a->proc);

	if (p != NULL && p->served)
		return w.served[a->role];
	return w.fresh[a->role];
}

/* confd has read what the test says. */
static inline void
act_parse(const struct reload_action *a)
{
	struct reload_input in = { .kind = RELOAD_PARSED,
		.generation = a->generation,
		.needed = w.needed,
		.changed = w.changed,
		.replace = w.replace };

	switch (w.fresh[ROLE_CONFD]) {
	case WILL_NOT_START:
		give_proc(RELOAD_START_FAILED, a->proc, 0);
		return;
	case WILL_HANG:
	case WILL_BUSY:
	case WILL_THINK:
		return;
	case WILL_REJECT:
		in.kind = RELOAD_PARSE_FAILED;
		break;
	default:
		break;
	}
	if (w.fresh[ROLE_CONFD] != WILL_DIE)
		give(&in);
	give_proc(RELOAD_EXIT, a->proc, 0);
}

/* The interfaces differ. */
static inline void
act_copy(const struct reload_action *a)
{
	const struct reload_input in = {
		.kind = w.copy_fails ? RELOAD_PARSE_FAILED : RELOAD_PARSED,
		.generation = a->generation,
		.needed = w.r.needed
	};

	give(&in);
}

static inline void
act_start(const struct reload_action *a)
{
	switch (will(a)) {
	case WILL_NOT_START:
		give_proc(RELOAD_START_FAILED, a->proc, 0);
		break;
	case WILL_DIE:
		give_proc(RELOAD_EXIT, a->proc, 0);
		break;
	case WILL_HANG:
		break;
	default:
		give_proc(RELOAD_BOOTED, a->proc, 0);
		break;
	}
}

static inline void
act_configure(const struct reload_action *a)
{
	switch (will(a)) {
	case WILL_SERVE:
		give_proc(RELOAD_READY, a->proc, a->generation);
		break;
	case WILL_REJECT:
		give_proc(RELOAD_REJECT, a->proc, a->generation);
		break;
	case WILL_DIE:
		give_proc(RELOAD_EXIT, a->proc, 0);
		break;
	default:
		break;
	}
}

static inline void
act(const struct reload_action *a)
{
	ck_assert_uint_lt(w.nseen, SEEN_MAX);
	w.seen[w.nseen++] = *a;
	switch (a->kind) {
	case RELOAD_DO_PARSE:
		act_parse(a);
		break;
	case RELOAD_DO_COPY:
		act_copy(a);
		break;
	case RELOAD_DO_START:
		act_start(a);
		break;
	case RELOAD_DO_CONFIGURE:
		act_configure(a);
		break;
	case RELOAD_DO_PING:
		if (will(a) != WILL_HANG)
			give_proc(
			    will(a) == WILL_BUSY ? RELOAD_HEARD : RELOAD_PONG,
			    a->proc, 0);
		break;
	case RELOAD_DO_STOP:
		if (will(a) != WILL_HANG && !w.stuck[a->role])
			give_proc(RELOAD_EXIT, a->proc, 0);
		break;
	case RELOAD_DO_KILL:
		if (!w.stuck[a->role])
			give_proc(RELOAD_EXIT, a->proc, 0);
		break;
	case RELOAD_DO_ARM:
		w.nseen--;
		w.timer_ms = a->at_ms;
		break;
	default:
		break;
	}
}

/* An input, and all that follows from it. */
static inline void
give(const struct reload_input *in)
{
	static struct reload_input queue[256];
	static uint8_t head, tail;
	static bool busy;
	struct reload_actions out;
	size_t i;

	queue[tail++] = *in;
	if (busy)
		return;
	busy = true;
	while (head != tail) {
		out = *reload_step(&w.r, &queue[head++], w.now_ms);
		for (i = 0; i < out.n; i++)
			act(&out.v[i]);
	}
	busy = false;
}

/* Time passes. */
static inline void
wait_ms(uint64_t ms)
{
	uint64_t end_ms = w.now_ms + ms;

	while (w.timer_ms <= end_ms) {
		if (w.timer_ms > w.now_ms)
			w.now_ms = w.timer_ms;
		else
			w.now_ms++; /* no loop takes no time */
		give_event(RELOAD_TIMER);
	}
	w.now_ms = end_ms;
}

/* How often it was done since forget(); ROLE_PRIV: for any role. */
static inline unsigned int
done(enum reload_action_kind kind, enum role role)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < w.nseen; i++)
		if (w.seen[i].kind == kind &&
		    (role == ROLE_PRIV || w.seen[i].role == role))
			n++;
	return n;
}

/* The same of what was said, or was the reason of a KILL. */
static inline unsigned int
said(enum reload_say say, enum role role)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < w.nseen; i++)
		if (w.seen[i].say == say && w.seen[i].role == role)
			n++;
	return n;
}

/* Where an action was first done for a process; the end if it was not. */
static inline size_t
when(enum reload_action_kind kind, uint32_t id)
{
	size_t i;

	for (i = 0; i < w.nseen; i++)
		if (w.seen[i].kind == kind && w.seen[i].proc == id)
			break;
	return i;
}

/* How many channels a role has to others; ROLE_PRIV: all that there are. */
static inline unsigned int
channels(enum role role)
{
	unsigned int n = 0;
	enum role a, b;

	for (a = ROLE_DHCPD; a < ROLE_MAX; a++)
		for (b = ROLE_DHCPD; b < a; b++)
			if ((role_spec(a)->peers & ROLE_BIT(b)) != 0 &&
			    (role == ROLE_PRIV || role == a || role == b))
				n++;
	return n;
}

static inline void
forget(void)
{
	w.nseen = 0;
}

static inline void
world(void)
{
	memset(&w, 0, sizeof(w));
	w.now_ms = 1000;
	w.timer_ms = UINT64_MAX;
	w.needed = w.changed = ALL;
	reload_init(&w.r);
}

/* All roles serve configuration 1. */
static inline void
world_serves(void)
{
	world();
	give_event(RELOAD_HUP);
	ck_assert_uint_eq(w.r.current, 1);
	forget();
}

static inline void
die(enum role role)
{
	ck_assert_uint_ne(proc(role), 0);
	give_proc(RELOAD_EXIT, proc(role), 0);
}

static inline bool
serves(enum role role)
{
	const struct reload_proc *p = reload_proc_find(&w.r, proc(role));

	return p != NULL && p->state == RELOAD_PROC_RUN && p->served;
}

#endif
