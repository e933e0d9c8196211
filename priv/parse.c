/* SPDX-License-Identifier: ISC */
/* Having confd read the configuration, from files that are opened here. */
#include "priv/parse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/open_error.h"
#include "priv/conf_open.h"
#include "priv/folders.h"
#include "priv/log_quota.h"
#include "priv/net.h"
#include "priv/output.h"
#include "priv/parent.h"
#include "priv/prepare.h"
#include "priv/reload_run.h"
#include "priv/spawn.h"
#include "priv/tell.h"

#define CONFD_FDS 64
#define FILES_MAX 16385 /* files and folders that one reading may open */

/*
 * Messages of one reading.  confd stops at 1,000 errors and as many others;
 * one that does not is no longer listened to.
 */
#define DIAGS_MAX 2500
#define DIAGS_BYTES_MAX (4 * 1024 * 1024)

static struct log_quota diags;
static uint32_t files_opened;
static int main_fd = -1; /* opened, and not yet handed to confd */

/* What confd said when it was done. */
static struct {
	bool done;
	uint32_t errors;
	uint32_t warnings;
} result;

/*
 * Opens the configuration file into main_fd, -1 where only the command line
 * is to be read.  -1 after a log line.
 */
static int
sources_open(const struct options *o)
{
	int error = ENAMETOOLONG;
	size_t i;

	for (i = 0; i < o->ndirectives; i++)
		if (strlen(o->directives[i]) > RECORD_MAX) {
			log_err("option %zu of the command line is too long",
			    i + 1);
			return -1;
		}
	if (main_fd != -1)
		(void)close(main_fd);
	main_fd = strlen(o->conf_file) < RECORD_PATH_MAX
		      ? conf_open(o->conf_file, false, &error)
		      : -1;
	if (main_fd != -1 ||
	    (!o->conf_named && error == ENOENT && o->ndirectives > 0))
		return 0;
	log_err("%s: %s; name a configuration file with -C", o->conf_file,
	    open_error_text(error));
	return -1;
}

static void
sources_close(void)
{
	if (main_fd != -1)
		(void)close(main_fd);
	main_fd = -1;
}

int
parse_begin(uint32_t id, uint32_t generation)
{
	const struct spawn_user *user = spawn_user(ROLE_CONFD);
	struct boot boot = { .role = ROLE_CONFD,
		.root = SANDBOX_ROOT_EMPTY,
		.max_fds = CONFD_FDS };

	boot.log_level = (uint8_t)log_level();
	boot.uid = user->uid;
	boot.gid = user->gid;
	/* A wall given up in the file is known only after the first reading. */
	boot.without = options_without(parent.options);
	if (parent.conf != NULL)
		boot.without |= parent.conf->daemon.without;
	files_opened = 0;
	log_quota_init(&diags, DIAGS_MAX, DIAGS_BYTES_MAX, 0);
	parent.confd = 0;
	result.done = false;
	if (sources_open(parent.options) == -1)
		return -1;
	if ((parent.next = conf_new(generation)) == NULL) {
		log_warn("cannot read the configuration");
		sources_close();
		return -1;
	}
	if (child_start(ROLE_CONFD, id, &boot) == NULL) {
		sources_close();
		return -1;
	}
	parent.confd = id;
	return 0;
}

/* Whether this is the process that reads what is waited for. */
static bool
is_reader(const struct child *c)
{
	return c->id == parent.confd && !c->over && parent.next != NULL;
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

/* What to read; -1 when confd could not be told all of it. */
static int
sources_send(struct child *confd)
{
	const struct options *o = parent.options;
	int fd = main_fd;
	size_t i;

	for (i = 0; i < o->ndirectives; i++)
		if (send_string(confd, MSG_PARSE_ARG, o->directives[i], -1) ==
		    -1)
			return -1;
	main_fd = -1;
	if (fd != -1 &&
	    send_string(confd, MSG_PARSE_FILE, o->conf_file, fd) == -1)
		return -1;
	return child_send(confd, MSG_PARSE_GO, NULL, -1);
}

void
parse_booted(struct child *confd)
{
	if (!is_reader(confd))
		return;
	confd->booted = true;
	chan_set_phase(confd->chan, PHASE_CONF);
	if (sources_send(confd) == 0)
		return;
	child_blame(confd, "it could not be given the configuration file");
	reload_run_child(RELOAD_BROKEN, confd, 0);
}

void
parse_include(struct child *c, uint32_t id, bool directory, const char *path)
{
	uint8_t body[4];
	struct writer w;
	int fd = -1, error = EMFILE;

	if (++files_opened <= FILES_MAX)
		fd = conf_open(path, directory, &error);
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, fd == -1 ? (uint32_t)error : 0);
	if (c->chan == NULL) {
		if (fd != -1)
			(void)close(fd);
	} else if (chan_send(c->chan, MSG_INCLUDED, id, &w, fd) == -1) {
		child_blame(c, "it could not be given a file");
		reload_run_child(RELOAD_BROKEN, c, 0);
	}
}

int
parse_record(struct child *c, const uint8_t *data, size_t len)
{
	const char *full;

	if (!is_reader(c))
		return 0;
	if ((full = conf_full(parent.next)) != NULL)
		child_blame(c, full);
	return conf_add(parent.next, data, len);
}

void
parse_diag(int severity, const char *file, uint32_t line, const char *text)
{
	char where[RECORD_PATH_MAX + LOG_LINE_MAX + 32];
	uint64_t none;

	if (!log_quota_take(&diags, 0, strlen(file) + strlen(text), &none))
		return;
	if (line == 0)
		(void)snprintf(where, sizeof(where), "%s: %s", file, text);
	else
		(void)snprintf(
		    where, sizeof(where), "%s:%u: %s", file, line, text);
	output_line("conf", severity, where);
}

static void
diags_suppressed_log(void)
{
	if (diags.suppressed > 0)
		log_warnx("%llu similar messages suppressed",
		    (unsigned long long)diags.suppressed);
	diags.suppressed = 0;
}

/* --test: the verdict, and what the host adds to it. */
static void
parse_tested(uint32_t warnings)
{
	warnings += folders_test(parent.next);
	log_notice("the configuration is correct (%u warning%s)", warnings,
	    warnings == 1 ? "" : "s");
	reload_run_quit(0);
}

void
parse_done(struct child *c, uint32_t errors, uint32_t warnings)
{
	if (!is_reader(c))
		return;
	result.done = true;
	result.errors = errors;
	result.warnings = warnings;
	child_stop(c);
}

void
parse_ended(const struct child *c)
{
	struct reload_input in = { .kind = RELOAD_PARSE_FAILED };

	if (c->id != parent.confd)
		return;
	parent.confd = 0;
	diags_suppressed_log();
	if (parent.next == NULL || !result.done) {
		log_err("the configuration could not be read");
		return;
	}
	in.generation = parent.next->generation;
	if (result.errors > 0) {
		log_err("the configuration has %u error%s", result.errors,
		    result.errors == 1 ? "" : "s");
	} else if (parent.options->test) {
		parse_tested(result.warnings);
		return;
	} else if (net_find(parent.next) == 0) {
		tell_missing(parent.next, NULL);
		if (prepare_host(parent.next, parent.conf) == 0) {
			in.kind = RELOAD_PARSED;
			prepare_roles(&in, parent.next, parent.conf);
		}
	}
	reload_run(&in);
}
