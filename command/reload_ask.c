/* SPDX-License-Identifier: ISC */
/* Sends SIGHUP to the running pxeguard and waits for the outcome. */
#include "command/reload_ask.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "command/started_find.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/printable.h"
#include "priv/log_sink.h"
#include "priv/proc.h"
#include "priv/reload.h"

#define LOOK_MS 20 /* between two looks at the outcome */
/* A reload in progress ends first; each has these deadlines at most. */
#define WAIT_MS (2 * (RELOAD_PARSE_MS + RELOAD_START_MS + RELOAD_ANSWER_MS))

static int
reload_target(const struct options *o, struct started *s)
{
	if (!proc_is_ours()) {
		log_err(
		    "/proc is not that of this process namespace; mount it: mount -t proc proc /proc");
		return -1;
	}
	if (o->reload_pid != 0 ? started_of(o->reload_pid, s)
			       : started_search(o->conf_file, s))
		return 0;
	if (o->reload_pid != 0)
		log_err("process %d is no running pxeguard", o->reload_pid);
	else
		log_err(
		    "pxeguard is not running: no process of it has the configuration %s in this network and process namespace; start it, or name what it was started with: -C FILE or --reload=PID",
		    options_conf_name(o));
	return -1;
}

/*
 * Waits until a reload has ended that began after `before` of them.  Such a
 * reload read files after this process was started.
 */
static int
outcome_wait(struct started *s, int pidfd, uint32_t before)
{
	struct pollfd ended = { .fd = pidfd, .events = POLLIN };
	const uint64_t end_ms = clock_mono_ms() + WAIT_MS;
	const pid_t pid = s->pid;

	while (clock_mono_ms() < end_ms) {
		if (poll(&ended, 1, LOOK_MS) == 1) {
			log_err("pxeguard (process %d) ended before the reload",
			    pid);
			return -1;
		}
		if (!started_of(pid, s) ||
		    (int32_t)(s->reloads_ended - before) <= 0)
			continue;
		/* It may have been written at this moment. */
		(void)poll(NULL, 0, LOOK_MS);
		(void)started_of(pid, s);
		return 0;
	}
	log_err(
	    "pxeguard (process %d) has not reloaded within %d s; see its log",
	    pid, WAIT_MS / 1000);
	return -1;
}

/*
 * Opens the process (pidfd), so that no signal reaches another one that gets
 * its ID; -1 if it has ended.
 */
static int
target_hold(struct started *s)
{
	const pid_t pid = s->pid;
	int pidfd = pidfd_open(pid, 0);

	if (pidfd != -1 && started_of(pid, s))
		return pidfd;
	log_err("pxeguard (process %d) ended before the reload", pid);
	if (pidfd != -1)
		(void)close(pidfd);
	return -1;
}

/* The process may be of another root, such as that of a container. */
static void
said_print(const char *said)
{
	char line[STARTED_SAID_MAX], shown[4 * STARTED_SAID_MAX];
	size_t n;

	for (; *said != '\0'; said += n + (said[n] == '\n')) {
		n = strcspn(said, "\n");
		(void)snprintf(line, sizeof(line), "%.*s", (int)n, said);
		(void)log_sink_text(printable(shown, sizeof(shown), line));
		(void)log_sink_text("\n");
	}
}

int
reload_ask(const struct options *o)
{
	struct started s;
	int pidfd, r;

	if (reload_target(o, &s) == -1 || (pidfd = target_hold(&s)) == -1)
		return 1;
	if (!s.reloads) {
		log_err(
		    "pxeguard (process %d) does not tell how a reload ends: it is starting, or older than this program; run: kill -HUP %d",
		    s.pid, s.pid);
		return 1;
	}
	if (pidfd_send_signal(pidfd, SIGHUP, NULL, 0) == -1) {
		log_err("process %d: %s", s.pid, strerror(errno));
		return 1;
	}
	r = outcome_wait(&s, pidfd, s.reloads_begun);
	(void)close(pidfd);
	if (r == -1)
		return 1;
	if (!s.reload_failed)
		return 0;
	said_print(s.reload_said);
	log_err("reload failed; keeping the running configuration");
	return 1;
}
