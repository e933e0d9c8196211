/* SPDX-License-Identifier: ISC */
/* Runs confd to parse the configuration, and opens the files that it requests.
 */
#include "priv/confd_run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/open_error.h"
#include "daemon/plural.h"
#include "priv/conf_opener.h"
#include "priv/conf_stdin.h"
#include "priv/watch.h"
#include "priv/limits.h"
#include "priv/log_quota.h"
#include "priv/net.h"
#include "priv/log_sink.h"
#include "priv/parent.h"
#include "priv/prepare.h"
#include "priv/reload_run.h"
#include "priv/spawn.h"
#include "priv/log_ifaces.h"

/*
 * Diagnostics of one confd.  It stops at 1,000 errors and 1,000 other
 * diagnostics; if it sends more, the others are suppressed.
 */
#define DIAGS_MAX 2500
#define DIAGS_BYTES_MAX (4 * 1024 * 1024)

static struct log_quota diags;
static uint32_t files_opened; /* files and folders, by one confd */
static int main_fd = -1; /* opened, and not yet passed to confd */

/* The fields of PARSED. */
static struct {
	bool done;
	uint32_t errors;
} result;

/* Opens a folder, which is watched from before it is read, if that is possible.
 */
static int
watched_open(const char *path, int limit_ms, int *error)
{
	int fd, inotify = watch_inotify();
	struct conf_opener_watch w;

	if (inotify == -1)
		return conf_opener_open(path, true, limit_ms, error);
	fd = conf_opener_watch(path, inotify, limit_ms, &w, error);
	if (w.done)
		watch_add(path, &w.pairs, w.error);
	return fd;
}

static int
file_open(const char *path, enum msg_include what, int *error)
{
	int limit_ms =
	    parent.conf == NULL ? CONF_OPENER_START_MS : CONF_OPENER_MS;
	int fd;

	if (what == MSG_INCLUDE_FILE && strcmp(path, CONF_STDIN_NAME) == 0) {
		if (parent.conf != NULL || conf_stdin_read() == 0)
			fd = conf_stdin_open();
		else
			fd = -1;
		*error = fd == -1 ? errno : 0;
		return fd;
	}
	if (what == MSG_INCLUDE_WATCHED)
		return watched_open(path, limit_ms, error);
	return conf_opener_open(
	    path, what != MSG_INCLUDE_FILE, limit_ms, error);
}

/*
 * Opens the configuration file into main_fd, which is -1 if only the command
 * line is parsed.  Returns -1 after logging the reason.
 */
static int
sources_open(const struct options *o)
{
	int error = ENAMETOOLONG;
	char text[256];
	size_t i;

	for (i = 0; i < o->ndirectives; i++)
		if (strlen(o->directives[i]) > RECORD_MAX) {
			log_err("command line option %zu is too long", i + 1);
			return -1;
		}
	if (o->conf_file[0] == '\0')
		return 0;
	main_fd = strlen(o->conf_file) < RECORD_PATH_MAX
		      ? file_open(o->conf_file, MSG_INCLUDE_FILE, &error)
		      : -1;
	if (main_fd != -1 ||
	    (!o->conf_named && error == ENOENT && o->ndirectives > 0))
		return 0;
	(void)snprintf(text, sizeof(text), "%s; %s", open_error_text(error),
	    o->mode == OPTIONS_MIGRATE
		? "name the configuration of dnsmasq: --migrate-dnsmasq=FILE"
	    : parent.conf != NULL ? "restore the file, and send SIGHUP again"
	    : !o->conf_named && error == ENOENT
		? "write it, as shown in pxeguard.conf(5), or specify a configuration file with -C"
		: "specify a configuration file with -C");
	log_sink_diag(LOG_ERR, options_conf_name(o), 0, 0, text);
	return -1;
}

static void
sources_close(void)
{
	if (main_fd != -1)
		(void)close(main_fd);
	main_fd = -1;
	conf_opener_end();
}

int
confd_run_begin(uint32_t id, uint32_t generation)
{
	const struct spawn_user *user = spawn_user(ROLE_CONFD);
	struct boot boot = { .role = ROLE_CONFD,
		.root = SANDBOX_ROOT_EMPTY,
		.max_fds = limits_role(ROLE_CONFD, NULL) };

	boot.log_level = (uint8_t)log_level();
	boot.uid = user->uid;
	boot.gid = user->gid;
	/* The first confd runs before sandbox-disable of the file is known. */
	boot.layers_disabled = options_layers_disabled(parent.options);
	if (parent.conf != NULL)
		boot.layers_disabled |= parent.conf->daemon.layers_disabled;
	watch_begin();
	files_opened = 0;
	log_quota_init(&diags, DIAGS_MAX, DIAGS_BYTES_MAX, 0);
	result.done = false;
	sources_close();
	if (sources_open(parent.options) == -1) {
		sources_close();
		return -1;
	}
	if ((parent.next = conf_new(generation)) == NULL) {
		log_warn("cannot read the configuration");
		sources_close();
		return -1;
	}
	if (child_start(ROLE_CONFD, id, &boot) == NULL) {
		sources_close();
		return -1;
	}
	return 0;
}

/* Whether this is the confd whose configuration the parent waits for. */
static bool
is_awaited(const struct child *c)
{
	return c->id == parent.reload.confd && !c->stopping &&
	       parent.next != NULL;
}

static int
send_string(struct child *confd, enum msg_type type, const char *s, int fd)
{
	uint8_t body[2 + RECORD_MAX];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_str(&w, s);
	return child_send(confd, type, &w, fd);
}

/* Sends the sources; -1 if one could not be sent. */
static int
sources_send(struct child *confd)
{
	const struct options *o = parent.options;
	int fd = main_fd;
	uint8_t body[1], what = 0;
	struct writer w;
	size_t i;

	for (i = 0; i < o->ndirectives; i++)
		if (send_string(confd, MSG_PARSE_ARG, o->directives[i], -1) ==
		    -1)
			return -1;
	main_fd = -1;
	if (fd != -1 &&
	    send_string(confd, MSG_PARSE_FILE, o->conf_file, fd) == -1)
		return -1;
	writer_init(&w, body, sizeof(body));
	if (o->mode == OPTIONS_PRINT_CONFIG)
		what = PARSE_LINES;
	else if (o->mode == OPTIONS_EXPLAIN)
		what = PARSE_PLACES;
	writer_u8(&w, what);
	return child_send(confd, MSG_PARSE_GO, &w, -1);
}

void
confd_run_booted(struct child *confd)
{
	if (!is_awaited(confd))
		return;
	confd->booted = true;
	chan_set_phase(confd->chan, PHASE_CONF);
	if (sources_send(confd) == 0)
		return;
	reload_run_broken(confd, "the configuration file could not be sent");
}

void
confd_run_on_include(
    void *arg, uint32_t id, enum msg_include what, const char *path)
{
	struct child *c = arg;
	uint8_t body[4];
	struct writer w;
	int fd = -1, error = EMFILE;

	if (++files_opened <= CONF_FILES_MAX)
		fd = file_open(path, what, &error);
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, fd == -1 ? (uint32_t)error : 0);
	if (c->chan == NULL) {
		if (fd != -1)
			(void)close(fd);
	} else if (chan_send(c->chan, MSG_INCLUDED, id, &w, fd) == -1) {
		reload_run_broken(
		    c, errno == EPIPE
			   ? "it does not read the files that it asked for"
			   : "an included file could not be sent");
	}
}

int
confd_run_on_record(void *arg, const uint8_t *data, size_t len)
{
	struct child *c = arg;
	const char *full;

	if (!is_awaited(c))
		return 0;
	if ((full = conf_full(parent.next)) != NULL)
		child_blame(c, full);
	return conf_add(parent.next, data, len);
}

int
confd_run_on_line(void *arg, const char *line)
{
	if (!is_awaited(arg))
		return 0;
	if (parent.command == NULL || parent.command->line == NULL)
		return -1;
	return parent.command->line(line);
}

void
confd_run_on_diag(void *arg, int severity, const char *file, uint32_t line,
    uint32_t kind, const char *text)
{
	uint64_t none;

	(void)arg;
	if (parent.command != NULL && parent.command->quiet &&
	    severity > log_level())
		return;
	if (!log_quota_take(&diags, 0, strlen(file) + strlen(text), &none))
		return;
	log_sink_diag(severity, file, line, kind, text);
}

static void
diags_suppressed_log(void)
{
	if (diags.suppressed > 0)
		log_warnx("%llu similar messages suppressed",
		    (unsigned long long)diags.suppressed);
	diags.suppressed = 0;
}

void
confd_run_on_parsed(void *arg, uint32_t errors, uint32_t warnings)
{
	(void)warnings; /* they were logged */
	if (!is_awaited(arg))
		return;
	result.done = true;
	result.errors = errors;
	child_stop(arg);
}

static void
errors_say(uint32_t errors)
{
	if (parent.command != NULL && parent.command->errors != NULL)
		parent.command->errors(errors);
	else
		log_err(
		    "the configuration has %u error%s", errors, plural(errors));
}

void
confd_run_ended(const struct child *c)
{
	const struct command *command = parent.command;
	struct reload_input in = { .kind = RELOAD_PARSE_FAILED };

	/* Also ends the opener of a confd that the change no longer needs. */
	if (c->role == ROLE_CONFD &&
	    (c->id == parent.reload.confd || parent.reload.confd == 0))
		conf_opener_end();
	/* The confd of an aborted change may exit during a later one. */
	if (c->id != parent.reload.confd)
		return;
	watch_parsed();
	diags_suppressed_log();
	if (parent.next == NULL || !result.done) {
		log_err("the configuration could not be parsed");
		return;
	}
	in.generation = parent.next->generation;
	if (result.errors > 0) {
		errors_say(result.errors);
	} else if (command != NULL && command->print != NULL) {
		reload_run_quit(command->print(parent.next, parent.options));
		return;
	} else if (net_find(parent.next) == 0) {
		log_unserved(parent.next, NULL);
		if (command != NULL) {
			command->prepare(parent.next, &in);
		} else if (prepare_host(parent.next, parent.conf) == 0) {
			in.kind = RELOAD_PARSED;
			prepare_roles(&in, parent.next, parent.conf);
		}
	}
	reload_run(&in);
}
