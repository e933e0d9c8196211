/* SPDX-License-Identifier: ISC */
/* Starts a leased that reads leases, and receives their text. */
#include "priv/leases_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/chan.h"
#include "daemon/log.h"
#include "priv/dispatch.h"
#include "priv/log_sink.h"
#include "priv/output.h"
#include "priv/role_boot.h"
#include "priv/spawn.h"
#include "sandbox/death.h"

#define TEXT_MAX (512U << 20) /* millions of leases */
#define TEXT_FIRST 65536
#define LINES_MAX 100 /* log lines; the process has few reasons for any */

/* How long it may take to end after SIGKILL. */
#define REAP_TRIES 200
#define REAP_WAIT_MS 10

/* The process, while it runs. */
struct reader_run {
	struct leases_reader *result;
	const struct leases_files *files;
	enum lease_show_format format;
	struct event_base *base;
	struct chan *chan;
	pid_t pid;
	uint32_t layers; /* of the sandbox, that it must report */
	unsigned int lines;
	bool done; /* SHOWN came */
	char killed_for[256]; /* by this program; "": it was not */
	char killed_by[256]; /* a forbidden system call; "": none */
};

/* Ends the loop.  why: the process is of no use; the first reason is kept. */
static void
reader_end(struct reader_run *run, const char *why)
{
	if (why != NULL && run->killed_for[0] == '\0')
		(void)snprintf(
		    run->killed_for, sizeof(run->killed_for), "%s", why);
	(void)event_base_loopbreak(run->base);
}

static int
reader_send_file(struct reader_run *run, enum lease_show_file which, int fd)
{
	uint8_t body[1];
	struct writer w;
	int copy;

	if (fd == -1)
		return 0;
	if ((copy = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1)
		return -1;
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)which);
	return chan_send(run->chan, MSG_SHOW_FILE, 0, &w, copy);
}

static int
reader_send_job(struct reader_run *run)
{
	uint8_t body[1];
	struct writer w;

	if (reader_send_file(run, LEASE_SHOW_DB, run->files->db) == -1 ||
	    reader_send_file(run, LEASE_SHOW_WAL, run->files->wal) == -1)
		return -1;
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)run->format);
	return chan_send(run->chan, MSG_SHOW_GO, 0, &w, -1);
}

static void
reader_on_layers(void *arg, uint32_t layers)
{
	struct reader_run *run = arg;

	if (layers != run->layers) {
		reader_end(run, "sandbox layers are missing");
		return;
	}
	chan_set_phase(run->chan, PHASE_CONF);
	if (reader_send_job(run) == -1)
		reader_end(run, "the files could not be sent to it");
}

static void
reader_on_log(void *arg, int priority, const char *line)
{
	struct reader_run *run = arg;

	if (priority <= log_level() && run->lines++ < LINES_MAX)
		log_sink_line(role_name(ROLE_LEASED), priority, line);
}

static void
reader_on_dying(void *arg, uint32_t nr, uint32_t arch)
{
	struct reader_run *run = arg;

	(void)sandbox_death_text(
	    ROLE_LEASED, nr, arch, run->killed_by, sizeof(run->killed_by));
}

/* A sign of life is not needed: the time is limited as a whole. */
static void
reader_on_pong(void *arg, uint32_t number)
{
	(void)arg;
	(void)number;
}

static int
reader_on_text(void *arg, const uint8_t *text, size_t len)
{
	struct reader_run *run = arg;
	struct leases_reader *r = run->result;
	size_t cap = r->cap == 0 ? TEXT_FIRST : r->cap;
	char *grown;

	/* Lines of CSV end with CR and LF (RFC 4180). */
	if (!output_is_plain(text, len, run->format == LEASE_SHOW_CSV)) {
		reader_end(
		    run, "it sent characters other than printable ASCII");
		return -1;
	}
	if (len > TEXT_MAX - r->len) {
		reader_end(run, "more than 512 MiB of text");
		return -1;
	}
	while (cap < r->len + len)
		cap *= 2;
	if (cap > r->cap) {
		if ((grown = realloc(r->text, cap)) == NULL) {
			reader_end(run, "too little memory for the text");
			return -1;
		}
		r->text = grown;
		r->cap = cap;
	}
	memcpy(r->text + r->len, text, len);
	r->len += len;
	return 0;
}

static int
reader_on_shown(void *arg, enum lease_show_outcome outcome, uint32_t leases,
    const char *why)
{
	struct reader_run *run = arg;

	run->result->outcome = outcome;
	run->result->leases = leases;
	(void)snprintf(run->result->why, sizeof(run->result->why), "%s", why);
	run->done = true;
	reader_end(run, NULL);
	return 0;
}

/* Messages of a service, which this process does not send. */
static void
reader_on_number(void *arg, uint32_t n)
{
	(void)n;
	reader_end(arg, "unexpected message");
}

static void
reader_on_reject(void *arg, uint32_t generation, const char *why)
{
	(void)generation;
	(void)why;
	reader_end(arg, "unexpected message");
}

/*
 * What the message table lets a leased in this phase send; PEER_BAD is for
 * another phase, and the rest for other roles.
 */
static const struct dispatch_ops reader_ops = {
	.layers = reader_on_layers,
	.log = reader_on_log,
	.dying = reader_on_dying,
	.pong = reader_on_pong,
	.ready = reader_on_number,
	.reject = reader_on_reject,
	.show_text = reader_on_text,
	.shown = reader_on_shown,
};

static int
reader_message(struct chan *chan, struct msg *m, void *arg)
{
	struct reader_run *run = arg;

	(void)chan;
	/* Nothing counts after its outcome, or after a reason to kill it. */
	if (run->done || run->killed_for[0] != '\0')
		return 0;
	return dispatch_message(&reader_ops, run, m);
}

static void
reader_closed(struct chan *chan, const char *why, void *arg)
{
	struct reader_run *run = arg;
	char text[sizeof(run->killed_for)];

	chan_free(chan);
	run->chan = NULL;
	if (why == NULL) {
		reader_end(run, NULL);
		return;
	}
	(void)snprintf(text, sizeof(text), "channel error: %s", why);
	reader_end(run, text);
}

static void
reader_late(evutil_socket_t fd, short what, void *arg)
{
	char text[64];

	(void)fd;
	(void)what;
	(void)snprintf(
	    text, sizeof(text), "no end after %d s", LEASES_READER_MS / 1000);
	reader_end(arg, text);
}

/* As leased, with nothing in its root, so that it can write to no file. */
static void
reader_boot(struct reader_run *run, const struct conf *c)
{
	uint8_t body[SANDBOX_BOOT_MAX];
	struct boot boot;
	struct writer w;

	role_boot_fill(&boot, ROLE_LEASED, c);
	boot.root = SANDBOX_ROOT_EMPTY;
	boot.nroots = 0;
	run->layers = sandbox_layers_wanted(boot.layers_disabled);
	writer_init(&w, body, sizeof(body));
	sandbox_boot_encode(&boot, &w);
	(void)chan_send(run->chan, MSG_BOOT, 0, &w, -1);
}

/* Why it ended without an outcome. */
static void
reader_explain(struct reader_run *run, int status)
{
	struct leases_reader *r = run->result;
	char how[300];

	if (run->killed_for[0] != '\0')
		(void)snprintf(
		    how, sizeof(how), "was killed: %s", run->killed_for);
	else if (run->killed_by[0] != '\0')
		(void)snprintf(how, sizeof(how), "was killed by seccomp: %s",
		    run->killed_by);
	else if (WIFEXITED(status))
		(void)snprintf(how, sizeof(how), "exited with status %d",
		    WEXITSTATUS(status));
	else
		(void)snprintf(how, sizeof(how),
		    "was killed by signal %d, as by the kernel for lack of memory",
		    WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	(void)snprintf(
	    r->why, sizeof(r->why), "the process that reads it %s", how);
}

/*
 * Collects its status.  One that waits for a dead file server may outlive
 * SIGKILL, and is left to init.
 */
static void
reader_wait(struct reader_run *run, int *status)
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

/* The process has told its outcome, or is of no use any more. */
static void
reader_reap(struct reader_run *run)
{
	int status = 0;

	/* One that has ended by itself keeps its status. */
	(void)kill(run->pid, SIGKILL);
	if (run->chan != NULL)
		chan_free(run->chan);
	reader_wait(run, &status);
	if (!run->done)
		reader_explain(run, status);
}

static int
reader_loop(struct reader_run *run, const struct conf *c)
{
	static const struct chan_ops chan_ops = {
		.message = reader_message,
		.closed = reader_closed,
	};
	const struct timeval limit = { .tv_sec = LEASES_READER_MS / 1000 };
	struct event *timer = evtimer_new(run->base, reader_late, run);
	int fd;

	if (timer == NULL || event_add(timer, &limit) == -1 ||
	    (run->pid = spawn_role(ROLE_LEASED, &fd)) == -1) {
		if (timer != NULL)
			event_free(timer);
		return -1;
	}
	run->chan =
	    chan_new(run->base, fd, ROLE_PRIV, ROLE_LEASED, &chan_ops, run);
	if (run->chan != NULL) {
		reader_boot(run, c);
		(void)event_base_dispatch(run->base);
	}
	reader_reap(run);
	event_free(timer);
	return run->done ? 0 : -1;
}

int
leases_reader_run(struct leases_reader *r, const struct conf *c,
    const struct leases_files *files, enum lease_show_format format)
{
	struct reader_run run = {
		.result = r, .files = files, .format = format
	};
	int e;

	memset(r, 0, sizeof(*r));
	/* A loop of its own: the parent's is in a callback now. */
	if ((run.base = event_base_new()) == NULL) {
		(void)snprintf(r->why, sizeof(r->why), "no event loop");
		return -1;
	}
	e = reader_loop(&run, c);
	if (e == -1 && r->why[0] == '\0')
		(void)snprintf(r->why, sizeof(r->why),
		    "the process that reads it cannot be started: %s",
		    strerror(errno));
	event_base_free(run.base);
	return e;
}

void
leases_reader_free(struct leases_reader *r)
{
	free(r->text);
	r->text = NULL;
	r->len = r->cap = 0;
}
