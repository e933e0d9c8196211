/* SPDX-License-Identifier: ISC */
/* Looks for boot files, in a process that may hang. */
#include "priv/boot_look.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/chan.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "priv/boot_files.h"
#include "priv/hung.h"
#include "sandbox/user.h"

/* For hung.h: no folder has this path. */
#define SEARCHER_NAME "dhcp-boot"
#define END_MS 100 /* that a killed process has to end */

static struct {
	pid_t pid; /* 0: none */
	int fd; /* its lines; at its end, nothing more */
	struct event *readable;
} searcher;

/* ------------------------------------------------------- in the process */

static void
searcher_log(int priority, const char *line, void *arg)
{
	const int *fd = arg;

	(void)priority; /* all are warnings */
	(void)!write(*fd, line, strlen(line));
}

__attribute__((noreturn)) static void
searcher_run(const struct conf *c, const struct image_rule *rule, int fd)
{
	int roots[BOOT_FILES_ROOTS];
	struct layer_error e;

	if (fd > 0)
		(void)close_range(0, (unsigned int)fd - 1, 0);
	(void)close_range((unsigned int)fd + 1, ~0U, 0);
	/* Folders above a root do not matter to imaged. */
	boot_files_open(c, roots);
	/* After the start this fails, and modes are compared. */
	if (sandbox_user(rule->uid, rule->gid, &e) == 0 &&
	    sandbox_capabilities(&e) == -1)
		_exit(1);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	log_set_sink(searcher_log, &fd);
	boot_files_check(c, roots, rule);
	_exit(0);
}

/* -------------------------------------------------------- in the parent */

static void
searcher_forget(void)
{
	if (searcher.readable != NULL)
		event_free(searcher.readable);
	searcher.readable = NULL;
	searcher.pid = 0;
}

/* Its exit status, which says nothing, is collected with those of roles. */
static void
searcher_end(void)
{
	(void)close(searcher.fd);
	searcher_forget();
}

/* One that hangs stays until its file system answers. */
static void
searcher_kill(void)
{
	struct pollfd p = { .fd = searcher.fd };

	if (searcher.pid == 0)
		return;
	(void)kill(searcher.pid, SIGKILL);
	(void)poll(&p, 1, END_MS);
	hung_leave(SEARCHER_NAME, searcher.pid, searcher.fd);
	searcher_forget();
}

static void
searcher_late(int limit_ms)
{
	log_warnx(
	    "the files of dhcp-boot are not checked: no answer from a tftp-root within %d s; its file server may be down",
	    limit_ms / 1000);
	searcher_kill();
}

/* Logs the lines that are there; false at the end. */
static bool
searcher_read(void)
{
	char line[LOG_LINE_MAX];
	ssize_t n;

	while (
	    (n = recv(searcher.fd, line, sizeof(line) - 1, MSG_DONTWAIT)) > 0) {
		line[n] = '\0';
		log_warnx("%s", line);
	}
	return n == -1 && (errno == EAGAIN || errno == EINTR);
}

static void
searcher_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)arg;
	if (what & EV_TIMEOUT)
		searcher_late(BOOT_LOOK_MS);
	else if (!searcher_read())
		searcher_end();
}

/* Whether there is anything to look for. */
static bool
searcher_needed(const struct conf *c)
{
	/* Each client may have a folder of its own. */
	return c->dhcp.enabled && c->tftp.enabled &&
	       c->tftp.unique == RECORD_TFTP_UNIQUE_NONE;
}

static int
searcher_start(const struct conf *c, uid_t uid, gid_t gid)
{
	const struct image_rule rule = { c->tftp.secure, uid, gid };
	int fds[2];
	pid_t pid;

	searcher_kill();
	if (!searcher_needed(c) || hung_at(SEARCHER_NAME) || hung_room() == 0 ||
	    chan_pair(fds) == -1)
		return -1;
	if ((pid = fork()) == 0)
		searcher_run(c, &rule, fds[1]);
	(void)close(fds[1]);
	if (pid == -1) {
		(void)close(fds[0]);
		return -1;
	}
	searcher.pid = pid;
	searcher.fd = fds[0];
	return 0;
}

void
boot_look_start(
    struct event_base *base, const struct conf *c, uid_t uid, gid_t gid)
{
	const struct timeval limit = { BOOT_LOOK_MS / 1000, 0 };

	if (searcher_start(c, uid, gid) == -1)
		return;
	searcher.readable = event_new(
	    base, searcher.fd, EV_READ | EV_PERSIST, searcher_readable, NULL);
	if (searcher.readable == NULL ||
	    event_add(searcher.readable, &limit) == -1)
		searcher_kill();
}

void
boot_look_wait(const struct conf *c, uid_t uid, gid_t gid, int limit_ms)
{
	uint64_t now_ms, end_ms = clock_mono_ms() + (uint64_t)limit_ms;
	struct pollfd p = { .events = POLLIN };

	if (searcher_start(c, uid, gid) == -1)
		return;
	p.fd = searcher.fd;
	while ((now_ms = clock_mono_ms()) < end_ms) {
		if (poll(&p, 1, (int)(end_ms - now_ms)) > 0 &&
		    !searcher_read()) {
			searcher_end();
			return;
		}
	}
	searcher_late(limit_ms);
}
