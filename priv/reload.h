/* SPDX-License-Identifier: ISC */
/*
 * Reload and supervision as a pure state machine: which processes run, which
 * configuration is in force, and the change to a new one.  It reads no clock,
 * makes no system call and allocates nothing; priv/reload_run.c carries out
 * its actions and passes it the events.
 *
 * The state machine identifies a configuration by its generation, and a process
 * by an id that is never reused.
 *
 * A change is a transaction: parse, check and bind (done by the caller), send
 * the new configuration to every role that it needs, wait for READY from all,
 * commit.  These rules keep one role from deciding for the others:
 *
 * - A process that has served clients may have been taken over, so its REJECT
 *   is not trusted.  A new process of that role gets the configuration, and
 *   its answer counts.
 * - A role for which nothing but interfaces has changed has no veto.  If
 *   RELOAD_TRIES of its processes fail, the other roles commit, and it is
 *   restarted with the new configuration until it serves.
 * - A process that is silent for RELOAD_SILENCE_MS is killed.
 */
#ifndef PRIV_RELOAD_H
#define PRIV_RELOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/msg.h"

#define RELOAD_TICK_MS 1000 /* how often deadlines are checked */
#define RELOAD_PING_MS 3000 /* between two PINGs to one process */
#define RELOAD_SILENCE_MS 10000 /* without any message: the process hangs */
#define RELOAD_BUSY_MS 120000 /* sends messages, but answers no PING */
#define RELOAD_PARSE_MS 60000 /* from the start of confd to its exit */
#define RELOAD_START_MS 120000 /* from the start to READY */
#define RELOAD_ANSWER_MS 30000 /* from a new configuration to READY */
#define RELOAD_STOP_MS 2000 /* from STOP to the end of the process */
#define RELOAD_KILL_MS 5000 /* from SIGKILL to the end of the process */
#define RELOAD_DELAY_MS 5000 /* a reload that waits longer is logged */
#define RELOAD_STALL_MS 5000 /* the parent itself did not run for this long */

/* Failures of one role within a window; at one more it pauses. */
#define RELOAD_FAILURES_MAX 5
#define RELOAD_WINDOW_MS 10000
#define RELOAD_BACKOFF_MS 100 /* before the third start; doubles each time */
#define RELOAD_PAUSE_MS 60000

/* Before a failed change of interfaces is retried; doubles each time. */
#define RELOAD_IFACES_MS 5000
#define RELOAD_IFACES_MAX_MS 60000

#define RELOAD_TRIES 3 /* failed processes of a role in one change */
#define RELOAD_LOST_MAX 3 /* processes of a role that survived SIGKILL */
#define RELOAD_PROCS_MAX 32
#define RELOAD_ACTIONS_MAX 160

enum reload_input_kind {
	RELOAD_HUP, /* read the configuration; the first HUP is the start */
	RELOAD_CHANGED, /* a watched folder has changed: as HUP; see `failures`
			 */
	RELOAD_IFACES, /* interfaces may have changed */
	RELOAD_PARSED, /* configuration `generation` can be served */
	RELOAD_UNCHANGED, /* `generation` equals the configuration in force */
	RELOAD_PARSE_FAILED, /* it cannot be served; the reason was logged */
	RELOAD_BOOTED, /* the sandbox of process `proc` is complete */
	RELOAD_READY, /* `proc` is ready for `generation` */
	RELOAD_REJECT, /* `proc` rejects `generation` */
	RELOAD_EXIT, /* `proc` has exited */
	RELOAD_START_FAILED, /* `proc` could not be started; it was logged */
	RELOAD_BROKEN, /* `proc` violated the protocol or is unreachable */
	RELOAD_HEARD, /* any message of `proc` but log lines of a booted one */
	RELOAD_PONG, /* the answer of `proc` to a PING */
	RELOAD_TIMER, /* the time of the last ARM has come */
	RELOAD_QUIT, /* stop all processes; `status` is the exit status */
};

struct reload_input {
	enum reload_input_kind kind;
	uint32_t proc;
	uint32_t generation;
	int status;
	/* For PARSED: roles, as ROLE_BIT()s. */
	uint16_t needed; /* by this configuration */
	uint16_t changed; /* their records differ from those in force */
	uint16_t replace; /* their running process cannot serve it */
};

enum reload_action_kind {
	RELOAD_DO_PARSE, /* start confd as `proc`, for `generation` */
	/* Build `generation`: records in force, present interfaces. */
	RELOAD_DO_COPY,
	RELOAD_DO_START, /* start `role` as `proc`, for `generation` */
	RELOAD_DO_CONFIGURE, /* send `proc` the configuration `generation` */
	RELOAD_DO_COMMIT, /* tell `proc` to use `generation` */
	RELOAD_DO_ABORT, /* tell `proc` to discard `generation` */
	RELOAD_DO_ENFORCE, /* `generation` is in force; free the previous one */
	RELOAD_DO_DROP, /* `generation` will not be used; free it */
	RELOAD_DO_CONNECT, /* create a channel between `proc` and `other` */
	RELOAD_DO_PING,
	RELOAD_DO_STOP, /* send STOP to `proc` */
	RELOAD_DO_KILL, /* kill `proc`; `say`: why */
	RELOAD_DO_SAY, /* log `say` */
	RELOAD_DO_ARM, /* TIMER is due at `at_ms` */
	RELOAD_DO_EXIT, /* with `status` */
};

/* Log messages; the strings are in priv/reload_say.c. */
enum reload_say {
	RELOAD_SAY_NOTHING,
	/* Reasons of KILL. */
	RELOAD_SAY_SILENT, /* no message for RELOAD_SILENCE_MS */
	RELOAD_SAY_BUSY, /* no answer to a PING for RELOAD_BUSY_MS */
	RELOAD_SAY_PARSE_LATE,
	RELOAD_SAY_START_LATE,
	RELOAD_SAY_ANSWER_LATE, /* sends messages, but no READY */
	RELOAD_SAY_STOP_LATE,
	RELOAD_SAY_KILL_REJECTED, /* killed because it rejected */
	RELOAD_SAY_BROKEN, /* the caller knows why */
	RELOAD_SAY_NOT_USED, /* its configuration was discarded or replaced */
	/* Events. */
	RELOAD_SAY_EXITED, /* `proc` of `role` exited unexpectedly */
	RELOAD_SAY_STOPPED, /* `proc` of `role` exited, as requested */
	RELOAD_SAY_REJECTED, /* `proc` rejects `generation`; another checks */
	RELOAD_SAY_VETO, /* the change fails because of `role` */
	RELOAD_SAY_EXCLUDED, /* the change is committed without `role` */
	RELOAD_SAY_KEPT, /* the change failed; the old one stays in force */
	RELOAD_SAY_IFACES_KEPT, /* one of interfaces; retried in `n` ms */
	RELOAD_SAY_BACK, /* `role` serves again, as `proc` */
	RELOAD_SAY_RESTART, /* a start failed; retried in `n` ms */
	RELOAD_SAY_PAUSE, /* `role` failed `n` times; it pauses */
	RELOAD_SAY_DELAYED, /* a reload waits for `role` */
	RELOAD_SAY_STALLED, /* the parent itself did not run for `n` ms */
	RELOAD_SAY_UNKILLABLE, /* `proc` still runs after SIGKILL */
	RELOAD_SAY_TOO_MANY_UNKILLABLE, /* `n` processes of `role` do */
	RELOAD_SAY_NO_PLACE, /* for a process of `role`: `n` are in use */
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
	RELOAD_PROC_CONF, /* reads its first configuration */
	RELOAD_PROC_RUN, /* serves, or is ready to */
	RELOAD_PROC_STOP, /* was sent STOP */
	RELOAD_PROC_KILLED, /* was sent SIGKILL */
	RELOAD_PROC_LOST, /* still runs after SIGKILL; can be replaced */
};

struct reload_proc {
	uint32_t id; /* 0: this entry is free */
	enum role role;
	enum reload_proc_state state;
	uint32_t offered; /* generation that it has to answer; 0: none */
	bool ready; /* it has answered READY to `offered` */
	bool served; /* it has got a COMMIT, and may have met clients */
	bool unconnected; /* it has no channels to its peers yet */
	bool expected; /* its exit does not count as a failure */
	uint64_t heard_ms; /* its last message */
	uint64_t answered_ms; /* in RUN: its last answer to a PING, or READY */
	uint64_t pinged_ms;
	uint64_t deadline_ms; /* of its present state; 0: none */
};

/* The state of one role. */
struct reload_role {
	uint32_t proc; /* serves, or will when it is ready; 0: none */
	uint32_t next; /* replaces `proc` at the commit; 0: none */
	uint64_t restart_ms; /* without either of these: time of the start */
	uint32_t failures; /* in the present window; a HUP clears them */
	uint64_t window_ms; /* start of that window */
	/* During a change: */
	uint32_t tries; /* processes that failed */
	bool excluded; /* the change no longer waits for this role */
};

enum reload_phase {
	RELOAD_IDLE,
	RELOAD_PARSING, /* waits for PARSED, UNCHANGED or PARSE_FAILED */
	RELOAD_PREPARING, /* waits for the answers of roles */
};

struct reload {
	enum reload_phase phase;
	uint32_t current; /* generation in force; 0: none yet */
	uint32_t next; /* generation of the change in progress; 0: none */
	uint32_t generations; /* newest generation */
	uint32_t ids; /* id of the newest process */
	uint16_t needed; /* roles that `current` needs, as ROLE_BIT()s */
	uint16_t next_needed;
	uint16_t next_changed;
	uint16_t next_replace;
	uint32_t confd; /* id of its process; 0: none */
	bool hup; /* a reload was requested during a change */
	bool changed; /* a watched folder has changed during it */
	bool watched; /* `next` was read because of that alone */
	bool ifaces; /* interfaces may have changed during a change */
	uint64_t hup_ms;
	bool copied; /* `next` differs from `current` only in interfaces */
	uint64_t ifaces_ms; /* retry of a change of interfaces; 0: none */
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
 * Takes one input and returns the actions to carry out, in this order; valid
 * until the next call.  Inputs about unknown processes or generations are
 * ignored.
 */
const struct reload_actions *
reload_step(struct reload *, const struct reload_input *, uint64_t now_ms);

/* The process with this id; NULL if it has exited. */
const struct reload_proc *reload_proc_find(const struct reload *, uint32_t id);

#endif
