/* SPDX-License-Identifier: ISC */
/*
 * One running role as the parent sees it: its process, its channel and how
 * far it has come.
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
#include "priv/sandbox.h"

struct event_base;

struct child {
	LIST_ENTRY(child) entry;
	enum role role;
	uint32_t id; /* its number in priv/reload.h */
	pid_t pid;
	struct chan *chan; /* NULL when closed */
	bool booted; /* its sandbox is complete */
	bool over; /* told to stop or killed: it may log, and nothing else */
	bool exited; /* status is that of waitpid() */
	bool ended; /* ... and ended() was called, */
	bool told; /* and has returned: it may be freed */
	int status;
	const struct conf *offered; /* sent last, and not committed */
	bool configuring; /* records of it are still to be sent, from here on */
	size_t configured;
	struct log_quota lines; /* of its log */
	char killed_for[256]; /* why the parent killed it; "": it did not */
	bool dying; /* it reported a refused system call */
	uint32_t dying_nr;
	uint32_t dying_arch;
	uint32_t peer[ROLE_MAX]; /* whom it has a channel to, and may accuse */
	unsigned int accusations; /* that were believed ... */
	uint64_t accusing_ms; /* ... since then */
	uint8_t without; /* enum record_wall bits that it was started with */
	uint32_t max_fds;
	uint8_t root; /* enum sandbox_root, and of what */
	uint8_t nroots;
	char roots[SANDBOX_ROOTS_MAX][RECORD_PATH_MAX];
};

struct child_ops {
	const struct dispatch_ops *messages; /* arg is the child */
	/*
	 * A message has come that is a sign of life; its handler is called
	 * next.  Log lines are none once the sandbox is complete.
	 */
	void (*heard)(struct child *);
	/* It broke a rule and is to be killed; killed_for says which. */
	void (*broken)(struct child *);
	/* The process has ended and all its messages were read. */
	void (*ended)(struct child *);
};

/* For child_start(): the loop, and what to call.  Once. */
void child_init(struct event_base *, const struct child_ops *);

/* Starts a role and sends BOOT.  NULL after a log line. */
struct child *child_start(enum role, uint32_t id, const struct boot *);

/* The process with this number, also one that has just ended; or NULL. */
struct child *child_find(uint32_t id);

/*
 * Sends a whole configuration, from BEGIN to END; what the role does not take
 * at once follows as it reads.  -1 when it cannot be told completely.
 */
int child_configure(struct child *, const struct conf *);

/* What it was offered is committed, or aborted: no more of that is sent. */
void child_settle(struct child *);

/* A configuration is about to be freed. */
void child_forget_conf(const struct conf *);

/* Sends a message; fd is -1, or is closed here whatever happens.  0 or -1. */
int child_send(struct child *, enum msg_type, const struct writer *w, int fd);

/* One number as the body: COMMIT, ABORT, PING. */
void child_send_u32(struct child *, enum msg_type, uint32_t);

/* Notes why it is about to be killed; the first reason counts. */
void child_blame(struct child *, const char *why);

/* Kills it; why goes into the log when it has ended. */
void child_kill(struct child *, const char *why);

/* Asks it to stop. */
void child_stop(struct child *);

/* Collects what waitpid() has; calls ended(). */
void child_reap(void);

/* Frees those that have ended. */
void child_free_ended(void);

/* How it ended, in words; returns dst. */
const char *child_exit_reason(const struct child *, char *dst, size_t size);

#endif
