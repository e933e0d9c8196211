/* SPDX-License-Identifier: ISC */
/* Finds the daemon, reads and compares its processes, and prints the result. */
#include "command/confinement.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/confine_children.h"
#include "command/confine_print.h"
#include "command/confine_want.h"
#include "command/started_find.h"
#include "daemon/log.h"
#include "priv/output.h"
#include "priv/pid_file.h"
#include "priv/proc.h"
#include "priv/role_spec.h"
#include "sandbox/parent.h"

/*
 * A process that starts, ends or loads a configuration differs for a moment, so
 * a difference counts only if it stays.
 */
#define TRIES 15
#define WAIT_MS 200

static bool done;

struct audit {
	struct confine_proc procs[CONFINE_PROCS_MAX];
	struct confine_want wants[CONFINE_PROCS_MAX];
	struct confine_shown shown[CONFINE_PROCS_MAX];
	size_t n;
	struct confine_site site;
	pid_t pid; /* of the parent */
};

static int
confinement_end(int status)
{
	return done ? status : CONFINEMENT_ERROR;
}

/* --------------------------------------------------------------- finding */

/* -1 after logging why. */
static pid_t
daemon_by_file(const char *path)
{
	char name[PROC_NAME_MAX];
	const char *why;
	pid_t pid = pid_file_read(path, &why);

	if (pid == 0) {
		log_err(
		    "pxeguard is not running: pid-file %s: %s; start it, or name the file of the one that runs: --pid-file=FILE",
		    path, why);
		return -1;
	}
	if (proc_name_is_pxeguard(proc_name(pid, name)))
		return pid;
	log_err(
	    "pxeguard is not running: pid-file %s names process %d (%s); start it, or name the file of the one that runs: --pid-file=FILE",
	    path, pid, name);
	return -1;
}

/*
 * By its pid file; without one, by its memory file (priv/started.h).  Fills in
 * what that contains in both cases, if it can be read.
 */
static pid_t
daemon_find(const struct conf *c, const struct options *o, struct started *s)
{
	pid_t pid;

	memset(s, 0, sizeof(*s));
	if (!proc_is_ours()) {
		log_err(
		    "/proc is not that of this process namespace; mount it: mount -t proc proc /proc");
		return -1;
	}
	if (c->daemon.pid_file[0] != '\0') {
		pid = daemon_by_file(c->daemon.pid_file);
		if (pid != -1)
			(void)started_of(pid, s);
		return pid;
	}
	if (started_search(o->conf_file, s))
		return s->pid;
	log_err(
	    "pxeguard is not running: no process of it has the configuration %s in this network and process namespace; start it, or name what it was started with: -C FILE or --pid-file=FILE",
	    options_conf_name(o));
	return -1;
}

/* --------------------------------------------------------------- reading */

static void
audit_free(struct audit *a)
{
	while (a->n > 0)
		confine_free(&a->procs[--a->n]);
}

static int
read_failed(pid_t pid, const char *what)
{
	if (errno == EACCES || errno == EPERM)
		log_err(
		    "process %d: /proc/%d/%s: %s; run it with the capability sys_ptrace (in a container: --cap-add)",
		    pid, pid, what, strerror(errno));
	else
		log_err("process %d: /proc/%d/%s: %s", pid, pid, what,
		    errno == EBADMSG ? "not as this kernel should write it"
				     : strerror(errno));
	return -1;
}

/* Reads one more process; -1 after logging why. */
static int
audit_read(struct audit *a, pid_t pid)
{
	struct confine_proc *p = &a->procs[a->n];
	const struct confine_mounts *host =
	    a->n == 0 ? NULL : &a->procs[0].mounts;
	const char *what;
	enum confine_read r = confine_read(p, pid, host, &what);

	a->n++;
	if (r == CONFINE_READ_FAILED)
		return read_failed(pid, what);
	if (r == CONFINE_READ_ENDED && host == NULL) {
		log_err("pxeguard (process %d) has ended; start it", pid);
		return -1;
	}
	return 0;
}

static int
audit_read_all(struct audit *a)
{
	pid_t pids[CONFINE_PROCS_MAX - 1];
	int i, n;

	if (audit_read(a, a->pid) == -1)
		return -1;
	n = confine_children(a->pid, pids, CONFINE_PROCS_MAX - 1);
	if (n == -1) {
		log_err("the children of process %d: %s", a->pid,
		    errno == E2BIG ? "more than a pxeguard has"
				   : strerror(errno));
		return -1;
	}
	for (i = 0; i < n; i++)
		if (audit_read(a, pids[i]) == -1)
			return -1;
	return 0;
}

/* ------------------------------------------------------------- comparing */

/* Returns whether nothing differs and no process has ended. */
static bool
audit_compare(struct audit *a, struct confine_report *report)
{
	const struct conf *c = a->site.conf;
	struct confine_shown *s;
	bool ended = false;
	enum role role;
	size_t i;

	for (role = ROLE_CONFD; role < ROLE_MAX; role++)
		if (role_needed(role, c))
			report->missing |= ROLE_BIT(role);
	for (i = 0; i < a->n; i++) {
		s = &a->shown[i];
		s->pid = a->procs[i].pid;
		s->ended = a->procs[i].ended;
		s->differences = 0;
		s->name = "unknown";
		ended |= s->ended;
		if (s->ended)
			continue;
		confine_want_fill(
		    &a->wants[i], &a->site, &a->procs[i], &a->procs[0]);
		s->name = confine_want_name(&a->wants[i]);
		if (a->wants[i].who == CONFINE_ROLE)
			report->missing &=
			    (uint16_t)~ROLE_BIT(a->wants[i].role);
		s->differences = confine_compare(
		    a->procs, a->n, i, &a->wants[i], s->results);
	}
	report->n = a->n;
	return !ended && confine_differences(report) == 0;
}

static int
audit_run(struct audit *a, struct confine_report *report)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		audit_free(a);
		report->missing = 0;
		if (audit_read_all(a) == -1)
			return -1;
		if (audit_compare(a, report))
			break;
		if (i + 1 < TRIES)
			(void)poll(NULL, 0, WAIT_MS);
	}
	return 0;
}

/* -------------------------------------------------------------- printing */

static int
report_write(const struct confine_report *report, bool json)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int status;

	if (f != NULL && json)
		confine_print_json(f, report);
	else if (f != NULL)
		confine_print(f, report);
	if (f == NULL || fclose(f) != 0) {
		log_err("out of memory");
		status = CONFINEMENT_ERROR;
	} else if (output_write(text, len) != 0) {
		status = CONFINEMENT_ERROR;
	} else {
		status = confine_differences(report) == 0 ? 0 : 1;
	}
	free(text);
	return status;
}

static int
audit_start(struct audit *a, struct conf *c, const struct options *o)
{
	struct started started;

	if ((a->pid = daemon_find(c, o, &started)) == -1)
		return -1;
	/* The expectations come from the configuration. */
	if (started.pid != 0 && strcmp(started.conf_file, o->conf_file) != 0) {
		log_err(
		    "pxeguard (process %d) was started with the configuration \"%s\"; run: pxeguard --confinement -C FILE with that",
		    a->pid, started.conf_file);
		return -1;
	}
	a->site.conf = c;
	a->site.layers_disabled = started.pid != 0 ? started.layers_disabled
						   : c->daemon.layers_disabled;
	confine_site_folders(&a->site, started.pid != 0 ? started.store : NULL);
	if (sandbox_keep_reading() == 0)
		return 0;
	log_err("cannot drop capabilities: %s", strerror(errno));
	return -1;
}

static int
confinement_run(struct conf *c, const struct options *o)
{
	struct confine_report report = { 0 };
	struct audit *a = calloc(1, sizeof(*a));
	int status = CONFINEMENT_ERROR;

	/* The event loop, which handles these, waits for this function. */
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	if (a == NULL) {
		log_err("out of memory");
		return status;
	}
	if (audit_start(a, c, o) == 0) {
		report.list = a->shown;
		report.layers_disabled = a->site.layers_disabled;
		if (audit_run(a, &report) == 0)
			status = report_write(&report, o->json);
	}
	audit_free(a);
	free(a);
	done = true;
	return status;
}

const struct command confinement_command = {
	.quiet = true,
	.print = confinement_run,
	.end = confinement_end,
};
