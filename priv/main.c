/* SPDX-License-Identifier: ISC */
/* The parent: start, signals, end. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "command/check_run.h"
#include "command/confinement.h"
#include "command/explainer.h"
#include "command/leases.h"
#include "command/migrate.h"
#include "command/reload_ask.h"
#include "command/version.h"
#include "daemon/event_log.h"
#include "daemon/log.h"
#include "priv/conf_stdin.h"
#include "priv/limits.h"
#include "priv/log_sink.h"
#include "priv/manager.h"
#include "priv/net.h"
#include "priv/parent.h"
#include "priv/pid_file.h"
#include "priv/reload_run.h"
#include "priv/spawn.h"
#include "priv/watch.h"
#include "sandbox/parent.h"

static int started_pipe = -1; /* to the process that became the daemon's */

static const struct command *const commands[OPTIONS_MODE_MAX] = {
	[OPTIONS_TEST] = &check_run_command,
	[OPTIONS_PRINT_CONFIG] = &check_run_command,
	[OPTIONS_MIGRATE] = &check_run_command,
	[OPTIONS_LEASES] = &leases_command,
	[OPTIONS_EXPLAIN] = &explainer_command,
	[OPTIONS_CONFINEMENT] = &confinement_command,
};

/* Ends a command; returns the exit status. */
static int
parent_end(int status)
{
	if (parent.command == NULL || parent.command->end == NULL)
		return status;
	return parent.command->end(status);
}

static void
parent_log(int priority, const char *line, void *arg)
{
	int status;

	(void)arg;
	log_sink_line("pxeguard", priority, line);
	/* fatal() ends the process. */
	if (priority <= LOG_CRIT) {
		status = parent_end(1);
		_exit(status == 0 ? 1 : status);
	}
}

static void
signal_stop(evutil_socket_t sig, short what, void *arg)
{
	(void)what;
	(void)arg;
	log_info("stopping: signal %d (%s)", sig, strsignal(sig));
	manager_stopping();
	reload_run_quit(0);
}

static void
signal_reload(evutil_socket_t sig, short what, void *arg)
{
	(void)sig;
	(void)what;
	(void)arg;
	/* A reload that is pending serves all further signals. */
	if (!parent.reload.hup)
		log_info("reloading the configuration");
	reload_run_event(RELOAD_HUP);
}

static void
folders_changed(void)
{
	reload_run_event(RELOAD_CHANGED);
}

static void
signal_child(evutil_socket_t sig, short what, void *arg)
{
	(void)sig;
	(void)what;
	(void)arg;
	child_reap();
}

static void
interfaces_changed(void)
{
	reload_run_event(RELOAD_IFACES);
}

static void
signal_add(int sig, event_callback_fn f)
{
	struct event *ev = evsignal_new(parent.base, sig, f, NULL);

	if (ev == NULL || event_add(ev, NULL) == -1)
		fatalx("cannot watch for signal %d", sig);
}

/* The first configuration is in force: ends the wait of daemonize(). */
static void
parent_started(void)
{
	int null;

	if (parent.command != NULL) {
		if (parent.command->started != NULL)
			parent.command->started();
		return;
	}
	if (net_watch(parent.base, interfaces_changed) == -1)
		log_warn("cannot watch for changes of interfaces");
	/* Interfaces may have changed before the watch began. */
	reload_run_event(RELOAD_IFACES);
	if (started_pipe == -1)
		return;
	if (access("/dev/log", F_OK) == -1)
		log_warnx(
		    "no log daemon has /dev/log: the log is lost until one runs; with -k it goes to standard error");
	(void)!write(started_pipe, "", 1);
	(void)close(started_pipe);
	started_pipe = -1;
	log_sink_open(LOG_SINK_SYSLOG);
	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) != -1) {
		(void)dup2(null, STDIN_FILENO);
		(void)dup2(null, STDOUT_FILENO);
		(void)dup2(null, STDERR_FILENO);
		(void)close(null);
	}
}

/*
 * Becomes a daemon.  The first process waits until the service is up, so that
 * its exit status says whether the start succeeded.
 */
static void
daemonize(void)
{
	int fds[2];
	char byte;

	if (pipe2(fds, O_CLOEXEC) == -1)
		fatal("pipe");
	switch (fork()) {
	case -1:
		fatal("fork");
	case 0:
		(void)close(fds[0]);
		started_pipe = fds[1];
		(void)setsid();
		(void)!chdir("/");
		break;
	default:
		(void)close(fds[1]);
		_exit(read(fds[0], &byte, 1) == 1 ? 0 : 1);
	}
}

/* Opens missing standard descriptors, so that no socket gets their numbers. */
static void
descriptors_check(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDWR)) <= STDERR_FILENO)
		if (fd == -1)
			_exit(1);
	(void)close(fd);
}

/* Takes the default of 0.1 where the present one is missing. */
static void
conf_file_default(struct options *o)
{
	if (o->conf_named || o->mode == OPTIONS_MIGRATE ||
	    access(OPTIONS_CONF_DEFAULT, F_OK) == 0 || errno != ENOENT ||
	    access(OPTIONS_CONF_OLD, F_OK) == -1)
		return;
	o->conf_file = OPTIONS_CONF_OLD;
	log_notice("reading " OPTIONS_CONF_OLD
		   ", the default of 0.1; move it to " OPTIONS_CONF_DEFAULT);
}

/* Makes the path of the configuration file absolute. */
static void
conf_file_resolve(struct options *o)
{
	static char path[RECORD_PATH_MAX];
	char cwd[RECORD_PATH_MAX / 2];

	conf_file_default(o);
	if (o->conf_file[0] == '\0' ||
	    strcmp(o->conf_file, CONF_STDIN_NAME) == 0)
		return;
	if (o->conf_file[0] == '/' || getcwd(cwd, sizeof(cwd)) == NULL)
		return;
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", cwd, o->conf_file) <
	    sizeof(path))
		o->conf_file = path;
}

static void
parent_build(void)
{
	event_log_init();
	parent.base = event_base_new();
	if (parent.base == NULL)
		fatalx("no event loop");
	reload_run_init();
	(void)signal(SIGPIPE, SIG_IGN);
	/* Log rotation scripts for dnsmasq send these. */
	(void)signal(SIGUSR1, SIG_IGN);
	(void)signal(SIGUSR2, SIG_IGN);
	signal_add(SIGTERM, signal_stop);
	signal_add(SIGINT, signal_stop);
	signal_add(SIGHUP, signal_reload);
	signal_add(SIGCHLD, signal_child);
	parent.started = parent_started;
}

/* Commands that print something do not log what --test is for. */
static int
start_log_level(const struct options *o)
{
	if (o->debug)
		return LOG_DEBUG;
	if (options_is_test(o))
		return LOG_NOTICE;
	return o->mode == OPTIONS_DAEMON ? LOG_INFO : LOG_ERR;
}

static void
start_check_root(const struct options *o)
{
	static const char *const why[OPTIONS_MODE_MAX] = {
		[OPTIONS_LEASES] =
		    ("the lease database (dhcp-leasefile, by default " RECORD_STORE_PATH
		     ") may be read only by its user and root; run: sudo pxeguard --leases"),
		[OPTIONS_EXPLAIN] =
		    "--explain runs dhcpd as a user of its own; run: sudo pxeguard --explain",
		[OPTIONS_CONFINEMENT] =
		    "--confinement reads what root alone may read of other processes; run: sudo pxeguard --confinement",
		[OPTIONS_RELOAD] =
		    "--reload sends a signal to a process of root; run: sudo pxeguard --reload",
	};

	if (geteuid() == 0)
		return;
	if (why[o->mode] != NULL)
		fatalx("%s", why[o->mode]);
	fatalx(
	    "pxeguard must be started as root: it binds ports and runs each role as a user of its own");
}

/* Whether the start may go on; --test goes on without the parent's rights. */
static int
start_check_sandbox(const struct options *o)
{
	/* The reader of leases reports by itself what it lacks. */
	if (o->mode == OPTIONS_LEASES)
		return 0;
	switch (sandbox_check(options_layers_disabled(o))) {
	case SANDBOX_ABLE:
		return 0;
	case SANDBOX_PARENT_LACKS:
		if (!options_is_test(o))
			return -1;
		check_run_unable();
		return 0;
	case SANDBOX_ROLES_LACK:
		break;
	}
	return -1;
}

int
main(int argc, char **argv)
{
	struct options options;

	descriptors_check();
	/*
	 * A new file gets exactly the requested mode, so SQLite need
	 * not correct the mode of its log with fchmod(2).
	 */
	(void)umask(0);
	log_init("pxeguard", LOG_INFO);
	switch (options_parse(&options, argc, argv)) {
	case OPTIONS_EXIT:
		return 0;
	case OPTIONS_VERSION:
		return version_print();
	case OPTIONS_ERROR:
		return options.mode == OPTIONS_CONFINEMENT ? CONFINEMENT_ERROR
							   : 1;
	case OPTIONS_RUN:
		break;
	}
	log_init("pxeguard", start_log_level(&options));
	log_sink_open(options.mode == OPTIONS_DAEMON ? log_sink_foreground()
						     : LOG_SINK_PLAIN);
	if (options_is_test(&options))
		check_run_init();
	parent.options = &options;
	parent.command = commands[options.mode];
	log_set_sink(parent_log, NULL);
	start_check_root(&options);
	if (options.mode == OPTIONS_RELOAD) {
		conf_file_resolve(&options);
		return reload_ask(&options);
	}
	if (options.mode == OPTIONS_MIGRATE && migrate_begin(&options) == -1)
		return parent_end(1);
	if (spawn_open_programs() == -1 || spawn_lookup_users() == -1)
		return parent_end(1);
	if (start_check_sandbox(&options) == -1)
		return parent_end(1);
	conf_file_resolve(&options);
	/* Before signals are events: at a terminal, it can be interrupted. */
	if (strcmp(options.conf_file, CONF_STDIN_NAME) == 0 &&
	    conf_stdin_read() == -1)
		fatal("standard input: cannot be read");
	if (!options.foreground && parent.command == NULL)
		daemonize();
	log_info("pxeguard %s starting", PXEGUARD_VERSION);
	limits_raise();
	parent_build();
	if (parent.command == NULL) {
		watch_init(parent.base, folders_changed);
		manager_init(parent.base);
	}
	reload_run_event(RELOAD_HUP);
	event_base_dispatch(parent.base);
	pid_file_remove();
	log_info("stopped");
	return parent_end(parent.exit_status);
}
