/* SPDX-License-Identifier: ISC */
/*
 * A process of a role as the parent sees it: its channel, the progress of its
 * start and configuration, and how it ended.
 */
#ifndef PRIV_CHILD_H
#define PRIV_CHILD_H

#include <sys/queue.h>
#include <sys/types.h>

#include "daemon/chan.h"
#include "daemon/log.h"
#include "priv/conf.h"
#include "priv/dispatch.h"
#include "priv/log_quota.h"
#include "sandbox/sandbox.h"

struct event_base;

struct child_ops;

struct child {
	LIST_ENTRY(child) entry;
	const struct child_ops *ops;
	void *arg; /* of child_start_alone() */
	enum role role;
	uint32_t id; /* its number in priv/reload.h */
	pid_t pid;
	struct chan *chan; /* NULL when closed */
	bool booted; /* its sandbox is complete */
	bool stopping; /* stopped or killed: only LOG and DYING are handled */
	bool closed; /* its channel was closed before it exited */
	bool exited; /* `status` is that of waitpid() */
	bool ended; /* ended() was called */
	bool may_free; /* ended() has returned: the child may be freed */
	int status;
	const struct conf *offered; /* sent, and not yet committed */
	bool configuring; /* some of its records are not sent yet */
	size_t configured; /* position of the first unsent record */
	struct log_quota lines; /* limits its log lines */
	char killed_for[256]; /* why the parent killed it; "": it did not */
	bool dying; /* it reported a forbidden system call */
	uint32_t dying_nr;
	uint32_t dying_arch;
	bool unfit; /* with --test: it rejected the configuration */
	uint32_t peer[ROLE_MAX]; /* processes that it may report; 0: none */
	unsigned int accusations; /* reports since accusing_ms */
	uint64_t accusing_ms;
	struct boot boot; /* its BOOT message */
	/* The folders of its roots, set by the caller. */
	struct folder_id root_ids[SANDBOX_ROOTS_MAX];
};

struct child_ops {
	const struct dispatch_ops *messages; /* arg is the child */
	/*
	 * A message that is a sign of life; its handler is called next.  Log
	 * lines do not count once the sandbox is complete.
	 */
	void (*heard)(struct child *);
	/* It violated the protocol and must be killed; killed_for says why. */
	void (*broken)(struct child *);
	/* It closed its channel, and was killed for that; or NULL. */
	void (*closed)(struct child *);
	/* The process has exited and all its messages were read. */
	void (*ended)(struct child *);
};

/* Sets the event loop and the callbacks of child_start().  Called once. */
void child_init(struct event_base *, const struct child_ops *);

/* Starts a role and sends BOOT.  Returns NULL after logging the reason. */
struct child *child_start(enum role, uint32_t id, const struct boot *);

/*
 * The same, for a process that is no part of the service: in another event
 * loop, with other callbacks, and without a number.  NULL with errno.
 */
struct child *child_start_alone(struct event_base *, const struct child_ops *,
    enum role, const struct boot *, void *arg);

/*
 * For one of child_start_alone(): closes its channel and frees it, whether the
 * process has ended or not.
 */
void child_forget(struct child *);

/* The process with this id, even if it has just exited; or NULL. */
struct child *child_find(uint32_t id);

/*
 * Sends a whole configuration, from BEGIN to END.  What does not fit the
 * channel is sent later, as the role reads.  Returns -1 if it cannot be sent.
 */
int child_configure(struct child *, const struct conf *);

/* The offered configuration was committed or aborted: stops sending it. */
void child_settle(struct child *);

/* Clears all references to a configuration that is about to be freed. */
void child_forget_conf(const struct conf *);

/* Sends a message.  fd is -1, or is closed in any case.  Returns 0 or -1. */
int child_send(struct child *, enum msg_type, const struct writer *w, int fd);

/* Sends a message whose body is one number, such as COMMIT.  0 or -1. */
int child_send_u32(struct child *, enum msg_type, uint32_t);

/* Records why it is about to be killed; the first reason is kept. */
void child_blame(struct child *, const char *why);

/* Kills it.  `why` is logged after its exit. */
void child_kill(struct child *, const char *why);

/* Sends STOP. */
void child_stop(struct child *);

/* Collects exit statuses by waitpid(2), and calls ended(). */
void child_reap(void);

/* Frees the children of child_start() that have ended. */
void child_free_ended(void);

/* How it ended, for the log; returns dst. */
const char *child_exit_reason(const struct child *, char *dst, size_t size);

#endif
