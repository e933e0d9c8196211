/* SPDX-License-Identifier: ISC */
/* Starts a confined process, receives what it sends, and kills it. */
#include "command/one_shot.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <event2/event.h>

#include "daemon/timeval.h"
#include "priv/child_events.h"
#include "priv/role_boot.h"

#define LINES_MAX 100 /* log lines in total */

/* How long it may take to end after SIGKILL. */
#define REAP_TRIES 200
#define REAP_WAIT_MS 10

struct one_shot *
one_shot_of(void *arg)
{
	const struct child *c = arg;

	return c->arg;
}

void
one_shot_end(struct one_shot *run, const char *why)
{
	if (why == NULL)
		run->done = true;
	else
		child_blame(run->child, why);
	/* Nothing counts after the end, or after a reason to kill it. */
	run->child->stopping = true;
	(void)event_base_loopbreak(run->base);
}

static void
one_shot_on_layers(void *arg, uint32_t layers)
{
	struct one_shot *run = one_shot_of(arg);

	if (layers != sandbox_layers_wanted(run->child->boot.layers_disabled)) {
		one_shot_end(run, "sandbox layers are missing");
		return;
	}
	chan_set_phase(run->child->chan, PHASE_CONF);
	if (run->begin(run) == -1)
		one_shot_end(run, "its job could not be sent to it");
}

/* A sign of life is not needed: the time is limited as a whole. */
static void
one_shot_on_pong(void *arg, uint32_t number)
{
	(void)arg;
	(void)number;
}

static void
one_shot_heard(struct child *c)
{
	(void)c;
}

/* Kills the process instead of waiting for its exit: it has no more to do. */
static void
one_shot_over(struct child *c)
{
	struct one_shot *run = one_shot_of(c);

	if (!c->exited)
		(void)kill(c->pid, SIGKILL);
	(void)event_base_loopbreak(run->base);
}

static void
one_shot_late(evutil_socket_t fd, short what, void *arg)
{
	struct one_shot *run = arg;
	char text[64];

	(void)fd;
	(void)what;
	(void)snprintf(
	    text, sizeof(text), "no end after %d s", run->limit_ms / 1000);
	one_shot_end(run, text);
}

/* As the role, with nothing in its root, so that it can write to no file. */
static struct child *
one_shot_start(
    struct one_shot *run, const struct child_ops *ops, const struct conf *c)
{
	struct boot boot;

	role_boot_fill(&boot, run->role, c);
	boot.root = SANDBOX_ROOT_EMPTY;
	boot.nroots = 0;
	return child_start_alone(run->base, ops, run->role, &boot, run);
}

/*
 * Kills and reaps it.  A process that waits for a dead file server may outlive
 * SIGKILL, and is left to init.
 */
static void
one_shot_reap(struct one_shot *run)
{
	struct child *c = run->child;
	int i;

	/* A process that has already exited keeps its status. */
	(void)kill(c->pid, SIGKILL);
	for (i = 0; i < REAP_TRIES && !c->exited; i++) {
		child_reap();
		if (!c->exited)
			(void)poll(NULL, 0, REAP_WAIT_MS);
	}
	if (!run->done)
		(void)child_exit_reason(c, run->why, sizeof(run->why));
	child_forget(c);
}

static int
one_shot_loop(struct one_shot *run, const struct conf *c)
{
	const struct child_ops ops = {
		.messages = &run->messages,
		.heard = one_shot_heard,
		.broken = one_shot_over,
		.closed = one_shot_over,
		.ended = one_shot_over,
	};
	const struct timeval limit = timeval_ms((uint64_t)run->limit_ms);

	if (event_base_once(
		run->base, -1, EV_TIMEOUT, one_shot_late, run, &limit) == -1 ||
	    (run->child = one_shot_start(run, &ops, c)) == NULL) {
		(void)snprintf(run->why, sizeof(run->why),
		    "cannot be started: %s", strerror(errno));
		return -1;
	}
	log_quota_init(
	    &run->child->lines, LINES_MAX, LINES_MAX * LOG_LINE_MAX, 0);
	(void)event_base_dispatch(run->base);
	one_shot_reap(run);
	return run->done ? 0 : -1;
}

int
one_shot_run(struct one_shot *run, const struct conf *c)
{
	int e;

	run->messages.layers = one_shot_on_layers;
	run->messages.log = child_events.log;
	run->messages.dying = child_events.dying;
	run->messages.pong = one_shot_on_pong;
	/* A loop of its own: the parent's is in a callback now. */
	if ((run->base = event_base_new()) == NULL) {
		(void)snprintf(
		    run->why, sizeof(run->why), "cannot start: no event loop");
		return -1;
	}
	e = one_shot_loop(run, c);
	event_base_free(run->base);
	return e;
}
