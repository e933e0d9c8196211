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

#include "daemon/event_log.h"
#include "daemon/log.h"
#include "priv/limits.h"
#include "priv/net.h"
#include "priv/output.h"
#include "priv/parent.h"
#include "priv/pid_file.h"
#include "priv/reload_run.h"
#include "priv/sandbox.h"
#include "priv/spawn.h"

static int started_pipe = -1; /* to the process that became the daemon's */

static void
parent_log(int priority, const char *line, void *arg)
{
	(void)arg;
	output_line("pxeguard", priority, line);
}

static void
signal_stop(evutil_socket_t sig, short what, void *arg)
{
	(void)what;
	(void)arg;
	log_info("%s: stopping", strsignal(sig));
	reload_run_quit(0);
}

static void
signal_reload(evutil_socket_t sig, short what, void *arg)
{
	(void)sig;
	(void)what;
	(void)arg;
	/* One that waits already stands for all that come meanwhile. */
	if (!parent.reload.hup)
		log_info("reloading the configuration");
	reload_run_event(RELOAD_HUP);
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
interfaces_changed(void *arg)
{
	(void)arg;
	reload_run_event(RELOAD_IFACES);
}

static void
signal_add(int sig, event_callback_fn f)
{
	struct event *ev = evsignal_new(parent.base, sig, f, NULL);

	if (ev == NULL || event_add(ev, NULL) == -1)
		fatalx("cannot watch for signal %d", sig);
}

/* The first configuration is in force: tell whoever waits for that. */
static void
parent_started(void)
{
	int null;

	if (net_watch(parent.base, interfaces_changed, NULL) == -1)
		log_warn("changes of interfaces will not be noticed");
	reload_run_event(RELOAD_IFACES); /* since the configuration was made */
	if (started_pipe == -1)
		return;
	(void)!write(started_pipe, "", 1);
	(void)close(started_pipe);
	started_pipe = -1;
	output_open(OUTPUT_SYSLOG);
	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) != -1) {
		(void)dup2(null, STDIN_FILENO);
		(void)dup2(null, STDOUT_FILENO);
		(void)dup2(null, STDERR_FILENO);
		(void)close(null);
	}
}

/*
 * Becomes a daemon.  The process that was called stays until the service is
 * up, so that its status tells whether it is.
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

/* Standard descriptors that are closed would be taken by sockets. */
static void
descriptors_check(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDWR)) <= STDERR_FILENO)
		if (fd == -1)
			_exit(1);
	(void)close(fd);
}

/* confd and the roles are told a path that does not depend on a folder. */
static void
conf_file_resolve(struct options *o)
{
	static char path[RECORD_PATH_MAX];
	char cwd[RECORD_PATH_MAX / 2];

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
	/* Sent by log rotation that was written for dnsmasq. */
	(void)signal(SIGUSR1, SIG_IGN);
	(void)signal(SIGUSR2, SIG_IGN);
	signal_add(SIGTERM, signal_stop);
	signal_add(SIGINT, signal_stop);
	signal_add(SIGHUP, signal_reload);
	signal_add(SIGCHLD, signal_child);
	parent.started = parent_started;
}

int
main(int argc, char **argv)
{
	struct options options;

	descriptors_check();
	/*
	 * Files get the mode that whoever makes them asks for.  SQLite would
	 * make a chmod(2) of the difference, which leased has no right to.
	 */
	(void)umask(0);
	log_init("pxeguard", LOG_INFO);
	switch (options_parse(&options, argc, argv)) {
	case OPTIONS_EXIT:
		return 0;
	case OPTIONS_ERROR:
		return 1;
	case OPTIONS_RUN:
		break;
	}
	log_init("pxeguard",
	    options.debug ? LOG_DEBUG : (options.test ? LOG_NOTICE : LOG_INFO));
	output_open(options.test ? OUTPUT_PLAIN : output_foreground());
	log_set_sink(parent_log, NULL);
	if (geteuid() != 0)
		fatalx("must be started as root: it binds ports, and gives "
		       "every role a user of its own");
	if (spawn_open_programs() == -1 || spawn_lookup_users() == -1)
		return 1;
	conf_file_resolve(&options);
	if (!options.foreground && !options.test)
		daemonize();
	log_info("pxeguard %s starts", PXEGUARD_VERSION);
	parent.options = &options;
	limits_raise();
	parent_build();
	reload_run_event(RELOAD_HUP);
	event_base_dispatch(parent.base);
	pid_file_remove();
	log_info("stopped");
	return parent.exit_status;
}
