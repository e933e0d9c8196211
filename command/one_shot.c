/* SPDX-License-Identifier: ISC */
/* Starts a confined process, receives what it sends, and kills it. */
#include "command/one_shot.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <event2/event.h>

#include "daemon/log.h"
#include "priv/log_sink.h"
#include "priv/role_boot.h"
#include "priv/spawn.h"
#include "sandbox/death.h"

#define LINES_MAX 100 /* log lines; the process has few reasons for any */

/* How long it may take to end after SIGKILL. */
#define REAP_TRIES 200
#define REAP_WAIT_MS 10

void
one_shot_end(struct one_shot *run, const char *why)
{
	if (why == NULL)
		run->done = true;
	else if (run->killed_for[0] == '\0')
		(void)snprintf(
		    run->killed_for, sizeof(run->killed_for), "%s", why);
	(void)event_base_loopbreak(run->base);
}

void
one_shot_on_layers(void *arg, uint32_t layers)
{
	struct one_shot *run = arg;

	if (layers != run->layers) {
		one_shot_end(run, "sandbox layers are missing");
		return;
	}
	chan_set_phase(run->chan, PHASE_CONF);
	if (run->begin(run) == -1)
		one_shot_end(run, "its job could not be sent to it");
}

void
one_shot_on_log(void *arg, int priority, const char *line)
{
	struct one_shot *run = arg;

	if (priority <= log_level() && run->lines++ < LINES_MAX)
		log_sink_line(role_name(run->role), priority, line);
}

void
one_shot_on_dying(void *arg, uint32_t nr, uint32_t arch)
{
	struct one_shot *run = arg;

	(void)sandbox_death_text(
	    run->role, nr, arch, run->killed_by, sizeof(run->killed_by));
}

/* A sign of life is not needed: the time is limited as a whole. */
void
one_shot_on_pong(void *arg, uint32_t number)
{
	(void)arg;
	(void)number;
}

static int
one_shot_message(struct chan *chan, struct msg *m, void *arg)
{
	struct one_shot *run = arg;

	(void)chan;
	/* Nothing counts after the end, or after a reason to kill it. */
	if (run->done || run->killed_for[0] != '\0')
		return 0;
	return dispatch_message(run->ops, run, m);
}

static void
one_shot_closed(struct chan *chan, const char *why, void *arg)
{
	struct one_shot *run = arg;
	char text[sizeof(run->killed_for)];

	chan_free(chan);
	run->chan = NULL;
	(void)event_base_loopbreak(run->base);
	if (why == NULL)
		return;
	(void)snprintf(text, sizeof(text), "channel error: %s", why);
	one_shot_end(run, text);
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
static void
one_shot_boot(struct one_shot *run, const struct conf *c)
{
	uint8_t body[SANDBOX_BOOT_MAX];
	struct boot boot;
	struct writer w;

	role_boot_fill(&boot, run->role, c);
	boot.root = SANDBOX_ROOT_EMPTY;
	boot.nroots = 0;
	run->layers = sandbox_layers_wanted(boot.layers_disabled);
	writer_init(&w, body, sizeof(body));
	sandbox_boot_encode(&boot, &w);
	(void)chan_send(run->chan, MSG_BOOT, 0, &w, -1);
}

/* Why it ended without an outcome. */
static void
one_shot_explain(struct one_shot *run, int status)
{
	if (run->killed_for[0] != '\0')
		(void)snprintf(run->why, sizeof(run->why), "was killed: %s",
		    run->killed_for);
	else if (run->killed_by[0] != '\0')
		(void)snprintf(run->why, sizeof(run->why),
		    "was killed by seccomp: %s", run->killed_by);
	else if (WIFEXITED(status))
		(void)snprintf(run->why, sizeof(run->why),
		    "exited with status %d", WEXITSTATUS(status));
	else
		(void)snprintf(run->why, sizeof(run->why),
		    "was killed by signal %d, as by the kernel for lack of memory",
		    WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

/*
 * Collects its status.  One that waits for a dead file server may outlive
 * SIGKILL, and is left to init.
 */
static void
one_shot_wait(struct one_shot *run, int *status)
{
	int i, pid = 0;

	for (i = 0; i < REAP_TRIES && pid == 0; i++) {
		do {
			pid = waitpid(run->pid, status, WNOHANG);
		} while (pid == -1 && errno == EINTR);
		if (pid == 0)
			(void)poll(NULL, 0, REAP_WAIT_MS);
	}
}

/* The process has done its job, or is of no use any more. */
static void
one_shot_reap(struct one_shot *run)
{
	int status = 0;

	/* A process that has already exited keeps its status. */
	(void)kill(run->pid, SIGKILL);
	if (run->chan != NULL)
		chan_free(run->chan);
	one_shot_wait(run, &status);
	if (!run->done)
		one_shot_explain(run, status);
}

static int
one_shot_loop(struct one_shot *run, const struct conf *c)
{
	static const struct chan_ops chan_ops = {
		.message = one_shot_message,
		.closed = one_shot_closed,
	};
	const struct timeval limit = { .tv_sec = run->limit_ms / 1000 };
	struct event *timer = evtimer_new(run->base, one_shot_late, run);
	int fd;

	if (timer == NULL || event_add(timer, &limit) == -1 ||
	    (run->pid = spawn_role(run->role, &fd)) == -1) {
		if (timer != NULL)
			event_free(timer);
		return -1;
	}
	run->chan =
	    chan_new(run->base, fd, ROLE_PRIV, run->role, &chan_ops, run);
	if (run->chan != NULL) {
		one_shot_boot(run, c);
		(void)event_base_dispatch(run->base);
	}
	one_shot_reap(run);
	event_free(timer);
	return run->done ? 0 : -1;
}

int
one_shot_run(struct one_shot *run, const struct conf *c)
{
	int e;

	/* A loop of its own: the parent's is in a callback now. */
	if ((run->base = event_base_new()) == NULL) {
		(void)snprintf(
		    run->why, sizeof(run->why), "cannot start: no event loop");
		return -1;
	}
	e = one_shot_loop(run, c);
	if (e == -1 && run->why[0] == '\0')
		(void)snprintf(run->why, sizeof(run->why),
		    "cannot be started: %s", strerror(errno));
	event_base_free(run->base);
	return e;
}
