/* SPDX-License-Identifier: ISC */
/*
 * Reload and supervision as a pure state machine: which processes run, which
 * configuration is in force, and the change to a new one.  It reads no clock,
 * makes no system call and allocates nothing; priv/reload_run.c carries out
 * its actions and feeds it with what happens.
 *
 * A configuration is known here by its generation, a process by a number that
 * is never used twice.
 *
 * A change is a transaction: parse, check and bind (the caller's part), give
 * the new configuration to every role that it needs, wait for READY from all,
 * commit.  Rules that keep one role from deciding for the others:
 *
 * - A process that has served clients may have been taken over, so its REJECT
 *   is not believed.  A new process of that role is asked; what that one says
 *   counts.
 * - A role for which nothing has changed but interfaces has no veto: if even
 *   its new process fails, the others change, and the role is restarted with
 *   the new configuration until it serves.
 * - A process that is silent for RELOAD_SILENCE_MS is killed, whatever it
 *   was doing.
 */
#ifndef PRIV_RELOAD_H
#define PRIV_RELOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/msg.h"

#define RELOAD_TICK_MS 1000 /* how often deadlines are looked at */
#define RELOAD_PING_MS 3000 /* between two PINGs to one process */
#define RELOAD_SILENCE_MS 10000 /* without any message: it hangs */
#define RELOAD_PARSE_MS 60000 /* for confd */
#define RELOAD_START_MS 120000 /* from the start to READY, alive or not */
#define RELOAD_ANSWER_MS 30000 /* from a new configuration to READY */
#define RELOAD_STOP_MS 2000 /* from STOP to the end of the process */
#define RELOAD_KILL_MS 5000 /* from SIGKILL to the end of the process */
#define RELOAD_DELAY_MS 5000 /* a reload that waits longer is logged */
#define RELOAD_STALL_MS 5000 /* the parent itself did not run for as long */

/* Ends of one role within a window; one more, and it pauses. */
#define RELOAD_FAILURES_MAX 5
#define RELOAD_WINDOW_MS 10000
#define RELOAD_BACKOFF_MS 100 /* before the third start, and then doubled */
#define RELOAD_PAUSE_MS 60000

#define RELOAD_IFACES_MS                                     \
	5000 /* before a change of interfaces is tried again \
	      */
#define RELOAD_IFACES_MAX_MS 60000

#define RELOAD_TRIES 3 /* processes of a role that one change may use up */
#define RELOAD_LOST_MAX 3 /* processes of a role that SIGKILL does not end */
#define RELOAD_PROCS_MAX 32
#define RELOAD_ACTIONS_MAX 160

enum reload_input_kind {
	RELOAD_HUP, /* read the configuration; the first one is the start */
	RELOAD_IFACES, /* interfaces may have changed */
	RELOAD_PARSED, /* the configuration of `generation` can be served */
	RELOAD_UNCHANGED, /* it is the one in force */
	RELOAD_PARSE_FAILED, /* it cannot; the reason was logged */
	RELOAD_BOOTED, /* the sandbox of process `proc` is complete */
	RELOAD_READY, /* `proc` is ready for `generation` */
	RELOAD_REJECT, /* `proc` refuses `generation` */
	RELOAD_EXIT, /* `proc` has ended */
	RELOAD_START_FAILED, /* `proc` could not be started; it was logged */
	RELOAD_BROKEN, /* `proc` broke a rule, or was not reached; kill it */
	RELOAD_PONG, /* any message of `proc` */
	RELOAD_TIMER, /* the time of the last ARM has come */
	RELOAD_QUIT, /* stop all; `status` is the exit status */
};

struct reload_input {
	enum reload_input_kind kind;
	uint32_t proc;
	uint32_t generation;
	int status;
	/* Of PARSED, as ROLE_BIT()s. */
	uint16_t needed; /* by this configuration */
	uint16_t changed; /* its records for them differ from those in force */
	uint16_t replace; /* the process that runs cannot serve it */
};

enum reload_action_kind {
	RELOAD_DO_PARSE, /* start confd as `proc`, for `generation` */
	RELOAD_DO_COPY, /* the records in force, for the interfaces of now */
	RELOAD_DO_START, /* start `role` as `proc`, for `generation` */
	RELOAD_DO_CONFIGURE, /* give `proc` the configuration `generation` */
	RELOAD_DO_COMMIT, /* tell `proc` to use it */
	RELOAD_DO_ABORT, /* tell `proc` to forget it */
	RELOAD_DO_ENFORCE, /* `generation` is in force; drop the one before */
	RELOAD_DO_DROP, /* `generation` will not be used */
	RELOAD_DO_CONNECT, /* give `proc` and `other` a channel */
	RELOAD_DO_PING,
	RELOAD_DO_STOP, /* ask `proc` to stop */
	RELOAD_DO_KILL, /* `say`: why */
	RELOAD_DO_SAY, /* log `say` */
	RELOAD_DO_ARM, /* TIMER is due at `at_ms` */
	RELOAD_DO_EXIT, /* with `status` */
};

/* What goes into the log; the texts are in priv/reload_say.c. */
enum reload_say {
	RELOAD_SAY_NOTHING,
	/* Reasons of KILL. */
	RELOAD_SAY_SILENT, /* no message for RELOAD_SILENCE_MS */
	RELOAD_SAY_PARSE_LATE,
	RELOAD_SAY_START_LATE,
	RELOAD_SAY_ANSWER_LATE, /* alive, but no READY */
	RELOAD_SAY_STOP_LATE,
	RELOAD_SAY_REJECTS, /* for no reason that can be its own */
	RELOAD_SAY_BROKEN, /* the caller knows why */
	RELOAD_SAY_NOT_USED, /* started for a change that failed */
	/* Events. */
	RELOAD_SAY_EXITED, /* `proc` of `role`, against expectation */
	RELOAD_SAY_STOPPED, /* the same, as it was told */
	RELOAD_SAY_REFUSED, /* `proc` refuses `generation`; another is asked */
	RELOAD_SAY_VETO, /* `role` decides that nothing changes */
	RELOAD_SAY_WITHOUT, /* the change goes on without `role` */
	RELOAD_SAY_KEPT, /* the change failed; the old one stays in force */
	RELOAD_SAY_BACK, /* `role` serves again, as `proc` */
	RELOAD_SAY_RESTART, /* a start failed; the next in `n` ms */
	RELOAD_SAY_PAUSE, /* `role` failed `n` times; it pauses */
	RELOAD_SAY_DELAYED, /* a reload waits, for `role` if that is not 0 */
	RELOAD_SAY_STALLED, /* the parent itself did not run for `n` ms */
	RELOAD_SAY_UNKILLABLE, /* `proc` does not end after SIGKILL */
	RELOAD_SAY_LOST_MAX, /* `n` processes of `role` are like that */
	RELOAD_SAY_MAX
};

struct reload_action {
	enum reload_action_kind kind;
	enum role role;
	uint32_t proc;
	uint32_t other; /* of CONNECT */
	uint32_t generation;
	enum reload_say say;
	uint32_t n;
	uint64_t at_ms;
	int status;
};

struct reload_actions {
	size_t n;
	struct reload_action v[RELOAD_ACTIONS_MAX];
};

enum reload_proc_state {
	RELOAD_PROC_NONE,
	RELOAD_PROC_BOOT, /* enters its sandbox */
	RELOAD_PROC_CONF, /* new; reads its first configuration */
	RELOAD_PROC_RUN, /* serves, or is ready to */
	RELOAD_PROC_STOP, /* was told to stop */
	RELOAD_PROC_KILLED, /* was sent SIGKILL */
	RELOAD_PROC_LOST, /* does not end even so; a new one takes its place */
};

struct reload_proc {
	uint32_t id; /* 0: this entry is free */
	enum role role;
	enum reload_proc_state state;
	uint32_t offered; /* generation that it is to answer; 0: none */
	bool ready; /* it has answered READY to that */
	bool served; /* a configuration was committed: it has met clients */
	bool fresh; /* it has no channels to its peers yet */
	bool expected; /* its end is no failure */
	uint64_t heard_ms; /* its last message */
	uint64_t pinged_ms;
	uint64_t deadline_ms; /* for what it is doing; 0: none */
};

/* The state of one role. */
struct reload_role {
	uint32_t proc; /* serves, or will when it is ready; 0: none */
	uint32_t next; /* takes its place at the commit; 0: none */
	uint64_t restart_ms; /* a start is due then; 0: none */
	uint32_t failures; /* in the present window */
	uint64_t window_ms; /* when that began */
	/* In a change that is being prepared: */
	uint32_t tries; /* processes that failed */
	bool without; /* the change does not wait for it any more */
};

enum reload_phase {
	RELOAD_IDLE,
	RELOAD_PARSING, /* waits for PARSED, UNCHANGED or PARSE_FAILED */
	RELOAD_PREPARING, /* roles have the new one and have not all answered */
};

struct reload {
	enum reload_phase phase;
	uint32_t current; /* generation in force; 0: none yet */
	uint32_t next; /* that is coming; 0: none */
	uint32_t generations; /* newest that was begun */
	uint32_t ids; /* newest process */
	uint16_t needed; /* by `current`, as ROLE_BIT()s */
	uint16_t next_needed;
	uint16_t next_changed;
	uint16_t next_replace;
	uint32_t confd; /* process; 0: none */
	bool hup; /* a reload was asked for during a change */
	bool ifaces; /* interfaces may have changed during one */
	uint64_t hup_ms;
	bool copied; /* `next` differs from `current` in interfaces alone */
	uint64_t ifaces_ms; /* a change of interfaces is tried again; 0: no */
	uint32_t ifaces_wait_ms;
	bool delay_said;
	bool stopping;
	int status;
	uint64_t tick_ms; /* the last TIMER; 0: none */
	struct reload_role role[ROLE_MAX];
	struct reload_proc proc[RELOAD_PROCS_MAX];
	struct reload_actions out;
};

void reload_init(struct reload *);

/*
 * Takes one input and returns what is to be done, in this order; valid until
 * the next call.  Processes and generations that are not known are ignored.
 */
const struct reload_actions *
reload_step(struct reload *, const struct reload_input *, uint64_t now_ms);

/* The process by its number; NULL when it has ended. */
const struct reload_proc *reload_proc_find(const struct reload *, uint32_t id);

/*
 * Whether two roles have a channel to each other.  believed: whether one of
 * them is killed when the other says that it broke the message table, which
 * is not proven; only where neither is of use without the other it costs
 * nothing to believe it.
 */
bool reload_peers(enum role, enum role, bool *believed);

#endif
