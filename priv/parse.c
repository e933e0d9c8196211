/* SPDX-License-Identifier: ISC */
/* Having confd read the configuration, from files that are opened here. */
#include "priv/house.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/open_error.h"
#include "priv/conf_open.h"
#include "priv/log_quota.h"
#include "priv/output.h"
#include "priv/spawn.h"

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

int
parse_begin(void)
{
	const struct spawn_user *user = spawn_user(ROLE_CONFD);
	struct boot boot = { .role = ROLE_CONFD,
		.root = SANDBOX_ROOT_EMPTY,
		.max_fds = CONFD_FDS };

	boot.log_level = (uint8_t)log_level();
	boot.uid = user->uid;
	boot.gid = user->gid;
	/* A wall given up in the file is known only after the first reading. */
	boot.without = options_without(house.options);
	if (house.conf != NULL)
		boot.without |= house.conf->daemon.without;
	house.next = conf_new(++house.generation);
	house.parsed = false;
	files_opened = 0;
	log_quota_init(&diags, DIAGS_MAX, DIAGS_BYTES_MAX, 0);
	if (house.next == NULL || sources_open(house.options) == -1 ||
	    (house.confd = child_start(ROLE_CONFD, &boot)) == NULL) {
		conf_free(house.next);
		house.next = NULL;
		return -1;
	}
	return 0;
}

/* Its walls stand: what to read. */
void
parse_walls(struct child *confd)
{
	const struct options *o = house.options;
	uint8_t body[2 + RECORD_MAX];
	struct writer w;
	size_t i;

	confd->state = CHILD_CONF;
	chan_set_phase(confd->chan, PHASE_CONF);
	for (i = 0; i < o->ndirectives; i++) {
		writer_init(&w, body, sizeof(body));
		writer_str(&w, o->directives[i]);
		(void)chan_send(confd->chan, MSG_PARSE_ARG, 0, &w, -1);
	}
	if (main_fd != -1) {
		writer_init(&w, body, sizeof(body));
		writer_str(&w, o->conf_file);
		(void)chan_send(confd->chan, MSG_PARSE_FILE, 0, &w, main_fd);
		main_fd = -1;
	}
	(void)chan_send(confd->chan, MSG_PARSE_GO, 0, NULL, -1);
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
	if (c->chan != NULL)
		(void)chan_send(c->chan, MSG_INCLUDED, id, &w, fd);
	else if (fd != -1)
		(void)close(fd);
}

int
parse_record(struct child *c, const uint8_t *data, size_t len)
{
	const char *full;

	if (c != house.confd || house.next == NULL)
		return -1;
	if ((full = conf_full(house.next)) != NULL)
		child_kill(c, full);
	return conf_add(house.next, data, len);
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

void
parse_tell_suppressed(void)
{
	if (diags.suppressed > 0)
		log_warnx("%llu similar messages suppressed",
		    (unsigned long long)diags.suppressed);
	diags.suppressed = 0;
}
