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

enum child_state {
	CHILD_BOOT, /* raises its walls */
	CHILD_CONF, /* they stand; it waits for, or reads, a configuration */
	CHILD_RUN, /* it serves */
	CHILD_OVER, /* told to stop, or found to be broken */
};

struct child {
	LIST_ENTRY(child) entry;
	enum role role;
	pid_t pid;
	uint32_t instance; /* counts all processes that were started */
	struct chan *chan; /* NULL when closed */
	enum child_state state;
	const struct conf *offered; /* sent last, not yet committed */
	bool ready; /* it answered READY to `offered` */
	bool configuring; /* records of `offered` are yet to be sent ... */
	size_t configured; /* ... from here on */
	bool fresh; /* nothing was committed yet, and no peer is connected */
	bool exited; /* status is that of waitpid() */
	int status;
	struct log_quota lines; /* of its log */
	char killed_for[256]; /* why the parent killed it; "": it did not */
	bool dying; /* it reported a refused system call */
	uint32_t dying_nr;
	uint32_t dying_arch;
	uint8_t without; /* enum record_wall bits that it was started with */
	uint32_t max_fds;
	uint8_t root; /* enum sandbox_root, and of what */
	uint8_t nroots;
	char roots[SANDBOX_ROOTS_MAX][RECORD_PATH_MAX];
};

struct child_ops {
	const struct dispatch_ops *messages; /* arg is the child */
	/* The process has ended and all its messages were read. */
	void (*ended)(struct child *);
};

/* For child_start(): the loop, and what to call.  Once. */
void child_init(struct event_base *, const struct child_ops *);

/* Starts a role and sends BOOT.  NULL after a log line. */
struct child *child_start(enum role, const struct boot *);

/* Sends a whole configuration, from BEGIN to END, as the role reads it. */
void child_configure(struct child *, const struct conf *);

/* Kills a role that broke the rules; why goes into the log when it ended. */
void child_kill(struct child *, const char *why);

/* Asks it to stop, and kills it if it does not.  It is not restarted. */
void child_stop(struct child *);

/* One number as the body: COMMIT, ABORT. */
void child_send_u32(struct child *, enum msg_type, uint32_t);

/* Collects what waitpid() has; calls ended(). */
void child_reap(void);

/* How it ended, in words; returns dst. */
const char *child_obituary(const struct child *, char *dst, size_t size);

/* Calls f for every process that has not ended. */
void child_each(void (*f)(struct child *));
bool child_any(void);

#endif
