/* SPDX-License-Identifier: ISC */
/*
 * A confined process that does one job for this program and is then killed, in
 * an event loop of its own: with an empty root, so that it can open no file.
 */
#ifndef COMMAND_ONE_SHOT_H
#define COMMAND_ONE_SHOT_H

#include "priv/child.h"
#include "priv/conf.h"
#include "priv/dispatch.h"

#define ONE_SHOT_WHY_MAX 512

struct one_shot {
	enum role role;
	/*
	 * What the message table lets this role send in PHASE_CONF, besides
	 * what every role may; arg is that of one_shot_of().
	 */
	struct dispatch_ops messages;
	/* The sandbox is complete: sends the job.  -1: not possible. */
	int (*begin)(struct one_shot *);
	int limit_ms; /* it is killed after that */
	void *arg; /* of the caller */

	struct event_base *base;
	struct child *child;
	bool done; /* the job is done */
	char why[ONE_SHOT_WHY_MAX]; /* after -1, "was killed: ..." */
};

/* Runs the process.  Returns -1 with the reason in why if it did no job. */
int one_shot_run(struct one_shot *, const struct conf *);

/* The run whose process a handler is called for. */
struct one_shot *one_shot_of(void *arg);

/*
 * Ends the loop.  why NULL: the job is done; else the process is of no use, and
 * the first reason is kept.
 */
void one_shot_end(struct one_shot *, const char *why);

#endif
