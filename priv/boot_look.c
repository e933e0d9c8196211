/* SPDX-License-Identifier: ISC */
/* Looks for boot files, in a process that may hang. */
#include "priv/boot_look.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/timeval.h"
#include "priv/boot_arch.h"
#include "priv/boot_files.h"
#include "priv/helper.h"
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

/* What the process does; fd: for its lines. */
typedef void searcher_work(
    const struct conf *, const int roots[], const struct image_rule *, int fd);

static void
searcher_check(const struct conf *c, const int roots[],
    const struct image_rule *rule, int fd)
{
	log_set_sink(searcher_log, &fd);
	boot_files_check(c, roots, rule);
	boot_arch_check(c, roots, rule);
}

/* A file that was looked for, as "ROOT ERRNO KIND NAME". */
static void
searcher_found(
    void *arg, size_t root, int error, enum arch_kind kind, const char *name)
{
	const int *fd = arg;
	char line[RECORD_FILE_MAX + 48];
	int n = snprintf(
	    line, sizeof(line), "%zu %d %d %s", root, error, (int)kind, name);

	(void)!write(*fd, line, (size_t)n);
}

static void
searcher_list(const struct conf *c, const int roots[],
    const struct image_rule *rule, int fd)
{
	boot_files_list(c, roots, rule, searcher_found, &fd);
}

__attribute__((noreturn)) static void
searcher_run(const struct conf *c, const struct image_rule *rule, int fd,
    searcher_work *work)
{
	int roots[BOOT_FILES_ROOTS];
	struct layer_error e;

	/* Folders above a root do not matter to imaged. */
	boot_files_open(c, roots);
	/* After the start this fails, and modes are compared. */
	if (sandbox_user(rule->uid, rule->gid, &e) == 0 &&
	    sandbox_capabilities(&e) == -1)
		_exit(1);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	work(c, roots, rule, fd);
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

/* A searcher that hangs exits only when its file system answers. */
static void
searcher_kill(void)
{
	if (searcher.pid == 0)
		return;
	(void)kill(searcher.pid, SIGKILL);
	(void)helper_wait(searcher.fd, 0, clock_mono_ms() + END_MS);
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

/* Gets the files that were listed; without it, the lines are logged. */
struct taker {
	boot_files_found *found;
	void *arg;
};

static void
searcher_take(const struct taker *to, char *line)
{
	char *end;
	long root, error, kind;

	if (to->found == NULL) {
		log_warnx("%s", line);
		return;
	}
	root = strtol(line, &end, 10);
	error = strtol(end, &end, 10);
	kind = strtol(end, &end, 10);
	if (*end == ' ' && root >= 0 && root < BOOT_FILES_ROOTS && kind >= 0 &&
	    kind < ARCH_KIND_MAX)
		to->found(to->arg, (size_t)root, (int)error,
		    (enum arch_kind)kind, end + 1);
}

/* Takes the lines that are there; false at the end. */
static bool
searcher_read(const struct taker *to)
{
	char line[LOG_LINE_MAX];
	ssize_t n;

	while (
	    (n = recv(searcher.fd, line, sizeof(line) - 1, MSG_DONTWAIT)) > 0) {
		line[n] = '\0';
		searcher_take(to, line);
	}
	return n == -1 && (errno == EAGAIN || errno == EINTR);
}

static void
searcher_readable(evutil_socket_t fd, short what, void *arg)
{
	const struct taker log = { NULL, NULL };

	(void)fd;
	(void)arg;
	if (what & EV_TIMEOUT)
		searcher_late(BOOT_LOOK_MS);
	else if (!searcher_read(&log))
		searcher_end();
}

/* Whether there is anything to warn of. */
static bool
searcher_needed(const struct conf *c)
{
	/* Each client may have a folder of its own. */
	return c->tftp.unique == RECORD_TFTP_UNIQUE_NONE;
}

static int
searcher_start(const struct conf *c, uid_t uid, gid_t gid, searcher_work *work)
{
	const struct image_rule rule = { c->tftp.secure, uid, gid };
	pid_t pid;
	int fd;

	searcher_kill();
	if (!c->dhcp.enabled || !conf_serves_files(c))
		return -1;
	if (hung_at(SEARCHER_NAME) || hung_room() == 0) {
		log_warnx(
		    "the files of dhcp-boot are not checked: an earlier check still waits for a tftp-root; its file server may be down");
		return -1;
	}
	if ((pid = helper_fork(&fd)) == 0)
		searcher_run(c, &rule, fd, work);
	if (pid == -1) {
		log_warn("the files of dhcp-boot are not checked");
		return -1;
	}
	searcher.pid = pid;
	searcher.fd = fd;
	return 0;
}

void
boot_look_start(
    struct event_base *base, const struct conf *c, uid_t uid, gid_t gid)
{
	const struct timeval limit = timeval_ms(BOOT_LOOK_MS);

	if (!searcher_needed(c) ||
	    searcher_start(c, uid, gid, searcher_check) == -1)
		return;
	searcher.readable = event_new(
	    base, searcher.fd, EV_READ | EV_PERSIST, searcher_readable, NULL);
	if (searcher.readable == NULL ||
	    event_add(searcher.readable, &limit) == -1)
		searcher_kill();
}

static void
searcher_wait(const struct taker *to, int limit_ms)
{
	uint64_t end_ms = clock_mono_ms() + (uint64_t)limit_ms;

	while (helper_wait(searcher.fd, POLLIN, end_ms))
		if (!searcher_read(to)) {
			searcher_end();
			return;
		}
	searcher_late(limit_ms);
}

void
boot_look_wait(const struct conf *c, uid_t uid, gid_t gid, int limit_ms)
{
	const struct taker log = { NULL, NULL };

	if (searcher_needed(c) &&
	    searcher_start(c, uid, gid, searcher_check) == 0)
		searcher_wait(&log, limit_ms);
}

void
boot_look_list(const struct conf *c, uid_t uid, gid_t gid, int limit_ms,
    boot_files_found *found, void *arg)
{
	const struct taker to = { found, arg };

	if (searcher_start(c, uid, gid, searcher_list) == 0)
		searcher_wait(&to, limit_ms);
}
