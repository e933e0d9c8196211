/* SPDX-License-Identifier: ISC */
/*
 * A confined process that does one job for this program and is then killed, in
 * an event loop of its own: with an empty root, so that it can open no file.
 */
#ifndef COMMAND_ONE_SHOT_H
#define COMMAND_ONE_SHOT_H

#include <sys/types.h>

#include "daemon/chan.h"
#include "priv/conf.h"
#include "priv/dispatch.h"

#define ONE_SHOT_WHY_MAX 512

struct event_base;

struct one_shot {
	enum role role;
	/*
	 * What the message table lets this role send in PHASE_CONF; arg is the
	 * struct one_shot.  The first four are those below.
	 */
	const struct dispatch_ops *ops;
	/* The sandbox is complete: sends the job.  -1: not possible. */
	int (*begin)(struct one_shot *);
	int limit_ms; /* it is killed after that */
	void *arg; /* of the caller */

	struct event_base *base;
	struct chan *chan;
	pid_t pid;
	uint32_t layers; /* of the sandbox, that it must report */
	unsigned int lines;
	bool done; /* the job is done */
	char killed_for[256]; /* by this program; "": it was not */
	char killed_by[256]; /* a forbidden system call; "": none */
	char why[ONE_SHOT_WHY_MAX]; /* after -1, "was killed: ..." */
};

/* Runs the process.  Returns -1 with the reason in why if it did no job. */
int one_shot_run(struct one_shot *, const struct conf *);

/*
 * Ends the loop.  why NULL: the job is done; else the process is of no use, and
 * the first reason is kept.
 */
void one_shot_end(struct one_shot *, const char *why);

void one_shot_on_layers(void *arg, uint32_t layers);
void one_shot_on_log(void *arg, int priority, const char *line);
void one_shot_on_dying(void *arg, uint32_t nr, uint32_t arch);
void one_shot_on_pong(void *arg, uint32_t number);

#endif
